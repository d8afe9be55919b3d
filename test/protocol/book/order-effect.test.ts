import { expect } from "chai";
import fc from "fast-check";
import { getAddress } from "ethers";

import { Book } from "../../../src/protocol/book/book.js";
import {
  effectOfOrder,
  effectOfOrders,
  MAX_MATCHES,
  mostLots,
  type OrderEffect,
  reportOf,
} from "../../../src/protocol/book/order-effect.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { bindingIn, claimsIn } from "../../../src/protocol/book/projections.js";
import { isRefusal, type Refusal } from "../../../src/protocol/market/refusal.js";
import { TimeInForce, type TradePackage } from "../../../src/protocol/signing/package.js";
import { bookTerms } from "../book-terms.js";
import { FIXED } from "../support.js";

const NOW = 1_500n;
const LOT = 10n ** 15n;
const [ALICE, BOB, CAROL] = ["a1", "b0", "ca"].map((byte) => getAddress(`0x${byte.repeat(20)}`)) as [
  string,
  string,
  string,
];

function openBook(funds: bigint): Book {
  const book = new Book(bookTerms({ chainWindow: 64, maxOpenOrders: 100 }), TRUSTING);
  for (const trader of [ALICE, BOB]) book.deposit({ caller: trader, timestamp: NOW }, trader, funds * LOT);
  return book;
}

interface Draft {
  readonly trader: string;
  readonly price: bigint;
  readonly lots: bigint;
  readonly timeInForce?: number;
}

function order(book: Book, { trader, price, lots, timeInForce = TimeInForce.GoodTillCancelled }: Draft): TradePackage {
  const nonce = book.state.traders.find(trader)?.nonces.floor ?? 0n;
  const place = { marketRootId: 1, marketBranchId: 1, trader, priceTicks: price, quantityLots: lots };
  return { ...place, previousLink: book.link, nonce, deadline: 1_999n, timeInForce } as TradePackage; // small numbers
}

function place(book: Book, draft: Draft): ReturnType<Book["createTrade"]> {
  const submitted = { package: order(book, draft), signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 };
  return book.createTrade({ timestamp: NOW }, submitted, { maxMatches: MAX_MATCHES, maxWalk: 1_000 });
}

function foretold(book: Book, draft: Draft): OrderEffect {
  const effect = effectOfOrder(book, NOW, order(book, draft));
  if (isRefusal(effect)) throw effect;
  return effect;
}

/** All that can be seen of it. */
function sight(book: Book): unknown {
  const { traders, queues, chain } = book.state;
  const accounts = [...traders.all()].map(({ traderId }) => [
    bindingIn(book.state, traderId),
    claimsIn(book.state, traderId),
  ]);
  return [
    accounts,
    [...queues.orders()].map(({ tradeRootId, lots }) => [tradeRootId, lots] as const).sort(([a], [b]) => a - b),
    chain.link,
    chain.trades,
  ];
}

