/** Quote sets (R44) in the library's book, and rebuilt from its logs. */
import { expect } from "chai";

import { Book } from "../../../src/protocol/book/book.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import { type Approval, TRUSTING } from "../../../src/protocol/book/outside.js";
import type { SubmittedQuote, SubmittedQuoteSet } from "../../../src/protocol/signing/quote-set.js";
import { rebuildBook } from "../../../src/protocol/book/rebuild.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import type { QuoteSetTerms } from "../../../src/protocol/signing/quote-set.js";
import { isRefusal, type Refusal } from "../../../src/protocol/market/refusal.js";
import { address, LOT, NOW, TERMS } from "../logged.js";

const [ALICE, BOB, NOBODY] = [address(1), address(2), address(9)];
const GOOD = `0x${"5a".repeat(64)}`;
const BAD = `0x${"00".repeat(64)}`;
const AT = { timestamp: NOW };
const LEG_1 = { marketRootId: 1, marketBranchId: 1 };
const signedBy = (_: string, __: string, signature: string): Approval | undefined =>
  signature === BAD ? undefined : "key";

class Quoting {
  public readonly book = new Book({ ...TERMS, maxOpenOrders: 9 }, { ...TRUSTING, signedBy });
  public readonly events: BookEvent[] = [];

  public constructor() {
    for (const trader of [ALICE, BOB])
      this.events.push(...this.book.deposit({ caller: trader, ...AT }, trader, 100n * LOT).events);
  }

  /** Bob rests an order. */
  public rest(price: bigint, lots: bigint): void {
    const { link, events } = { link: this.book.link, events: this.events };
    const nonce = this.book.noncesOf(BOB).nonceFloor;
    const fields = { ...LEG_1, trader: BOB, priceTicks: price, quantityLots: lots, previousLink: link, nonce };
    const order = { ...fields, deadline: 1_999n, timeInForce: 0 };
    const submitted = { package: order, signature: GOOD, insertAfter: 0, place: 0 };
    events.push(...this.book.createTrade(AT, submitted, { maxMatches: 9, maxWalk: 9 }).events);
  }

  public set(
    quotes: readonly (Partial<SubmittedQuote> & Pick<SubmittedQuote, "priceTicks" | "quantityLots">)[],
    change: Partial<QuoteSetTerms> = {},
    signature = GOOD,
  ): SubmittedQuoteSet {
    const nonce = this.book.noncesOf(ALICE).nonceFloor;
    const terms = { trader: ALICE, previousLink: this.book.link, nonce, deadline: 1_999n, timeInForce: 0, ...change };
    return { terms, quotes: quotes.map((quote) => ({ ...LEG_1, insertAfter: 0, place: 0, ...quote })), signature };
  }

  /** What it comes to, in short. */
  public bring(
    quoteSets: readonly SubmittedQuoteSet[],
    { strict = false, maxMatches = 9, maxWalk = 9 } = {},
  ): string[] {
    const { events } = this.book.createTrades(AT, { orders: [], quoteSets, strict }, { maxMatches, maxWalk });
    this.events.push(...events);
    return events.map((event) => ("refusal" in event ? `${event.kind}: ${event.refusal.code}` : event.kind));
  }

  public expectRebuilt(): void {
    const logged = this.events.map((event) => ({ event, timestamp: NOW }));
    const rebuilt = rebuildBook(this.book.state.terms, logged);
    for (const bids of [true, false])
      expect(rebuilt.depthOf(LEG_1, bids)).to.deep.equal(this.book.depthOf(LEG_1, bids));
    expect([rebuilt.link, rebuilt.deadPlaces(9)]).to.deep.equal([this.book.link, this.book.deadPlaces(9)]);
  }
}

const BID = { priceTicks: 4_000n, quantityLots: 1n };
const ASK = { priceTicks: 6_000n, quantityLots: -1n };

function refusalOf(call: () => unknown): Pick<Refusal, "code" | "values"> {
  try {
    call();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { code: error.code, values: error.values };
  }
  throw new Error("nothing was refused");
}

