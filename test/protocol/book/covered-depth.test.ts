/** What resting orders can bear, beside what they display, and a walk of it: judged by the book's own matching. */
import { expect } from "chai";
import fc from "fast-check";
import { getAddress } from "ethers";

import { Book } from "../../../src/protocol/book/book.js";
import { coveredLevels } from "../../../src/protocol/book/covered-depth.js";
import { type CoveredWalk, walkCovered } from "../../../src/protocol/book/covered-walk.js";
import { reportOf } from "../../../src/protocol/book/order-effect.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { isRefusal } from "../../../src/protocol/market/refusal.js";
import { TimeInForce, type TradePackage } from "../../../src/protocol/signing/package.js";
import { bookTerms } from "../book-terms.js";

const NOW = 1_500n;
const LOT = 10n ** 15n;
const MARKET = { marketRootId: 1, marketBranchId: 1 };
const PEOPLE = ["a1", "b0", "c2", "d3"].map((byte) => getAddress(`0x${byte.repeat(20)}`));
const [ALICE = "", BOB = "", CAROL = "", TAKER = ""] = PEOPLE;
const LIMITS = { maxMatches: 1_000, maxWalk: 1_000 };

interface Draft {
  readonly trader: string;
  readonly price: bigint;
  readonly lots: bigint;
  readonly deadline?: bigint;
}

function openBook(assets = 2): Book {
  const book = new Book(bookTerms({ assets, chainWindow: 64, maxOpenOrders: 100 }), TRUSTING);
  for (const trader of [ALICE, BOB, CAROL]) book.deposit({ caller: trader, timestamp: NOW }, trader, 10n * LOT);
  book.deposit({ caller: TAKER, timestamp: NOW }, TAKER, 900n * LOT);
  return book;
}

function orderOf(book: Book, draft: Draft, timeInForce: number = TimeInForce.GoodTillCancelled): TradePackage {
  const { trader, price, lots, deadline = 1_999n } = draft;
  const nonce = book.state.traders.registered(trader).nonces.floor;
  const rest = { previousLink: book.link, nonce, deadline, timeInForce };
  return { ...MARKET, trader, priceTicks: price, quantityLots: lots, ...rest } as TradePackage; // small numbers
}

