/** What no book logs is not rebuilt: up to there, and no further. */
import { expect } from "chai";
import { id, ZeroAddress } from "ethers";

import { Book } from "../../../src/protocol/book/book.js";
import { checkpointLink, countsOf } from "../../../src/protocol/book/checkpoint.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { BookReplay, type LoggedEvent, rebuildBook } from "../../../src/protocol/book/rebuild.js";
import type { BookTerms } from "../../../src/protocol/book/terms.js";
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { type PackageFields, tradePackage } from "../../../src/protocol/signing/package.js";
import { isRefusal, type RefusalCode } from "../../../src/protocol/market/refusal.js";
import { address, linkAfter, markets, NOW, Recorded, TERMS, trading } from "../logged.js";
import { lot, tick } from "../support.js";

/** Expects that the replay takes all events up to one and nothing of that one. @returns why not */
function stopped(terms: BookTerms, logged: readonly LoggedEvent[], at: number): RuleError {
  const book = new Book(terms, TRUSTING);
  const replay = new BookReplay(book);
  for (const [index, one] of logged.entries()) {
    const { link, checkpoints } = book.state.chain;
    try {
      replay.feed(one);
    } catch (error) {
      expect(error).to.be.instanceOf(RuleError);
      const stop = error as RuleError; // as just expected
      expect([index, stop.code]).to.deep.equal([at, "RECORD_IMPOSSIBLE"]);
      expect([book.link, book.state.chain.checkpoints]).to.deep.equal([link, checkpoints]);
      return stop;
    }
  }
  throw new Error("nothing was refused");
}

/** As `stopped`, by what the book would have refused. */
function refused(terms: BookTerms, logged: readonly LoggedEvent[], at: number, code: RefusalCode): void {
  const stop = stopped(terms, logged, at);
  if (!isRefusal(stop.cause)) throw new Error(`no refusal: ${stop.message}`);
  expect([stop.values["index"], stop.cause.code]).to.deep.equal([at, code]);
}

