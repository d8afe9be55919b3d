/** What is watched over a small book: three traders, two assets; a lot is worth 10^15 wei. */
import { expect } from "chai";
import fc from "fast-check";
import { getAddress } from "ethers";

import { equals, fraction } from "../../../src/protocol/amounts/fraction.js";
import { Book } from "../../../src/protocol/book/book.js";
import { monitoringOf } from "../../../src/protocol/book/monitoring.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { claimsIn, holdingsOf } from "../../../src/protocol/book/projections.js";
import { Refusal } from "../../../src/protocol/market/refusal.js";
import { reserveShiftOf } from "../../../src/protocol/book/reserve.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import { LIKENESS_SCALE } from "../../../src/protocol/value/concentration.js";
import { bookTerms } from "../book-terms.js";

const PEOPLE = ["a1", "b0", "c2"].map((byte) => getAddress(`0x${byte.repeat(20)}`));
const [ALICE = "", BOB = "", CAROL = ""] = PEOPLE;
const LOT = 10n ** 15n;

function open(): Book {
  const book = new Book(
    bookTerms({ chainWindow: 2, maxOpenOrders: 9, reserveShift: reserveShiftOf(10n ** 18n) }),
    TRUSTING,
  );
  for (const trader of PEOPLE) book.deposit({ caller: trader, timestamp: 1_500n }, trader, 100n * LOT);
  return book;
}

function place(book: Book, trader: string, quantity: bigint): void {
  const nonce = book.state.traders.registered(trader).nonces.floor;
  const rest = { previousLink: book.link, nonce, deadline: 1_999n, timeInForce: TimeInForce.GoodTillCancelled };
  const market = { marketRootId: 1, marketBranchId: 1 };
  const order = { ...market, trader, priceTicks: 5_000n, quantityLots: quantity, ...rest };
  book.createTrade(
    { timestamp: 1_500n },
    { package: order, signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 },
    { maxMatches: 9, maxWalk: 9 },
  );
}

describe("monitoringOf", () => {
  it("of a book in which nobody trades: equal parts, no views, nothing open", () => {
    const found = monitoringOf(open().state);
    expect([found.traders, found.holders, found.crowding]).to.deep.equal([3, 3, { views: 0, likeness: undefined }]);
    for (const { herfindahl, total } of found.legs) {
      expect(equals(herfindahl, fraction(1n, 3n))).to.equal(true);
      expect(total).to.equal(300n * LOT);
    }
    expect(found.roots.map(({ marketRootId, holders, atStake }) => [marketRootId, holders, atStake])).to.deep.equal([
      [1, 0, 0n],
    ]);
  });

  it("of an empty book: nothing at all", () => {
    const book = new Book(bookTerms({ reserveShift: reserveShiftOf(10n ** 18n) }), TRUSTING);
    const found = monitoringOf(book.state);
    expect([found.traders, found.holders, found.legs.map(({ total }) => total)]).to.deep.equal([0, 0, [0n, 0n]]);
    expect(found.legs[0]?.largestHolder).to.equal(undefined);
  });

  it("of two who buy gold from the third: claims 120, 110 and 70 on it, 80, 90 and 130 on silver", () => {
    const book = open();
    place(book, CAROL, -60n);
    place(book, ALICE, 40n);
    place(book, BOB, 20n);
    const found = monitoringOf(book.state);
    const [gold, silver] = found.legs;
    // 60 lots at a half: whoever buys 40 has 20 more of gold and 20 less of silver.
    expect(PEOPLE.map((_, i) => claimsIn(book.state, i + 1).map((claim) => claim / LOT))).to.deep.equal([
      [120n, 80n],
      [110n, 90n],
      [70n, 130n],
    ]);
    expect(equals(gold!.herfindahl, fraction(120n * 120n + 110n * 110n + 70n * 70n, 90_000n))).to.equal(true);
    expect(equals(gold!.largest, fraction(120n, 300n))).to.equal(true);
    expect([gold!.largestHolder, silver!.largestHolder]).to.deep.equal([ALICE, CAROL]);
    // One pair alike, two opposed.
    expect(found.crowding).to.deep.equal({ views: 3, likeness: -LIKENESS_SCALE / 3n });
    const [basket] = found.roots;
    expect(basket!.holders).to.equal(3);
    expect(basket!.atStake).to.equal(60n * LOT);
    expect(basket!.markets[0]).to.deep.equal({
      marketRootId: 1,
      marketBranchId: 1,
      longLots: 60n,
      shortLots: 60n,
      longs: 2,
      shorts: 1,
    });
    expect(basket!.markets[1]).to.include({ longLots: 0n, shortLots: 0n, longs: 0, shorts: 0 });
  });

  it("after any orders: what all have of an asset is what the book holds of it, and what is bought was sold", () => {
    const order = fc.tuple(fc.nat({ max: 2 }), fc.bigInt(-150n, 150n));
    fc.assert(
      fc.property(fc.array(order, { maxLength: 12 }), (orders) => {
        const book = open();
        for (const [who, quantity] of orders) tryToPlace(book, PEOPLE[who] ?? "", quantity);
        const { legs, roots, crowding } = monitoringOf(book.state);
        expect(legs.map(({ total }) => total)).to.deep.equal(holdingsOf(book.state));
        const [first] = roots[0]?.markets ?? [];
        expect(first?.longLots).to.equal(first?.shortLots);
        const claims = PEOPLE.map((_, i) => claimsIn(book.state, i + 1));
        expect(crowding.views).to.equal(claims.filter(([gold, silver]) => gold !== silver).length);
      }),
    );
  });
});

/** Of no lots, or more than can be borne, it is refused. */
function tryToPlace(book: Book, trader: string, quantity: bigint): void {
  try {
    place(book, trader, quantity);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
