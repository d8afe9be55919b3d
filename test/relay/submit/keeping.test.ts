/** What is to be done for a book, from its state alone. One lot of a leg of the basket is worth 10^15 wei, and a tick of rain 10^14. */
import { expect } from "chai";
import { getAddress } from "ethers";

import { applyFallbackCall, matchTradesCall, offsetCall, realiseCall } from "../../../src/bindings/calls.js";
import { Book } from "../../../src/protocol/book/book.js";
import type { Placed } from "../../../src/protocol/book/orders.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { boundsRecord, intervalRecord } from "../../../src/protocol/market/market-drafts.js";
import type { MarketRef } from "../../../src/protocol/signing/package.js";
import { createKeeper } from "../../../src/relay/submit/keeping.js";
import { bookTerms } from "../../protocol/book-terms.js";
import { tick } from "../../protocol/support.js";

const [ALICE, BOB, CAROL] = ["a1", "b0", "ca"].map((byte) => getAddress(`0x${byte.repeat(20)}`)) as [
  string,
  string,
  string,
];
const LOT = 10n ** 15n;
const [T1, CLOSES_AT, SETTLE_BY, T2] = [1_000n, 1_700n, 1_800n, 2_000n];
const NOW = 1_500n;
const LEG: MarketRef = { marketRootId: 1, marketBranchId: 1 };
const RAIN: MarketRef = { marketRootId: 2, marketBranchId: 1 };

interface Draft {
  readonly price: bigint;
  readonly lots: bigint;
  readonly market?: MarketRef;
  readonly deadline?: bigint;
  readonly maxMatches?: number;
}

/** Three traders with a hundred lots' worth each, and a market of 0 to 50 ticks of rain. */
function open(): Book {
  const book = new Book(bookTerms({ t1: T1, t2: T2 }), TRUSTING);
  for (const trader of [ALICE, BOB, CAROL]) book.deposit({ caller: trader, timestamp: NOW }, trader, 100n * LOT);
  const record = intervalRecord(
    { owner: ALICE, previousLink: book.link },
    {
      bounds: { lower: tick(0), upper: tick(50) },
      fallbackOutcome: tick(10),
      tickValue: 10n ** 14n,
      closesAt: CLOSES_AT,
      settleBy: SETTLE_BY,
      description: "rain",
    },
  );
  book.createMarket({ caller: ALICE, timestamp: NOW }, { record, signature: "0x", description: "rain" });
  return book;
}

function place(book: Book, trader: string, draft: Draft): Placed {
  const { price, lots, market = LEG, deadline = T2 - 1n, maxMatches = 99 } = draft;
  const nonce = book.state.traders.registered(trader).nonces.floor;
  const rest = { previousLink: book.link, nonce, deadline, timeInForce: 0 };
  const order = { ...market, trader, priceTicks: price, quantityLots: lots, ...rest };
  const submitted = { package: order, signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 };
  return book.createTrade({ timestamp: NOW }, submitted, { maxMatches, maxWalk: 5_000 }).result;
}

/** The owner says how much it rained. */
function settle(book: Book, amount: bigint): void {
  const { tip } = book.rootOf(2);
  const from = { owner: ALICE, marketRootId: 2, previousLink: tip };
  const record = boundsRecord(from, 1, { lower: tick(amount), upper: tick(amount) });
  book.createMarket({ caller: ALICE, timestamp: NOW }, { record, signature: "0x", description: "" });
}

const newestOf = (book: Book): number => Number(book.state.chain.checkpoints);
const restingIn = (book: Book): Placed[] =>
  [...book.state.queues.orders()].map(({ tradeRootId, place: at }) => ({ tradeRootId, place: at }));

const callsAt = (book: Book, timestamp: bigint) =>
  createKeeper()
    .chores(book, timestamp)
    .map(({ call }) => call);

