import { expect } from "chai";
import fc from "fast-check";
import { getAddress } from "ethers";

import { reportText, slackText } from "../../../src/cli/output/order-report.js";
import { MAX_MATCHES, type OrderPreview, previewOrder, reportOf } from "../../../src/protocol/book/order-effect.js";
import { Book } from "../../../src/protocol/book/book.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { rootOf } from "../../../src/protocol/market/market-table.js";
import { isRefusal, type Refusal } from "../../../src/protocol/market/refusal.js";
import { TimeInForce, type TradePackage } from "../../../src/protocol/signing/package.js";
import { bookTerms } from "../../protocol/book-terms.js";
import { FIXED, lot, tick } from "../../protocol/support.js";

const [ALICE, BOB, CAROL] = ["a1", "b0", "ca"].map((byte) => getAddress(`0x${byte.repeat(20)}`)) as [
  string,
  string,
  string,
];
const NOW = 1_500n;
/** Two assets, 10 000 ticks to 1, so that a lot is worth this much, wei. */
const LOT = 10n ** 15n;

/** Alice and Bob have paid in so many lots' worth. */
function openBook(funds: bigint): Book {
  const book = new Book(bookTerms({ chainWindow: 64, maxOpenOrders: 100 }), TRUSTING);
  for (const trader of [ALICE, BOB]) book.deposit({ caller: trader, timestamp: NOW }, trader, funds * LOT);
  return book;
}

function order(
  book: Book,
  trader: string,
  price: bigint,
  quantity: bigint,
  timeInForce: number = TimeInForce.GoodTillCancelled,
) {
  const nonce = book.state.traders.find(trader)?.nonces.floor ?? 0n;
  const rest = { previousLink: book.link, nonce, deadline: 1_999n, timeInForce };
  return {
    marketRootId: 1,
    marketBranchId: 1,
    trader,
    priceTicks: price,
    quantityLots: quantity,
    ...rest,
  } as TradePackage; // small numbers
}

function place(book: Book, ...given: readonly [trader: string, price: bigint, quantity: bigint]): void {
  const submitted = { package: order(book, ...given), signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 };
  book.createTrade({ timestamp: NOW }, submitted, { maxMatches: 100, maxWalk: 100 });
}

function foretold(
  book: Book,
  ...given: Parameters<typeof order> extends [Book, ...infer Rest] ? Rest : never
): OrderPreview {
  const preview = previewOrder(book, NOW, order(book, ...given));
  if (isRefusal(preview)) throw preview;
  return preview;
}

function refusedFor(book: Book, package_: TradePackage, timestamp = NOW): Refusal {
  const preview = previewOrder(book, timestamp, package_);
  expect(preview).to.satisfy(isRefusal);
  return preview as Refusal; // as just expected
}

describe("what an order has done", function () {
  const matched = (makerRootId: number, takerRootId: number, price: number, lots: number): BookEvent => {
    return { kind: "matched", makerRootId, takerRootId, priceTicks: tick(price), lots: lot(lots) };
  };
  const offset = (tradeRootId: number, lots: number): BookEvent => {
    return { kind: "offset", tradeRootId, lots: lot(lots), reason: "remainder" };
  };

  it("is its own fills, and what is left of it", function () {
    const report = reportOf(7, 10n, [matched(3, 7, 5_500, 4), matched(2, 6, 5_400, 9), matched(4, 7, 5_600, 1)]);
    expect(report).to.deep.equal({
      fills: [
        { makerRootId: 3, priceTicks: 5_500n, lots: 4n },
        { makerRootId: 4, priceTicks: 5_600n, lots: 1n },
      ],
      restingLots: 5n,
      cutLots: 0n,
      evicted: [],
    });
  });

  it("counts lots without their sign: an offer as a bid", function () {
    expect(reportOf(7, -10n, [matched(3, 7, 1, 4)]).restingLots).to.equal(6n);
  });

  it("tells what was cut off of it from orders of others that were taken out", function () {
    const report = reportOf(7, 10n, [offset(3, 5), matched(4, 7, 1, 2), offset(7, 8), offset(5, 1)]);
    expect(report).to.deep.include({ restingLots: 0n, cutLots: 8n, evicted: [3, 5] });
  });

  it("always adds up to the order, whatever happened", function () {
    const anyEvents = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 5 })), { maxLength: 10 });
    fc.assert(
      fc.property(anyEvents, fc.boolean(), (happened, isBid) => {
        const events = happened.map(([fills, lots], index) => (fills ? matched(index, 7, 1, lots) : offset(7, lots)));
        const { fills, restingLots, cutLots } = reportOf(7, isBid ? 100n : -100n, events);
        expect(fills.reduce((sum, { lots }) => sum + lots, 0n) + restingLots + cutLots).to.equal(100n);
      }),
      FIXED,
    );
  });

  describe("in words", function () {
    const root = rootOf(openBook(1n).state.markets.table, 1);

    it("is a table of fills, and lines of what else there is", function () {
      const report = reportOf(7, 10n, [matched(3, 7, 5_500, 4), matched(12, 7, 5_600, 1), offset(2, 1), offset(7, 2)]);
      expect(reportText({ root: root, head: undefined }, report)).to.equal(
        [
          "Fills:",
          "with order       price  lots",
          "----------  ----------  ----",
          "3           5500 (55%)     4",
          "12          5600 (56%)     1",
          "Rests: 3 lots",
          "Cut off: 2 lots",
          "Taken out on the way: 2",
        ].join("\n"),
      );
    });

    it("is one line if nothing was filled and nothing is left", function () {
      expect(reportText({ root: root, head: undefined }, reportOf(7, 5n, [offset(7, 5)]))).to.equal(
        "Fills: none\nCut off: 5 lots",
      );
    });
  });
});