describe("the effect of an order", function () {
  it("is its fills, what they cost, what the rest would, and the account before and after", function () {
    const book = openBook(100n);
    place(book, { trader: ALICE, price: 6_000n, lots: 10n });
    const effect = foretold(book, { trader: BOB, price: 5_500n, lots: -14n });
    expect(effect.fills).to.deep.equal([{ makerRootId: 1, priceTicks: 6_000n, lots: 10n }]);
    expect(effect).to.deep.include({ restingLots: 4n, cutLots: 0n, evicted: [] });
    expect(effect.costWei).to.equal(-6n * LOT); // 10 lots at 0.6 are paid to the seller
    expect(effect.restCostWei).to.equal((-22n * LOT) / 10n); // 4 lots at 0.55
    expect([effect.before.lots, effect.after.lots]).to.deep.equal([0n, -10n]);
    expect([effect.before.slackWei, effect.after.slackWei]).to.deep.equal([100n * LOT, 96n * LOT]);
    expect(effect.after.roots[0]).to.deep.include({ marketRootId: 1, values: [10_000n, 0n] }); // if leg 1 is all
    expect(effect.after.claimsWei).to.deep.equal([96n * LOT, 106n * LOT]);
  });

  it("is what the book then does, and leaves nothing behind until then", function () {
    const draft = fc.record({
      trader: fc.constantFrom(ALICE, BOB),
      price: fc.bigInt({ min: 4_990n, max: 5_010n }),
      lots: fc.oneof(fc.bigInt({ min: 1n, max: 20n }), fc.bigInt({ min: -20n, max: -1n })),
    });
    const timeInForce = fc.constantFrom(...Object.values(TimeInForce));
    let foreseen = 0;
    fc.assert(
      fc.property(
        fc.array(draft, { maxLength: 10 }),
        draft,
        timeInForce,
        fc.constantFrom(7n, 1_000n),
        (before, one, tif, funds) => {
          const book = openBook(funds);
          for (const each of before) {
            try {
              place(book, each);
            } catch (error) {
              if (!isRefusal(error)) throw error; // not everything is covered
            }
          }
          const seen = sight(book);
          const asked = order(book, { ...one, timeInForce: tif });
          const effect = effectOfOrder(book, NOW, asked);
          expect(sight(book)).to.deep.equal(seen);
          if (isRefusal(effect)) {
            expect(() => place(book, { ...one, timeInForce: tif })).to.throw(effect.message);
            return;
          }
          foreseen += 1;
          const { result, events } = place(book, { ...one, timeInForce: tif });
          const { fills, restingLots, cutLots, evicted, after, costWei } = effect;
          expect({ fills, restingLots, cutLots, evicted }).to.deep.equal(
            reportOf(result.tradeRootId, one.lots, events),
          );
          const { traderId } = book.state.traders.registered(one.trader);
          const { storedSlack, reserved, withdrawable, roots } = bindingIn(book.state, traderId);
          expect(after).to.deep.include({
            slackWei: storedSlack,
            reservedWei: reserved,
            withdrawableWei: withdrawable,
            roots,
          });
          expect(after.claimsWei).to.deep.equal(book.claimsOf(one.trader));
          const [{ claim: now }] = [book.accountOf(one.trader)];
          const mine = fills.every(({ makerRootId }) => makerRootId !== result.tradeRootId);
          expect(mine).to.equal(true);
          // The claim on the last leg falls by what is paid: a lot of leg 1 is worth nothing there.
          expect(effect.before.claimsWei.at(-1)! - costWei).to.equal(now);
        },
      ),
      { ...FIXED, numRuns: 500 },
    );
    expect(foreseen).to.be.greaterThan(200);
  });

  it("is the book's own refusal, with its values", function () {
    const book = openBook(1n);
    const refused = (draft: Draft, at = NOW): Refusal => {
      const effect = effectOfOrder(book, at, order(book, draft));
      if (!isRefusal(effect)) throw new Error("it was taken");
      return effect;
    };
    const seen = sight(book);
    const uncovered = refused({ trader: ALICE, price: 6_000n, lots: 10n });
    expect([uncovered.code, uncovered.values]).to.deep.equal([
      "Book_Uncovered",
      { trader: ALICE, shortfall: 5n * LOT, bindingOutcome: 2n },
    ]);
    expect(refused({ trader: CAROL, price: 5_000n, lots: 1n }).code).to.equal("Book_TraderUnknown");
    expect(refused({ trader: ALICE, price: 5_000n, lots: 1n }, 2_000n).code).to.equal("Book_NotTrading");
    expect(sight(book)).to.deep.equal(seen);
  });
});