describe("createKeeper", () => {
  it("given a quiet book, it has nothing to do", () => {
    const book = open();
    place(book, ALICE, { price: 5_000n, lots: 10n });
    place(book, BOB, { price: 6_000n, lots: -10n, market: LEG });
    place(book, CAROL, { price: 20n, lots: 10n, market: RAIN });
    expect(callsAt(book, NOW)).to.deep.equal([]);
  });

  describe("given orders that rest", () => {
    it("takes out those whose deadline is over, and no other", () => {
      const book = open();
      place(book, ALICE, { price: 4_000n, lots: 1n, deadline: 1_600n });
      const late = place(book, ALICE, { price: 4_001n, lots: 1n, deadline: 1_599n });
      expect(callsAt(book, 1_600n)).to.deep.equal([offsetCall([late], newestOf(book))]);
      expect(callsAt(book, 1_599n)).to.deep.equal([]);
    });

    it("takes out those of a market that has closed", () => {
      const book = open();
      const wet = place(book, ALICE, { price: 20n, lots: 1n, market: RAIN });
      place(book, ALICE, { price: 4_000n, lots: 1n });
      expect(callsAt(book, CLOSES_AT - 1n)).to.deep.equal([]);
      expect(callsAt(book, CLOSES_AT)).to.deep.equal([offsetCall([wet], newestOf(book))]);
    });

    it("takes out those of a market that can pay one amount only", () => {
      const book = open();
      const wet = place(book, ALICE, { price: 20n, lots: 1n, market: RAIN });
      settle(book, 25n);
      expect(callsAt(book, NOW)).to.deep.equal([offsetCall([wet], newestOf(book))]);
    });

    it("takes out those that their trader could not bear any more (R35)", () => {
      const book = open();
      const first = place(book, ALICE, { price: 5_000n, lots: 150n }); // 75 of 100
      const second = place(book, ALICE, { price: 4_900n, lots: 150n }); // 73.5: each alone is borne
      expect(callsAt(book, NOW)).to.deep.equal([]);
      place(book, BOB, { price: 5_000n, lots: -150n });
      expect(book.state.queues.find(first.tradeRootId)).to.equal(undefined);
      expect(callsAt(book, NOW)).to.deep.equal([offsetCall([second], newestOf(book))]);
    });

    it("asks for gas by how many it takes out", () => {
      const book = open();
      for (let price = 4_000n; price < 4_003n; price += 1n) {
        place(book, ALICE, { price, lots: 1n, deadline: 1_510n });
      }
      const [chore] = createKeeper().chores(book, 1_511n);
      expect(chore!.gas).to.equal(200_000n + 3n * 150_000n);
    });

    it("takes out forty at once, and the next ones the next time", () => {
      const book = open();
      const orders = Array.from({ length: 90 }, (_, index) =>
        place(book, ALICE, { price: 4_000n + BigInt(index), lots: 1n, deadline: 1_510n }),
      );
      const keeper = createKeeper();
      const look = () => keeper.chores(book, 1_511n).map(({ call }) => call);
      // The lowest numbers first, whatever their price.
      const numbers = restingIn(book);
      expect(numbers.toSorted((a, b) => a.tradeRootId - b.tradeRootId)).to.deep.equal(orders);
      const taken = [look(), look(), look(), look()];
      expect(taken[0]).to.deep.equal([offsetCall(numbers.slice(0, 40), newestOf(book))]);
      expect(taken[1]).to.deep.equal([offsetCall(numbers.slice(40, 80), newestOf(book))]);
      expect(taken[2]).to.deep.equal([offsetCall(numbers.slice(80), newestOf(book))]);
      expect(taken[3], "from the start again: nobody has done it yet").to.deep.equal(taken[0]);
    });
  });

  describe("given a market that was left crossed", () => {
    function crossed(): Book {
      const book = open();
      for (let price = 15n; price < 20n; price += 1n) place(book, ALICE, { price, lots: -1n, market: RAIN });
      place(book, BOB, { price: 30n, lots: 5n, market: RAIN, maxMatches: 1 });
      expect(book.state.queues.of(RAIN).isCrossed()).to.equal(true);
      return book;
    }

    it("goes on matching there", () => {
      const book = crossed();
      const [chore, ...others] = createKeeper().chores(book, NOW);
      expect([chore!.call, others]).to.deep.equal([matchTradesCall(2, 1, 64, newestOf(book)), []]);
      expect(chore!.gas).to.equal(200_000n + 64n * 180_000n);
    });

    it("leaves it alone once nothing can be matched there any more", () => {
      const book = crossed();
      const left = restingIn(book);
      expect(callsAt(book, CLOSES_AT)).to.deep.equal([offsetCall(left, newestOf(book))]);
    });
  });

  describe("given a market that nobody settles", () => {
    it("applies its fallback from its time on, and not before", () => {
      const book = open();
      expect(callsAt(book, SETTLE_BY - 1n)).to.deep.equal([]);
      expect(callsAt(book, SETTLE_BY)).to.deep.equal([applyFallbackCall(2)]);
    });

    it("never does so for the basket", () => {
      const book = open();
      settle(book, 25n);
      expect(callsAt(book, T2 + 900n)).to.deep.equal([]);
    });
  });

  describe("given a market that is settled", () => {
    it("turns every position in it into cash, and is done with it then", () => {
      const book = open();
      place(book, ALICE, { price: 20n, lots: 4n, market: RAIN });
      place(book, BOB, { price: 20n, lots: -4n, market: RAIN });
      settle(book, 25n);
      expect(callsAt(book, NOW)).to.deep.equal([realiseCall(2, [ALICE, BOB])]);
      book.realise(2, [ALICE]);
      expect(callsAt(book, NOW)).to.deep.equal([realiseCall(2, [BOB])]);
      book.realise(2, [BOB]);
      expect(callsAt(book, NOW)).to.deep.equal([]);
    });

    it("leaves those alone who had a position once", () => {
      const book = open();
      place(book, ALICE, { price: 20n, lots: 4n, market: RAIN });
      place(book, BOB, { price: 20n, lots: -4n, market: RAIN });
      place(book, CAROL, { price: 20n, lots: 4n, market: RAIN });
      place(book, ALICE, { price: 20n, lots: -4n, market: RAIN });
      settle(book, 25n);
      expect(callsAt(book, NOW)).to.deep.equal([realiseCall(2, [BOB, CAROL])]);
    });
  });
});