describe("what an order would do", function () {
  it("fills at the price of whoever was there first, rests with the remainder, and says what slack is left", function () {
    const book = openBook(100n);
    place(book, ALICE, 6_000n, 10n);
    const preview = foretold(book, BOB, 5_500n, -14n);
    expect(preview.fills).to.deep.equal([{ makerRootId: 1, priceTicks: 6_000n, lots: 10n }]);
    expect(preview).to.deep.include({ restingLots: 4n, cutLots: 0n, evicted: [], slackBeforeWei: 100n * LOT });
    expect(preview.claimAfterWei).to.equal(106n * LOT); // 10 lots at 0.6
    expect(preview.slackAfterWei).to.equal(96n * LOT); // less 10 lots, if leg 1 is all
    expect(slackText(preview)).to.equal("Slack: 0.1 before, 0.096 after (session tokens)");
  });

  it("is what the book then does with it", function () {
    const draft = fc.tuple(fc.boolean(), fc.integer({ min: 4_990, max: 5_010 }), fc.integer({ min: 1, max: 20 }));
    const tif = fc.constantFrom(TimeInForce.GoodTillCancelled, TimeInForce.ImmediateOrCancel, TimeInForce.FillOrKill);
    fc.assert(
      fc.property(fc.array(draft, { maxLength: 8 }), draft, tif, (before, [isBid, price, lots], timeInForce) => {
        const [book, twin] = [openBook(1_000n), openBook(1_000n)];
        for (const [bids, at, size] of before) {
          for (const each of [book, twin]) place(each, ALICE, BigInt(at), BigInt(bids ? size : -size));
        }
        const quantity = BigInt(isBid ? lots : -lots);
        const preview = previewOrder(book, NOW, order(book, BOB, BigInt(price), quantity, timeInForce));
        const submitted = {
          package: order(twin, BOB, BigInt(price), quantity, timeInForce),
          signature: "0x",
          insertAfter: 0,
          place: 0,
        };
        const act = () => twin.createTrade({ timestamp: NOW }, submitted, { maxMatches: MAX_MATCHES, maxWalk: 100 });
        if (isRefusal(preview)) {
          expect(act).to.throw(preview.message);
          return;
        }
        const { result, events } = act();
        expect(preview).to.deep.include(reportOf(result.tradeRootId, quantity, events));
        const { traderId } = twin.state.traders.registered(BOB);
        expect(preview.slackAfterWei).to.equal(twin.state.margin.slackOf(traderId));
        expect(preview.claimAfterWei).to.equal(twin.accountOf(BOB).claim);
      }),
      { ...FIXED, numRuns: 100 },
    );
  });

  it("evicts an order that its trader cannot bear any more, and goes on", function () {
    const book = openBook(6n);
    place(book, ALICE, 6_000n, 10n);
    place(book, ALICE, 5_900n, 10n);
    place(book, BOB, 5_000n, -10n);
    expect(foretold(book, BOB, 5_000n, -2n)).to.deep.include({ fills: [], evicted: [2], restingLots: 2n });
  });

  it("is cut off if it may not rest", function () {
    const book = openBook(100n);
    place(book, ALICE, 6_000n, 3n);
    const preview = foretold(book, BOB, 5_500n, -5n, TimeInForce.ImmediateOrCancel);
    expect(preview).to.deep.include({ cutLots: 2n, restingLots: 0n });
  });

  it("goes no further than the steps that will be paid for", function () {
    const book = openBook(1_000n);
    for (let count = 0; count < MAX_MATCHES + 2; ++count) place(book, ALICE, 5_000n, 1n);
    const preview = foretold(book, BOB, 5_000n, -BigInt(MAX_MATCHES + 2));
    expect(preview.fills).to.have.length(MAX_MATCHES);
    expect(preview.restingLots).to.equal(2n);
  });

  it("is the book's own refusal, with its values, and leaves the mirror as it was", function () {
    const book = openBook(1n);
    const head = book.link;
    const uncovered = refusedFor(book, order(book, ALICE, 6_000n, 10n));
    expect([uncovered.code, uncovered.values]).to.deep.equal([
      "Book_Uncovered",
      { trader: ALICE, shortfall: 5n * LOT, bindingOutcome: 2n },
    ]);
    expect(refusedFor(book, order(book, CAROL, 5_000n, 1n)).code).to.equal("Book_TraderUnknown");
    expect(refusedFor(book, order(book, ALICE, 5_000n, 1n), 2_000n).code).to.equal("Book_NotTrading");
    expect(refusedFor(book, order(book, ALICE, 5_000n, 1n, TimeInForce.FillOrKill)).code).to.equal(
      "Book_FillOrKillUnfilled",
    );
    expect(book.link).to.equal(head);
  });
});
