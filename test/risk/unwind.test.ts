/** What closing a position costs: a small book, counted by hand. A lot is worth 10^15 wei, a tick 10^11. */
import { expect } from "chai";
import { getAddress } from "ethers";

import { equals, fraction } from "../../src/protocol/amounts/fraction.js";
import { lots } from "../../src/protocol/amounts/units.js";
import { Book } from "../../src/protocol/book/book.js";
import type { MakerHouse } from "../../src/protocol/book/houses.js";
import { TRUSTING } from "../../src/protocol/book/outside.js";
import type { BookTerms } from "../../src/protocol/book/terms.js";
import { TimeInForce, type TradePackage } from "../../src/protocol/signing/package.js";
import { ceilWei, coveredMiddle, daysToUnwind, openPositions, unwindings } from "../../src/risk/unwind.js";
import { bookTerms } from "../protocol/book-terms.js";
import { lot } from "../protocol/support.js";

const NOW = 1_500n;
const LOT = 10n ** 15n;
const MARKET = { marketRootId: 1, marketBranchId: 1 };
const [ALICE, BOB, CAROL] = ["a1", "b0", "c2"].map((byte) => getAddress(`0x${byte.repeat(20)}`)) as [string, string, string]; // prettier-ignore

function place(book: Book, trader: string, price: bigint, lots: bigint): void {
  const nonce = book.state.traders.registered(trader).nonces.floor;
  const rest = { previousLink: book.link, nonce, deadline: 1_999n, timeInForce: TimeInForce.GoodTillCancelled };
  const order = { ...MARKET, trader, priceTicks: price, quantityLots: lots, ...rest } as TradePackage; // small numbers
  const submitted = { package: order, signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 };
  book.createTrade({ timestamp: NOW }, submitted, { maxMatches: 16, maxWalk: 16 });
}

/** Alice has bought 20 lots of leg 1 from Bob; then 4 and 8 are bid, and 5 offered. */
function openBook(change: Partial<BookTerms> = {}): {
  readonly book: Book;
  readonly alice: number;
  readonly bob: number;
} {
  const book = new Book(bookTerms({ chainWindow: 64, maxOpenOrders: 9, ...change }), TRUSTING);
  for (const trader of [ALICE, BOB, CAROL]) book.deposit({ caller: trader, timestamp: NOW }, trader, 100n * LOT);
  place(book, BOB, 5_000n, -20n);
  place(book, ALICE, 5_000n, 20n);
  place(book, CAROL, 4_900n, 4n);
  place(book, CAROL, 4_500n, 8n);
  place(book, CAROL, 5_300n, -5n);
  const idOf = (trader: string): number => book.state.traders.registered(trader).traderId;
  return { book, alice: idOf(ALICE), bob: idOf(BOB) };
}