describe("A quote set (R44)", () => {
  let q: Quoting;
  beforeEach(() => {
    q = new Quoting();
  });

  it("appends its quotes in order under one nonce, and says where each rests", () => {
    const { result } = q.book.createTrades(
      AT,
      { orders: [], quoteSets: [q.set([BID, ASK])] },
      { maxMatches: 9, maxWalk: 9 },
    );
    expect(result).to.deep.equal([
      { tradeRootId: 1, place: 1 },
      { tradeRootId: 2, place: 2 },
    ]);
    expect(q.book.noncesOf(ALICE)).to.deep.equal({ nonceFloor: 1n, used: 0n });
    q = new Quoting();
    expect(q.bring([q.set([BID, ASK])])).to.deep.equal([
      "quoteSetCreated",
      "quoteCreated",
      "quoteCreated",
      "checkpoint",
    ]);
    q.expectRebuilt();
  });

  it("is matched as orders are, and chooses a place before that", () => {
    q.rest(5_000n, -1n);
    const events = q.bring([q.set([{ priceTicks: 5_000n, quantityLots: 2n, place: 1 }])]);
    expect(events).to.deep.equal(["quoteSetCreated", "quoteCreated", "matched", "checkpoint"]);
    expect(q.book.placeOf(2), "place 1 was not dead yet").to.equal(2);
    q.expectRebuilt();
    q.events.push(...q.book.offset({ caller: ALICE, ...AT }, [{ tradeRootId: 2, place: 2 }]).events);
    expect(
      q.bring([
        q.set([
          { ...BID, place: 2 },
          { ...ASK, place: 1 },
        ]),
      ]),
    ).to.not.include("tradePlaced");
    expect([q.book.placeOf(3), q.book.placeOf(4)]).to.deep.equal([2, 1]);
    q.expectRebuilt();
  });

  it("goes on without a quote that is bad in itself, whose part is spent", () => {
    const events = q.bring([q.set([BID, { priceTicks: 10_001n, quantityLots: 1n }, ASK])]);
    expect(events).to.deep.equal([
      ...["quoteSetCreated", "quoteCreated", "quoteSkipped: Book_PriceOutOfBounds", "quoteCreated", "checkpoint"],
    ]);
    q.expectRebuilt();
  });

  it("is refused with the first reason if every quote is, and leaves nothing behind", () => {
    const bad = [
      { priceTicks: 10_001n, quantityLots: 1n },
      { ...BID, quantityLots: 0n },
    ];
    expect(q.bring([q.set(bad), q.set([BID])])).to.deep.equal([
      ...["quoteSetSkipped: Book_PriceOutOfBounds", "quoteSetCreated", "quoteCreated", "checkpoint"],
    ]);
    q.expectRebuilt();
  });

  for (const [code, change, signature] of [
    ["Book_DeadlineExpired", { deadline: NOW - 1n }, GOOD],
    ["Book_TraderUnknown", { trader: NOBODY }, GOOD],
    ["Book_NonceTooFar", { nonce: 64n }, GOOD],
    ["Book_SignatureInvalid", {}, BAD],
  ] as const) {
    it(`is refused whole for what all quotes have in common, and its batch if that is strict (${code})`, () => {
      const set = q.set([BID], change, signature);
      expect(refusalOf(() => q.bring([set], { strict: true }))).to.deep.equal({
        code: "Book_QuoteSetRefused",
        values: { index: 0n, reason: code },
      });
      expect(q.bring([set])).to.deep.equal([`quoteSetSkipped: ${code}`]);
    });
  }

  it("is refused whole, nonce and all, where steps or walk of its submitter decide", () => {
    q.rest(5_000n, -1n);
    q.rest(5_000n, -1n);
    const crossing = q.set([BID, { priceTicks: 5_000n, quantityLots: 2n }]);
    expect(q.bring([crossing], { maxMatches: 1 })).to.deep.equal(["quoteSetSkipped: Book_StillCrossed"]);
    expect(q.bring([q.set([{ ...ASK, priceTicks: 7_000n }])], { maxWalk: 1 })).to.deep.equal([
      "quoteSetSkipped: Book_HintTooFar",
    ]);
    expect(q.book.noncesOf(ALICE).nonceFloor).to.equal(0n);
    expect(q.book.chainState().trades).to.equal(2);
    expect(q.bring([crossing])).to.deep.equal([
      ...["quoteSetCreated", "quoteCreated", "quoteCreated", "matched", "matched", "checkpoint"],
    ]);
    q.expectRebuilt();
  });

  it("is all or nothing if it fills or is killed, or if its batch is strict", () => {
    q.rest(5_000n, -1n);
    const taking = [
      { priceTicks: 5_000n, quantityLots: 1n },
      { priceTicks: 5_000n, quantityLots: 1n },
    ];
    const timeInForce = TimeInForce.FillOrKill;
    expect(q.bring([q.set(taking, { timeInForce })])).to.deep.equal(["quoteSetSkipped: Book_FillOrKillUnfilled"]);
    expect(q.bring([q.set(taking.slice(1), { timeInForce })])).to.deep.equal([
      ...["quoteSetCreated", "quoteCreated", "matched", "checkpoint"],
    ]);
    const strict = q.set([BID, { ...BID, quantityLots: 0n }]);
    expect(refusalOf(() => q.bring([strict], { strict: true })).values).to.deep.equal({
      ...{ index: 0n, reason: "Book_QuantityOutOfRange" },
    });
    q.expectRebuilt();
  });
});
