/** What others see of a book, on a small one: two assets, scale 10 000, a lot is worth 10^15 wei. */
import { expect } from "chai";
import { getAddress } from "ethers";

import { reserveShiftOf } from "../../../src/protocol/book/reserve.js";
import { lots, ticks, tokenWei } from "../../../src/protocol/amounts/units.js";
import { Book } from "../../../src/protocol/book/book.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import {
  accountOf,
  bindingIn,
  claimsIn,
  type CountedLevel,
  depthOf,
  holdingsOf,
  insertionHint,
  levelChanges,
  levelsOf,
  linkToSign,
  ordersOf,
  slackOf,
  storedWorstOf,
} from "../../../src/protocol/book/projections.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import { bookTerms } from "../book-terms.js";

const [ALICE, BOB] = ["a1", "b0"].map((byte) => getAddress(`0x${byte.repeat(20)}`)) as [string, string];
const [ALICES, BOBS] = [1, 2];
const LOT = 10n ** 15n;
const GOLD = { marketRootId: 1, marketBranchId: 1 };
const SILVER = { marketRootId: 1, marketBranchId: 2 };

function open(): Book {
  const book = new Book(
    bookTerms({ chainWindow: 2, maxOpenOrders: 9, reserveShift: reserveShiftOf(10n ** 18n) }),
    TRUSTING,
  );
  for (const trader of [ALICE, BOB]) book.deposit({ caller: trader, timestamp: 1_500n }, trader, 100n * LOT);
  return book;
}

function place(book: Book, trader: string, market: typeof GOLD, price: bigint, quantity: bigint): void {
  const nonce = book.state.traders.registered(trader).nonces.floor;
  const rest = { previousLink: book.link, nonce, deadline: 1_999n, timeInForce: TimeInForce.GoodTillCancelled };
  const order = { ...market, trader, priceTicks: price, quantityLots: quantity, ...rest };
  book.createTrade(
    { timestamp: 1_500n },
    { package: order, signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 },
    { maxMatches: 9, maxWalk: 9 },
  );
}

/** Bids of gold: Alice 5 at 6 000, Bob 2 and Alice 3 at 5 900. An offer of Bob: 4 at 7 000. */
function quoted(): Book {
  const book = open();
  place(book, ALICE, GOLD, 6_000n, 5n);
  place(book, BOB, GOLD, 5_900n, 2n);
  place(book, ALICE, GOLD, 5_900n, 3n);
  place(book, BOB, GOLD, 7_000n, -4n);
  return book;
}

const level = (price: bigint, size: bigint, orders: number): CountedLevel => ({
  priceTicks: ticks(price),
  lots: lots(size),
  orders,
});