/** @returns whether the book has taken it */
function place(book: Book, draft: Draft): boolean {
  const submitted = { package: orderOf(book, draft), signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 };
  try {
    book.createTrade({ timestamp: NOW - 400n }, submitted, LIMITS);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Plain: the book itself matches an order without a limit, and takes it back. */
function played(book: Book, lots: bigint): { priceTicks: bigint; lots: bigint }[] {
  const order = orderOf(book, { trader: TAKER, price: lots > 0n ? 10_000n : 0n, lots }, TimeInForce.ImmediateOrCancel);
  const submitted = { package: order, signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 };
  return book.state.journal.rehearse(() => {
    const { result, events } = book.createTrade({ timestamp: NOW }, submitted, LIMITS);
    const levels: { priceTicks: bigint; lots: bigint }[] = [];
    for (const fill of reportOf(result.tradeRootId, lots, events).fills) {
      const last = levels.at(-1);
      if (last?.priceTicks === fill.priceTicks) last.lots += fill.lots;
      else levels.push({ priceTicks: fill.priceTicks, lots: fill.lots });
    }
    return levels;
  });
}

const walk = (book: Book, lots: bigint): CoveredWalk =>
  walkCovered(book.state, MARKET, lots, { timestamp: NOW, without: book.state.traders.registered(TAKER).traderId });

describe("covered depth", function () {
  it("is what is displayed where each order's trader could bear it", function () {
    const book = openBook();
    place(book, { trader: ALICE, price: 4_000n, lots: 5n });
    place(book, { trader: BOB, price: 4_000n, lots: 7n });
    place(book, { trader: BOB, price: 3_000n, lots: 2n });
    const { bids } = book.state.queues.of(MARKET);
    expect(coveredLevels(book.state, bids, 10, NOW)).to.deep.equal([
      { priceTicks: 4_000n, lots: 12n, orders: 2, coveredLots: 12n },
      { priceTicks: 3_000n, lots: 2n, orders: 1, coveredLots: 2n },
    ]);
    expect(coveredLevels(book.state, bids, 1, NOW)).to.have.length(1);
  });

  it("is less once a trader's collateral is used elsewhere, and nothing past a deadline", function () {
    const book = openBook();
    place(book, { trader: ALICE, price: 5_000n, lots: 20n }); // costs all that she has
    place(book, { trader: ALICE, price: 4_000n, lots: 20n });
    place(book, { trader: BOB, price: 3_000n, lots: 1n, deadline: NOW - 1n });
    const { bids } = book.state.queues.of(MARKET);
    const before = coveredLevels(book.state, bids, 10, NOW).map(({ coveredLots }) => coveredLots);
    expect(before).to.deep.equal([20n, 20n, 0n]); // each by itself
    place(book, { trader: TAKER, price: 5_000n, lots: -10n });
    const after = coveredLevels(book.state, bids, 10, NOW).map(({ lots, coveredLots }) => [lots, coveredLots]);
    // 5 of her 10 are bound: at 0.4 a lot the other 5 bear 12
    expect(after).to.deep.equal([
      [10n, 10n],
      [20n, 12n],
      [1n, 0n],
    ]);
  });
});

describe("walkCovered", function () {
  it("lets orders of one trader use up one collateral", function () {
    const book = openBook();
    place(book, { trader: ALICE, price: 5_000n, lots: 20n });
    place(book, { trader: ALICE, price: 4_000n, lots: 20n });
    place(book, { trader: BOB, price: 3_000n, lots: 4n });
    const found = walk(book, -50n);
    expect(found.levels).to.deep.equal([
      { priceTicks: 5_000n, lots: 20n },
      { priceTicks: 3_000n, lots: 4n },
    ]);
    expect(found).to.deep.include({ filledLots: 24n, tickLots: 112_000n, uncoveredLots: 20n });
  });

  it("gives nothing for no lots, in a market that is not there, after trading, and in an empty book", function () {
    const book = openBook();
    const nothing = { levels: [], filledLots: 0n, tickLots: 0n, uncoveredLots: 0n };
    expect(walk(book, 5n)).to.deep.equal(nothing);
    place(book, { trader: ALICE, price: 5_000n, lots: 2n });
    expect(walk(book, 0n)).to.deep.equal(nothing);
    expect(walkCovered(book.state, { marketRootId: 9, marketBranchId: 1 }, -1n, { timestamp: NOW })).to.deep.equal(
      nothing,
    );
    expect(walkCovered(book.state, MARKET, -1n, { timestamp: 2_000n })).to.deep.equal(nothing);
  });

  for (const assets of [2, 3]) {
    it(`fills what the book itself fills, whoever quotes what (${assets} assets)`, function () {
      const draft = fc.record({
        trader: fc.constantFrom(ALICE, BOB, CAROL, TAKER),
        price: fc.integer({ min: 1, max: 99 }).map((price) => BigInt(price) * 100n),
        lots: fc
          .integer({ min: -25, max: 25 })
          .filter((lots) => lots !== 0)
          .map(BigInt),
        deadline: fc.constantFrom(1_999n, NOW, NOW - 1n),
      });
      const asked = fc
        .integer({ min: -120, max: 120 })
        .filter((lots) => lots !== 0)
        .map(BigInt);
      let fills = 0;
      let cut = 0;
      fc.assert(
        fc.property(fc.array(draft, { maxLength: 25 }), asked, (drafts, lots) => {
          const book = openBook(assets);
          for (const one of drafts) place(book, one);
          const found = walk(book, lots);
          expect(found.levels).to.deep.equal(played(book, lots));
          fills += found.levels.length;
          if (found.uncoveredLots > 0n) cut += 1;
        }),
        { numRuns: 300 },
      );
      expect([fills > 0, cut > 0]).to.deep.equal([true, true]); // it has looked at what it is about
    });
  }
});