describe("unwinding", function () {
  it("knows what is open: of the basket lots of a leg more than of the last", function () {
    const { book, alice, bob } = openBook();
    expect(openPositions(book.state, alice)).to.deep.equal([{ ...MARKET, lots: 20n }]);
    expect(openPositions(book.state, bob)).to.deep.equal([{ ...MARKET, lots: -20n }]);
    expect(openPositions(book.state, 3)).to.deep.equal([]);
  });

  it("walks the covered book for a tenth, a half and all of it, beside the middle", function () {
    const { book, alice } = openBook();
    const [position] = openPositions(book.state, alice);
    const found = unwindings(book.state, position!, { timestamp: NOW, without: alice });
    expect(found.map(({ part, lots, walk }) => [part, lots, walk.filledLots])).to.deep.equal([
      [10, -2n, 2n],
      [50, -10n, 10n],
      [100, -20n, 12n], // no more is bid
    ]);
    // The middle is 5100: 2 · 200; 4 · 200 + 6 · 600; 4 · 200 + 8 · 600 ticks, of 10^11 wei
    const costs = [400n, 4_400n, 5_600n].map((ticks) => fraction(ticks * 10n ** 11n));
    found.forEach(({ costWei }, k) => {
      expect(equals(costWei!, costs[k]!)).to.equal(true);
    });
  });

  it("buys back what was sold", function () {
    const { book, bob } = openBook();
    const [position] = openPositions(book.state, bob);
    const [tenth, , all] = unwindings(book.state, position!, { timestamp: NOW, without: bob });
    expect([tenth!.lots, all!.walk.filledLots]).to.deep.equal([2n, 5n]);
    expect(equals(all!.costWei!, fraction(5n * 200n * 10n ** 11n))).to.equal(true);
  });

  it("has no middle, and so no cost, where one side is empty or one's own", function () {
    const { book } = openBook();
    const carol = book.state.traders.registered(CAROL).traderId;
    const options = { timestamp: NOW, without: carol };
    expect(coveredMiddle(book.state, MARKET, options)).to.equal(undefined);
    const [tenth] = unwindings(book.state, { ...MARKET, lots: lot(10) }, options);
    expect([tenth!.costWei, tenth!.walk.filledLots]).to.deep.equal([undefined, 0n]);
  });

  it("rounds parts up to whole lots, and costs up to whole wei", function () {
    const { book } = openBook();
    const parts = unwindings(book.state, { ...MARKET, lots: lot(3) }, { timestamp: NOW });
    expect(parts.map(({ lots }) => lots)).to.deep.equal([-1n, -2n, -3n]);
    expect([ceilWei(fraction(5n, 2n)), ceilWei(fraction(-5n, 2n)), ceilWei(fraction(4n, 2n))]).to.deep.equal([
      3n,
      -2n,
      2n,
    ]);
  });

  describe("by automated makers", function () {
    const ONE_SIDED = 2n;
    const makerAt = (byte: string, prior: readonly bigint[] = [1n, 1n], marketRootId = 1): MakerHouse => {
      return { kind: "maker", address: getAddress(`0x${byte.repeat(20)}`), marketRootId, points: [], liquidity: lots(1_000n), prior }; // prettier-ignore
    };
    const [EVEN, LOPSIDED] = [makerAt("3a"), makerAt("3b", [ONE_SIDED, 1n])];
    const fund = (book: Book, { address }: MakerHouse, size = 1_200n): unknown =>
      book.deposit({ caller: address, timestamp: NOW }, address, size * LOT);
    /** What a taker pays, as the cost function is written down: b · 10 000 ticks · ln(w · e^(x/b) + 1 − w). */
    const costOf = (share: number, size: bigint): number =>
      1_000 * 10_000 * Math.log(share * Math.exp(Number(size) / 1_000) + 1 - share);

    it("has what the cost function says for the same lots, beside the middle of the covered book", function () {
      const { book, alice, bob } = openBook();
      fund(book, EVEN);
      for (const [trader, side] of [
        [alice, -1n],
        [bob, 1n],
      ] as const) {
        // prettier-ignore
        const [position] = openPositions(book.state, trader);
        const found = unwindings(book.state, position!, { timestamp: NOW, without: trader }, [EVEN]);
        expect(found.map((part) => part.lots)).to.deep.equal([2n, 10n, 20n].map((size) => side * size));
        for (const { lots: size, maker } of found) {
          expect(maker!.address).to.equal(EVEN.address);
          expect(Number(maker!.tickLots)).to.be.closeTo(Math.abs(costOf(0.5, size)), 1);
          const beyond = side * (maker!.tickLots - side * size * 5_100n); // the middle is 5100
          expect(equals(maker!.costWei!, fraction(beyond * 10n ** 11n))).to.equal(true);
        }
      }
    });

    it("is by the one that does it for least, whichever side it is", function () {
      const { book, alice, bob } = openBook();
      const both = [EVEN, LOPSIDED];
      for (const maker of both) fund(book, maker);
      const bestOf = (trader: number): string[] => {
        const [position] = openPositions(book.state, trader);
        const found = unwindings(book.state, position!, { timestamp: NOW, without: trader }, both);
        return found.map(({ maker }) => maker!.address);
      };
      expect(bestOf(alice), "who sells gets two thirds there").to.deep.equal(Array(3).fill(LOPSIDED.address));
      expect(bestOf(bob), "who buys pays half here").to.deep.equal(Array(3).fill(EVEN.address));
    });

    it("has none of a maker that is not paid for, of another root, at its limit, or the holder itself", function () {
      const { book, alice } = openBook();
      const makerOf = (trader: number, maker: MakerHouse): unknown[] => {
        const [position] = openPositions(book.state, trader);
        const options = { timestamp: NOW, without: trader };
        return unwindings(book.state, position!, options, [maker]).map((part) => part.maker?.address);
      };
      const none = [undefined, undefined, undefined];
      expect(makerOf(alice, EVEN), "unknown to the book").to.deep.equal(none);
      fund(book, EVEN, 600n);
      expect(makerOf(alice, EVEN), "less than 693.2 lots").to.deep.equal(none);
      fund(book, EVEN, 100n);
      expect(makerOf(alice, EVEN)).to.deep.equal([EVEN.address, EVEN.address, EVEN.address]);
      expect(makerOf(alice, makerAt("3a", [1n, 1n], 2)), "another root's").to.deep.equal(none);
      const asked = makerAt("a1"); // Alice's own address
      expect(makerOf(alice, asked), "itself").to.deep.equal(none);

      const narrow = openBook({ maxLots: 20n }).book;
      fund(narrow, EVEN);
      place(narrow, EVEN.address, 4_950n, 9n);
      place(narrow, CAROL, 4_950n, -9n);
      const [position] = openPositions(narrow.state, alice);
      const found = unwindings(narrow.state, position!, { timestamp: NOW, without: alice }, [EVEN]);
      expect(found.map(({ lots: size, maker }) => [size, maker?.address])).to.deep.equal([
        [-2n, EVEN.address],
        [-10n, EVEN.address],
        [-20n, undefined], // it has 9 of at most 20
      ]);
    });
  });

  it("takes as many days as a part of what is traded needs", function () {
    const day = 86_400n;
    const found = daysToUnwind({ lots: lot(-30) }, { lots: 200n, seconds: 2n * day }, 10n);
    expect(equals(found!, fraction(3n))).to.equal(true); // 100 a day, 10 of them
    expect(daysToUnwind({ lots: lot(30) }, { lots: 0n, seconds: day }, 10n)).to.equal(undefined);
    expect(daysToUnwind({ lots: lot(30) }, { lots: 5n, seconds: day }, 0n)).to.equal(undefined);
  });
});