describe("projections of a book", () => {
  describe("levels", () => {
    it("join the orders of a price, best first, with sizes above zero on both sides", () => {
      const { queues } = quoted().state;
      expect(levelsOf(queues.of(GOLD).bids)).to.deep.equal([level(6_000n, 5n, 1), level(5_900n, 5n, 2)]);
      expect(levelsOf(queues.of(GOLD).asks)).to.deep.equal([level(7_000n, 4n, 1)]);
      expect(levelsOf(queues.of(SILVER).bids)).to.deep.equal([]);
    });

    it("stop after as many as were asked for, the last one whole", () => {
      const { bids } = quoted().state.queues.of(GOLD);
      expect(levelsOf(bids, { most: 1 })).to.deep.equal([level(6_000n, 5n, 1)]);
      expect(levelsOf(bids, { most: 2 }).at(-1)).to.deep.equal(level(5_900n, 5n, 2));
      expect(levelsOf(bids, { most: 0 })).to.deep.equal([]);
    });

    it("leave a trader's orders out, and levels that were only that trader's", () => {
      const { bids, asks } = depthOf(quoted().state, GOLD, { without: ALICES });
      expect(bids).to.deep.equal([level(5_900n, 2n, 1)]);
      expect(asks).to.deep.equal([level(7_000n, 4n, 1)]);
      expect(depthOf(quoted().state, GOLD, { without: BOBS }).asks).to.deep.equal([]);
    });
  });

  describe("changes of levels", () => {
    const before = [level(6_000n, 5n, 1), level(5_900n, 5n, 2)];

    it("are nothing if nothing changed", () => {
      expect(levelChanges(before, [...before])).to.deep.equal([]);
    });

    it("are what is new or different, and what is gone without lots", () => {
      const after = [level(6_100n, 1n, 1), level(5_900n, 4n, 2)];
      expect(levelChanges(before, after)).to.deep.equal([...after, level(6_000n, 0n, 0)]);
    });

    it("see that the same lots are of another number of orders", () => {
      const after = [level(6_000n, 5n, 1), level(5_900n, 5n, 1)];
      expect(levelChanges(before, after)).to.deep.equal([level(5_900n, 5n, 1)]);
    });
  });

  describe("accounts", () => {
    it("have cash and positions as the book keeps them", () => {
      const book = quoted();
      place(book, BOB, GOLD, 6_000n, -5n);
      const account = accountOf(book.state, ALICES);
      expect(account.cash).to.equal(100n * LOT - 3n * LOT);
      expect([...account.positions]).to.deep.equal([[1, [5n, 0n]]]);
      expect([...storedWorstOf(book.state, BOBS)]).to.deep.equal([[1, -5n * LOT]]);
      expect(slackOf(book.state, BOBS)).to.equal(100n * LOT + 3n * LOT - 5n * LOT);
    });

    it("of nobody are empty", () => {
      const { state } = open();
      expect(accountOf(state, 77)).to.deep.equal({ cash: 0n, positions: new Map() });
      expect(storedWorstOf(state, 77).size).to.equal(0);
      expect(slackOf(state, 77)).to.equal(0n);
    });

    it("have a claim on each asset, which together are what the book holds", () => {
      const book = quoted();
      expect(claimsIn(book.state, ALICES), "orders that rest claim nothing").to.deep.equal([100n * LOT, 100n * LOT]);
      place(book, BOB, GOLD, 6_000n, -5n); // Alice pays 3 lots' worth for 5 lots of gold
      expect(claimsIn(book.state, ALICES)).to.deep.equal([102n * LOT, 97n * LOT]);
      expect(claimsIn(book.state, BOBS)).to.deep.equal([98n * LOT, 103n * LOT]);
      expect(claimsIn(book.state, 77), "nobody").to.deep.equal([0n, 0n]);
      expect(holdingsOf(book.state)).to.deep.equal([200n * LOT, 200n * LOT]);
    });

    it("count leg tokens that were paid in for their asset alone", () => {
      const book = open();
      book.depositLeg({ caller: BOB, timestamp: 1_500n }, BOB, 2, 7n);
      expect(holdingsOf(book.state)).to.deep.equal([200n * LOT, 207n * LOT]);
    });

    it("have their own resting orders", () => {
      expect(ordersOf(quoted().state, BOBS)).to.deep.equal([
        { tradeRootId: 2, place: 2, ...GOLD, priceTicks: 5_900n, lots: 2n },
        { tradeRootId: 4, place: 4, ...GOLD, priceTicks: 7_000n, lots: -4n },
      ]);
    });
  });

  describe("what binds a trader", () => {
    it("counts what the book has reserved, unless another figure is given", () => {
      const { state } = quoted();
      const reserved = state.traders.byId(ALICES).reserved;
      expect(reserved).to.equal(171n * 2n ** 44n); // the largest need: 5 lots at 0.6, 170.5 units
      const withdrawable = 100n * LOT - reserved;
      expect(bindingIn(state, ALICES)).to.deep.include({ slack: 100n * LOT, reserved, withdrawable });
      expect(bindingIn(state, ALICES, tokenWei(0n))).to.deep.include({ reserved: 0n, withdrawable: 100n * LOT });
    });

    it("says at which others' prices a position would be closed", () => {
      const book = open();
      place(book, BOB, GOLD, 6_000n, 5n);
      place(book, ALICE, GOLD, 6_000n, -5n);
      place(book, BOB, GOLD, 6_500n, -2n);
      place(book, ALICE, GOLD, 6_400n, 1n); // one's own quote closes nothing
      const trade = bindingIn(book.state, ALICES).releases.find(({ kind }) => kind === "trade");
      expect(trade).to.deep.include({ ...GOLD, lots: 5n });
      expect(trade).to.have.nested.property("now.lots", 2n);
      expect(trade).to.have.nested.property("now.limit", 6_500n);
    });
  });

  describe("places and links", () => {
    it("name the order behind which a new one would rest", () => {
      const { state } = quoted();
      expect(insertionHint(state, GOLD, true, 6_100n)).to.equal(0);
      expect(insertionHint(state, GOLD, true, 6_000n)).to.equal(1);
      expect(insertionHint(state, GOLD, true, 5_900n)).to.equal(3);
      expect(insertionHint(state, GOLD, false, 7_500n)).to.equal(4);
      expect(insertionHint(state, { marketRootId: 9, marketBranchId: 1 }, true, 1n), "no such market").to.equal(0);
    });

    it("give the newest checkpoint to sign over, or where blocks share marks the one before it", () => {
      const book = open();
      const [genesis] = [book.link];
      expect([false, true].map((shares) => linkToSign(book.state, shares))).to.deep.equal([genesis, genesis]);
      const links = [5_000n, 5_001n].map((price) => {
        place(book, ALICE, GOLD, price, 1n);
        return book.link;
      });
      expect([false, true].map((shares) => linkToSign(book.state, shares))).to.deep.equal([links[1], links[0]]);
    });
  });
});