describe("No book is rebuilt from logs", () => {
  describe("of orders:", () => {
    const { logged } = trading();
    const kindAt = (kind: BookEvent["kind"], nth = 1): number =>
      logged.findIndex(({ event }) => event.kind === kind && (nth -= 1) === 0);
    const [BID, ASK, FILL, OFFSET] = [
      kindAt("tradeCreated"),
      kindAt("tradeCreated", 2),
      kindAt("matched"),
      kindAt("offset"),
    ];
    type EventAt<Kind> = Extract<BookEvent<unknown>, { kind: Kind }>;

    /** The history, and one of its events changed. */
    function changed<Kind extends BookEvent["kind"]>(
      kind: Kind,
      at: number,
      change: Partial<EventAt<Kind>>,
    ): LoggedEvent[] {
      const { event, timestamp } = logged[at]!;
      expect(event.kind).to.equal(kind);
      return logged.with(at, { event: { ...event, ...change }, timestamp }); // of that kind
    }

    /** An order that another history has in the place of the second one; then the fill of the first history. */
    function met(trader: string, price: bigint, quantity: bigint, change: Partial<PackageFields> = {}): LoggedEvent[] {
      const recorded = new Recorded();
      recorded.place(address(1), 5_500n, 10n);
      recorded.place(trader, price, quantity, change);
      const until = recorded.logged.findIndex(({ event }) => event.kind === "tradeCreated" && event.tradeRootId === 2);
      return [...recorded.logged.slice(0, until + 1), logged[FILL]!];
    }

    it("a number that is not the next, or is unknown", () => {
      stopped(TERMS, changed("tradeCreated", BID, { tradeRootId: 2 }), BID);
      stopped(TERMS, [...logged.slice(0, BID + 1), logged[BID]!], BID + 1);
      stopped(TERMS, changed("matched", FILL, { makerRootId: 3 }), FILL);
      stopped(TERMS, changed("matched", FILL, { takerRootId: 7 }), FILL);
      stopped(TERMS, changed("offset", OFFSET, { tradeRootId: 7 }), OFFSET);
    });

    it("a checkpoint that is not the next, has another head, or stands for nothing", () => {
      const at = kindAt("checkpoint");
      const link = linkAfter(logged.slice(0, at + 1).map(({ event }) => event));
      const { mark, trades, number } = countsOf(link);
      for (const counts of [
        { mark, trades: trades + 1, number },
        { mark, trades, number: number + 1 },
        { mark: mark + 1n, trades, number: number - 1 },
      ]) {
        stopped(TERMS, changed("checkpoint", at, { link: checkpointLink(link, counts) }), at);
      }
      const { event } = logged[at]!;
      if (event.kind !== "checkpoint") throw new Error("no checkpoint");
      const { values } = stopped(TERMS, changed("checkpoint", at, { head: id("other") }), at);
      expect(JSON.parse(String(values["expected"]))).to.deep.equal({ head: event.head, kind: "checkpoint", link });
      expect(JSON.parse(String(values["record"]))).to.deep.equal({ head: id("other"), kind: "checkpoint", link });
      const { values: early } = stopped(TERMS, [logged[at]!], 0);
      expect(early["expected"]).to.equal("nothing");
    });

    it("a checkpoint of an earlier block than the one before it", () => {
      const second = kindAt("checkpoint", 2);
      const { event } = logged[second]!;
      if (event.kind !== "checkpoint") throw new Error("no checkpoint");
      const link = checkpointLink(event.link, { ...countsOf(event.link), mark: 0n });
      const { values } = stopped(TERMS, changed("checkpoint", second, { link }), second);
      expect([values["mark"], values["newest"]]).to.deep.equal([0n, 1n]);
    });

    it("another package in the place of a signed one", () => {
      const { event } = logged[BID]!;
      if (event.kind !== "tradeCreated") throw new Error("no order");
      const forged = changed("tradeCreated", BID, { package: { ...event.package, nonce: 1n } });
      stopped(TERMS, forged, BID + 1); // its checkpoint
    });

    it("a fill between orders that do not meet", () => {
      const after = (history: LoggedEvent[]): unknown => stopped(TERMS, history, history.length - 1);
      expect(rebuildBook(TERMS, met(address(2), 5_400n, -4n)).chainState().trades).to.equal(2);
      after(met(address(2), 5_400n, 4n)); // two bids
      after(met(address(2), 5_501n, -4n)); // limits that do not cross
      after(met(address(2), 5_400n, -4n, { marketBranchId: 2 })); // another leg
      after(met(address(1), 5_400n, -4n)); // the trader's own
      stopped(TERMS, changed("matched", FILL, { priceTicks: tick(5_400) }), FILL); // at the later order's price
      stopped(TERMS, changed("matched", FILL, { makerRootId: 2, takerRootId: 1 }), FILL); // the later order as maker
    });

    it("more or fewer lots than meet", () => {
      for (const lots of [5n, 3n, 0n]) stopped(TERMS, changed("matched", FILL, { lots: lot(lots) }), FILL);
      for (const lots of [7n, 5n, 0n]) stopped(TERMS, changed("offset", OFFSET, { lots: lot(lots) }), OFFSET);
    });

    it("an order taken out twice, or for a reason that it does not give", () => {
      const event = { ...logged[OFFSET]!.event } as EventAt<"offset">; // as it was looked up
      stopped(TERMS, logged.toSpliced(OFFSET + 1, 0, { event, timestamp: NOW }), OFFSET + 1);
      for (const reason of ["expired", "uncovered"] as const) {
        refused(TERMS, changed("offset", OFFSET, { reason }), OFFSET, "Book_OrderStands");
      }
      for (const reason of ["ownOrder", "remainder"] as const) {
        stopped(TERMS, changed("offset", OFFSET, { reason }), OFFSET);
      }
    });

    it("an order that the book would have refused", () => {
      const { event } = logged[ASK]!;
      if (event.kind !== "tradeCreated") throw new Error("no order");
      const having = (change: Partial<PackageFields>): LoggedEvent[] =>
        changed("tradeCreated", ASK, { package: tradePackage({ ...event.package, ...change }) });
      refused(TERMS, having({ previousLink: id("elsewhere") }), ASK, "Book_StaleLink");
      refused(TERMS, having({ marketRootId: 2 }), ASK, "Book_MarketUnknown");
      refused(TERMS, having({ trader: address(9) }), ASK, "Book_TraderUnknown");
      refused(TERMS, having({ deadline: NOW - 1n }), ASK, "Book_DeadlineExpired");
      refused(TERMS, having({ quantityLots: -10_000_000n }), ASK, "Book_Uncovered");
    });

    it("something left out", () => {
      stopped(TERMS, logged.toSpliced(FILL, 1), FILL); // its checkpoint comes
      refused(TERMS, logged.toSpliced(BID + 1, 1), ASK - 1, "Book_StaleLink"); // the second order is over its checkpoint
      stopped(TERMS, logged.toSpliced(0, 2), 0); // the first trader, and what it brought
      refused(TERMS, logged.toSpliced(1, 1), BID - 1, "Book_Uncovered"); // only what it brought
    });
  });

  describe("of places:", () => {
    /** Orders 1 and 2 have rested at their places and are gone; order 3 rests at place 1, and order 4 at its own, behind it. */
    const recorded = new Recorded();
    for (const trader of [1, 2]) recorded.place(address(trader), 4_000n, 1n);
    recorded.cancel(address(1), 1);
    recorded.cancel(address(2), 2);
    recorded.place(address(1), 4_000n, 1n, {}, 1);
    recorded.place(address(2), 4_000n, 1n);
    const { logged } = recorded;
    const AT = logged.findIndex(({ event }) => event.kind === "tradePlaced");
    const LAST = logged.length - 1;
    const placed = (tradeRootId: number, place: number): LoggedEvent => {
      return { event: { kind: "tradePlaced", tradeRootId, place }, timestamp: NOW };
    };

    it("a place where an order rests, or none ever did, or that is none", () => {
      expect(rebuildBook(TERMS, logged.with(AT, placed(3, 2))).placeOf(3), "another dead one").to.equal(2);
      for (const place of [0, 3, 4, 99]) {
        expect(stopped(TERMS, logged.with(AT, placed(3, place)), AT).values["place"]).to.equal(place);
      }
      stopped(TERMS, logged.toSpliced(LAST, 0, placed(4, 1)), LAST);
    });

    it("an order that has not just come, or is at its place already", () => {
      stopped(TERMS, logged.with(AT, placed(2, 1)), AT);
      stopped(TERMS, logged.with(AT, placed(4, 1)), AT);
      stopped(TERMS, logged.toSpliced(AT + 1, 0, placed(3, 2)), AT + 1);
      stopped(TERMS, logged.toSpliced(AT + 2, 0, placed(3, 2)), AT + 2); // its call is over
      stopped(TERMS, logged.toSpliced(LAST, 0, placed(3, 2)), LAST);
    });

    it("an order that was filled or taken out at once", () => {
      const taking = new Recorded();
      taking.place(address(1), 4_000n, 1n);
      taking.cancel(address(1), 1);
      taking.place(address(1), 4_000n, 1n);
      taking.place(address(2), 4_000n, -1n);
      const last = taking.logged.length - 1;
      stopped(TERMS, taking.logged.toSpliced(last, 0, placed(3, 1)), last);
    });

    it("a place that is left out: the next order cannot take it again", () => {
      const again = new Recorded();
      again.place(address(1), 4_000n, 1n);
      again.cancel(address(1), 1);
      again.place(address(1), 4_000n, 1n, {}, 1);
      again.cancel(address(1), 2);
      again.place(address(1), 4_000n, 1n, {}, 1);
      const first = again.logged.findIndex(({ event }) => event.kind === "tradePlaced");
      expect(rebuildBook(TERMS, again.logged.toSpliced(first, 1)).placeOf(3), "place 1 is dead either way").to.equal(1);
    });
  });

  describe("of cancellations:", () => {
    it("one that comes behind an order of its call", () => {
      const recorded = new Recorded();
      recorded.place(address(1), 4_000n, 1n);
      const deadline = 1_999n;
      const cancellation = { trader: address(1), fromTradeRootId: 1, toTradeRootId: 1, nonceFloor: 9n, deadline };
      const brought = { cancellation, signature: `0x${"5a".repeat(64)}`, places: [1] };
      const order = recorded.submitted(address(2), 4_000n, 1n);
      recorded.note(
        recorded.book.createTrades(
          { timestamp: NOW },
          { orders: [order], cancellations: [brought] },
          { maxMatches: 9, maxWalk: 9 },
        ),
      );
      const { logged } = recorded;
      const at = logged.findIndex(({ event }) => event.kind === "tradesCancelled");
      const created = logged.findLastIndex(({ event }) => event.kind === "tradeCreated");
      expect(logged.slice(at).map(({ event }) => event.kind)).to.deep.equal([
        ...["tradesCancelled", "offset", "tradeCreated", "checkpoint"],
      ]);
      expect(rebuildBook(TERMS, logged).link).to.equal(recorded.book.link);
      const behind = [...logged.slice(0, at), logged[created]!, logged[at]!];
      stopped(TERMS, behind, at + 1);
      stopped(TERMS, logged.toSpliced(at + 1, 1), logged.length - 2); // without its offset there is another head
    });
  });

  describe("of markets:", () => {
    const { logged } = markets();
    const FALLBACK = logged.findIndex(({ event }) => event.kind === "fallbackApplied");

    it("a link that is not the record's", () => {
      const { event, timestamp } = logged[0]!;
      const other = { ...event, link: id("other") } as typeof event; // a record
      stopped(TERMS, logged.with(0, { event: other, timestamp }), 0);
    });

    it("a fallback other than the one that was declared, or before its time", () => {
      const { event, timestamp } = logged[FALLBACK]!;
      const other = { ...event, fallbackOutcome: 5n } as typeof event; // a fallback
      stopped(TERMS, logged.with(FALLBACK, { event: other, timestamp }), FALLBACK);
      const early = logged.with(FALLBACK, { event, timestamp: 5_999n });
      refused(TERMS, early, FALLBACK, "Book_FallbackTooEarly");
    });

    it("one left out, or all of them turned round", () => {
      refused(TERMS, logged.toSpliced(2, 2), 2, "Book_StaleLink"); // the next root names the link that is left out
      const [branch, bounds] = [2, 6]; // each record has its checkpoint behind it
      refused(TERMS, [...logged.slice(0, branch), logged[bounds]!], branch, "Book_MarketOutOfChain");
      refused(
        TERMS,
        [...logged].reverse().filter(({ event }) => event.kind !== "checkpoint"),
        0,
        "Book_MarketUnknown",
      );
    });

    it("a new root by somebody who was not registered, where everybody else may make them", () => {
      const open = { ...TERMS, marketCreator: ZeroAddress };
      refused(open, logged, 0, "Book_MayNotCreateMarkets");
    });
  });
});
