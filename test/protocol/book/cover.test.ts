/** R13 at the door and at the fill: quick cover, and the range of lots. */
import { expect } from "chai";

import { Book } from "../../../src/protocol/book/book.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import type { BookTerms } from "../../../src/protocol/book/terms.js";
import { isRefusal, type Refusal } from "../../../src/protocol/market/refusal.js";
import { tradePackage } from "../../../src/protocol/signing/package.js";
import { tick, wei } from "../support.js";
import { address, NOW, TERMS } from "../logged.js";

const [ALICE, BOB, CAROL] = [address(1), address(2), address(3)];
const AT = { timestamp: NOW };
const MOST = 2n ** 39n - 1n;
/** A lot is worth 10 wei. */
const SMALL: Partial<BookTerms> = { basketScale: tick(10), basketTickValue: wei(1), maxOpenOrders: 9 };

function open(assets: number, terms: Partial<BookTerms> = {}): Book {
  const book = new Book({ ...TERMS, ...SMALL, assets, ...terms }, TRUSTING);
  for (const trader of [ALICE, BOB, CAROL]) book.deposit({ caller: trader, ...AT }, trader, 10n * 2n ** 48n);
  return book;
}

function place(book: Book, trader: string, price: bigint, lots: bigint, leg = 1): readonly BookEvent[] {
  const nonce = book.noncesOf(trader).nonceFloor;
  const order = tradePackage({
    ...{ marketRootId: 1, marketBranchId: leg, trader, priceTicks: price, quantityLots: lots },
    ...{ previousLink: book.link, nonce, deadline: 1_999n, timeInForce: 0 },
  });
  const submitted = { package: order, signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 };
  return book.createTrade(AT, submitted, { maxMatches: 9, maxWalk: 9 }).events;
}

function refusalOf(call: () => unknown): Refusal {
  try {
    call();
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("Cover (R13)", () => {
  describe("given a basket of three", () => {
    it("takes an order whose own need is free, whatever is held, and looks at its lots when it is filled", () => {
      const book = open(3);
      place(book, ALICE, 5n, MOST);
      place(book, BOB, 5n, -MOST);
      expect(book.positionOf(ALICE, 1)).to.deep.equal([MOST, 0n, 0n]);
      place(book, ALICE, 5n, 7n);
      const events = place(book, CAROL, 5n, -7n);
      expect(events.map((event) => (event.kind === "offset" ? event.reason : event.kind))).to.deep.equal([
        ...["tradeCreated", "uncovered", "checkpoint"],
      ]);
    });

    it("looks at the lots of one whose need is not free", () => {
      const book = open(3);
      place(book, ALICE, 5n, MOST);
      place(book, BOB, 5n, -MOST);
      book.withdraw({ caller: ALICE, ...AT }, book.checkCollateral(ALICE).slack, ALICE);
      expect(refusalOf(() => place(book, ALICE, 5n, 7n))).to.deep.include({
        code: "Book_PositionOverflow",
        values: { trader: ALICE },
      });
      expect(refusalOf(() => place(book, ALICE, 10n, 1n, 2)).code).to.equal("Book_Uncovered");
    });

    it("counts lots of the last leg as so many less of every other", () => {
      const book = open(3);
      place(book, ALICE, 5n, MOST, 3);
      place(book, BOB, 5n, -MOST, 3);
      expect(book.positionOf(ALICE, 1)).to.deep.equal([-MOST, -MOST, 0n]);
      expect(book.positionOf(BOB, 1)).to.deep.equal([MOST, MOST, 0n]);
      expect(refusalOf(() => book.depositLeg({ caller: BOB, ...AT }, BOB, 2, 1n)).code).to.equal(
        "Book_PositionOverflow",
      );
      book.depositLeg({ caller: BOB, ...AT }, BOB, 3, 1n);
      book.depositLeg({ caller: BOB, ...AT }, BOB, 2, 1n);
    });

    it("looks at the lots of every order if the session limits them", () => {
      const book = open(3, { maxLots: 30n });
      place(book, ALICE, 5n, 20n);
      place(book, BOB, 5n, -20n);
      expect(refusalOf(() => place(book, ALICE, 5n, 11n))).to.deep.include({
        code: "Book_TooManyLots",
        values: { trader: ALICE, lots: 31n, limit: 30n },
      });
      expect(refusalOf(() => place(book, ALICE, 5n, -11n, 3)).values, "leg 1 against the last").to.deep.equal({
        ...{ trader: ALICE, lots: -31n, limit: 30n },
      });
      place(book, ALICE, 5n, -10n, 3);
    });
  });

  it("of a pair reaches 2^47 - 1 lots of one leg more than of the other, at the door already", () => {
    const book = open(2);
    book.depositLeg({ caller: ALICE, ...AT }, ALICE, 1, 2n ** 47n - 3n);
    place(book, ALICE, 0n, 2n);
    expect(refusalOf(() => place(book, ALICE, 0n, 3n)).code).to.equal("Book_PositionOverflow");
    expect(refusalOf(() => place(book, ALICE, 0n, -3n, 2)).code, "selling the other").to.equal("Book_PositionOverflow");
    place(book, ALICE, 10n, 3n, 2);
  });

  it("keeps a claim below 2^96 wei", () => {
    const book = open(2);
    const { claim } = book.accountOf(ALICE);
    const most = 2n ** 96n - 1n - claim;
    for (const amount of [most + 1n, 2n ** 96n]) {
      expect(refusalOf(() => book.deposit({ caller: ALICE, ...AT }, ALICE, amount)).code).to.equal(
        "Book_PositionOverflow",
      );
    }
    book.deposit({ caller: ALICE, ...AT }, ALICE, most);
    expect(refusalOf(() => book.depositLeg({ caller: ALICE, ...AT }, ALICE, 2, 1n)).code).to.equal(
      "Book_PositionOverflow",
    );
    book.depositLeg({ caller: ALICE, ...AT }, ALICE, 1, 1n);
  });
});