describe("the effect of several orders", function () {
  /** Signed one after the other over one link. */
  const signedAll = (book: Book, drafts: readonly Draft[]): TradePackage[] =>
    drafts.map((draft, k) => {
      const one = order(book, draft);
      return { ...one, nonce: one.nonce + BigInt(k) };
    });

  it("is that of each on the book that those before it have left", function () {
    const book = openBook(100n);
    place(book, { trader: ALICE, price: 6_000n, lots: 10n });
    place(book, { trader: ALICE, price: 5_900n, lots: 10n });
    const seen = sight(book);
    const drafts = [
      { trader: BOB, price: 5_900n, lots: -4n },
      { trader: BOB, price: 5_900n, lots: -8n },
    ];
    const { effects, refusal } = effectOfOrders(book, NOW, signedAll(book, drafts));
    expect(refusal).to.equal(undefined);
    expect(effects.map(({ fills }) => fills.map(({ priceTicks, lots }) => [priceTicks, lots]))).to.deep.equal([
      [[6_000n, 4n]],
      [
        [6_000n, 6n],
        [5_900n, 2n],
      ],
    ]);
    expect(effects[1]!.before).to.deep.equal(effects[0]!.after);
    expect(sight(book), "nothing stays").to.deep.equal(seen);
    for (const draft of drafts) place(book, draft);
    const { traderId } = book.state.traders.registered(BOB);
    expect(bindingIn(book.state, traderId).storedSlack).to.equal(effects[1]!.after.slackWei);
  });

  it("ends at the first that is refused, and says why", function () {
    const book = openBook(1n);
    const drafts = [
      { trader: BOB, price: 5_000n, lots: 1n },
      { trader: BOB, price: 6_000n, lots: 10n },
      { trader: BOB, price: 5_000n, lots: 1n },
    ];
    const { effects, refusal } = effectOfOrders(book, NOW, signedAll(book, drafts));
    expect([effects.length, refusal?.code]).to.deep.equal([1, "Book_Uncovered"]);
    expect(effectOfOrders(book, NOW, signedAll(book, [drafts[1]!])).effects).to.deep.equal([]);
    expect(effectOfOrders(book, NOW, [])).to.deep.equal({ effects: [], refusal: undefined });
  });

  it("of one order is its own", function () {
    const book = openBook(50n);
    place(book, { trader: ALICE, price: 6_000n, lots: 10n });
    const one = order(book, { trader: BOB, price: 5_500n, lots: -14n });
    expect(effectOfOrders(book, NOW, [one]).effects).to.deep.equal([effectOfOrder(book, NOW, one)]);
  });
});

describe("the most lots that an account can bear", function () {
  it("are taken, and one more is not", function () {
    const prices = fc.bigInt({ min: 1n, max: 9_999n });
    fc.assert(
      fc.property(
        prices,
        fc.boolean(),
        fc.bigInt({ min: 1n, max: 500n }),
        fc.array(prices, { maxLength: 4 }),
        (price, buys, funds, asks) => {
          const book = openBook(funds);
          for (const at of asks) {
            const draft = { trader: ALICE, price: at, lots: buys ? -1n : 1n };
            if (!isRefusal(effectOfOrder(book, NOW, order(book, draft)))) place(book, draft);
          }
          const draft = { trader: BOB, price, lots: buys ? 1n : -1n };
          const most = mostLots(book, NOW, order(book, draft));
          if (isRefusal(most)) throw most;
          const taken = (lots: bigint): boolean =>
            !isRefusal(effectOfOrder(book, NOW, order(book, { ...draft, lots: buys ? lots : -lots })));
          if (most > 0n) expect(taken(most), String(most)).to.equal(true);
          expect(taken(most + 1n), String(most + 1n)).to.equal(false);
        },
      ),
      { ...FIXED, numRuns: 60 },
    );
  });

  it("are none for who has nothing, and no number at all if something else is wrong", function () {
    const book = openBook(1n);
    const spent = order(book, { trader: ALICE, price: 9_999n, lots: 1n });
    expect(mostLots(book, NOW, spent)).to.equal(1n);
    book.withdraw({ caller: ALICE, timestamp: NOW }, LOT, BOB);
    expect(mostLots(book, NOW, spent)).to.equal(0n);
    const expired = mostLots(book, NOW, { ...spent, deadline: NOW - 1n });
    expect(isRefusal(expired) && expired.code).to.equal("Book_DeadlineExpired");
  });
});
