/** From raw logs to what they say: each event of every contract, and logs that no contract has written. */
import { expect } from "chai";
import { dataSlice, id, zeroPadValue } from "ethers";
import { refusalOfSelector } from "../../src/bindings/errors.js";
import fc from "fast-check";

import { lots, ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { type BookEventInLog, createReader, LOGGED_TOPICS, logFilters } from "../../src/verify/events.js";
import type { SessionCreated, SessionEvent, TokenEvent } from "../../src/verify/events.js";
import type { LogRecord } from "../../src/verify/session-log.js";
import type { Values } from "../../src/verify/violation.js";
import { bitsOf, BOOK, rewritten, withBitFlipped } from "../../trials/altered/edit.js";
import { ISession__factory, ISessionFactory__factory } from "../../typechain-types/index.js";
import { FIXED } from "../protocol/support.js";
import { expectViolation } from "./support/expect.js";
import { basketOf, makeHeader } from "./support/header.js";
import { encoded, saidOf } from "./support/lines.js";
import { RAIN_TEXT, rainFields } from "./support/markets.js";
import { ALICE, BOB, ORGANISER } from "./support/people.js";
import { creationOf, Scribe } from "./support/scribe.js";

const scribe = new Scribe(basketOf(3));
const { header } = scribe;
const { session, book, organiser } = header;
const [alice, bob] = [ALICE.address, BOB.address];

const order = scribe.accepted(ALICE, { priceTicks: 5_000n, quantityLots: -7n });

/** One of each, with values that differ from each other and from zero. */
const EVENTS: readonly (SessionCreated | BookEventInLog | TokenEvent)[] = [
  creationOf(header),
  { kind: "transfer", token: 0, from: alice, to: bob, value: 11n },
  { kind: "transfer", token: 3, from: alice, to: bob, value: 2n ** 255n },
  { kind: "funded", organiser, supply: 12n },
  { kind: "split", holder: alice, amount: 13n },
  { kind: "merged", holder: bob, amount: 14n },
  { kind: "redeemed", holder: alice, leg: 2, to: bob, claims: 15n, assets: 16n },
  { kind: "assetMoved", leg: 1, from: alice, to: session, value: 17n },
  { kind: "assetMoved", leg: 3, from: session, to: bob, value: 18n },
  { kind: "userCreated", traderId: 4, trader: bob },
  { kind: "deposited", traderId: 4, leg: 2, amount: tokenWei(19n) },
  { kind: "withdrawn", traderId: 4, leg: 0, amount: tokenWei(20n), to: alice },
  { kind: "exited", traderId: 4, to: alice, claims: [21n, 22n, 23n].map(tokenWei), redeemed: true },
  { kind: "noncesInvalidated", traderId: 4, nonceFloor: 2n ** 64n - 1n },
  order,
  { ...order, signature: "0x" },
  { kind: "tradeApproved", tradeRootId: 5, signature: "0x1234" },
  { kind: "tradePlaced", tradeRootId: 5, place: 2 ** 32 - 1 },
  {
    ...{ kind: "quoteSetCreated", tradeRootId: 5, trader: alice, previousLink: id("link"), nonce: 35n, deadline: 36n },
    ...{ timeInForce: 1, signature: `0x${"12".repeat(64)}`, quotes: 255 },
  },
  {
    ...{ kind: "quoteCreated", tradeRootId: 5, marketRootId: 2, marketBranchId: 3, priceTicks: -37n },
    ...{ quantityLots: -38n, place: 4 },
  },
  {
    ...{ kind: "quoteSkipped", trader: alice, quote: 254, primaryLink: id("link") },
    refusal: refusalOfSelector(dataSlice(id("a reason"), 0, 4)),
  },
  {
    kind: "tradesCancelled",
    ...scribe.signCancellation(ALICE, { fromTradeRootId: 31, toTradeRootId: 32, nonceFloor: 33n, deadline: 34n }),
  },
  { kind: "matched", makerRootId: 6, takerRootId: 7, priceTicks: ticks(-24n), lots: lots(25n) },
  { kind: "offset", tradeRootId: 6, lots: lots(26n), reason: "uncovered" },
  { kind: "checkpoint", head: id("head"), link: id("link 27") },
  scribe.recorded(rainFields(scribe), RAIN_TEXT, ORGANISER, true),
  { kind: "fallbackApplied", marketRootId: 2, fallbackOutcome: -28n },
  { kind: "realised", marketRootId: 2, traderId: 4, cash: tokenWei(-29n) },
  { kind: "refreshed", marketRootId: 2, traderId: 4, worst: tokenWei(-30n) },
];

function recordOf(said: SessionEvent): LogRecord {
  const place = { blockNumber: 1, timestamp: 2, logIndex: 3, transactionHash: id("call") };
  return { ...place, ...encoded(header, said), byWallet: false };
}

const read = createReader(header);
/** The reader must refuse it. */
function expectRefused(record: LogRecord, why: string, actual?: Values): void {
  expectViolation(
    () => {
      read(record);
    },
    { rule: "log", why, ...(actual === undefined ? {} : { actual }) },
  );
}

const NOT_WRITTEN = "The log is not written as the contract writes it.";

describe("createReader", function () {
  for (const [index, event] of EVENTS.entries()) {
    it(`reads ${index}: ${event.kind}`, function () {
      const said = saidOf(event);
      const found = read(recordOf(said));
      if (event.kind !== "sessionCreated") expect(found).to.deep.equal(said);
      else {
        const { params, ...rest } = found.event as SessionCreated; // as its source says
        expect({ ...rest, params: {} }).to.deep.equal({ ...event, params: {} });
        for (const [name, value] of Object.entries(params)) {
          expect(String(value), name).to.equal(String(event.params[name]));
        }
      }
    });
  }

  it("knows every reason for which an order is taken out, and no other", function () {
    const record = recordOf(saidOf({ kind: "offset", tradeRootId: 6, lots: lots(26n), reason: "cancelled" }));
    const reasons = [0n, 1n, 2n, 3n, 4n].map((reason) => {
      const { event } = read(rewritten(record, BOOK, ([tradeRootId, size]) => [tradeRootId, size, reason]));
      return event.kind === "offset" ? event.reason : undefined;
    });
    expect(reasons).to.deep.equal(["cancelled", "expired", "uncovered", "ownOrder", "remainder"]);
    expect(() => read(rewritten(record, BOOK, ([tradeRootId, size]) => [tradeRootId, size, 5n]))).to.throw();
  });

  describe("given a log of another contract", function () {
    it("refuses an address that is none of the session's", function () {
      const record = { ...recordOf(saidOf(EVENTS[1]!)), address: alice };
      expectRefused(record, "The log is of none of the session's contracts.", { ...record });
    });

    it("refuses events in the mouth of the wrong contract", function () {
      const misplaced: [kind: string, address: string][] = [
        ["checkpoint", session],
        ["funded", book],
        ["split", header.legs[0]!],
        ["sessionCreated", session],
        ["transfer", book],
        ["matched", header.factory],
      ];
      for (const [kind, address] of misplaced) {
        const event = EVENTS.find((one) => one.kind === kind)!;
        const record = { ...recordOf(saidOf(event)), address };
        expectRefused(record, "The log is none of this contract's events.");
      }
    });

    it("takes a transfer for that of whichever token logs it", function () {
      const record = recordOf(saidOf(EVENTS[1]!));
      for (const [k, address] of header.legs.entries()) {
        expect(read({ ...record, address }).event).to.deep.include({ kind: "transfer", token: k + 1 });
      }
    });

    it("refuses a transfer of an asset that does not concern the vault", function () {
      const record = recordOf(saidOf({ kind: "assetMoved", leg: 1, from: alice, to: bob, value: 1n }));
      expectRefused(record, "A transfer of an asset counts only into and out of the vault.", { from: alice, to: bob });
    });
  });

  describe("given an event that a session's log leaves out", function () {
    const why = "A session's log holds no such record: nothing would follow from it.";

    function expectLeftOut(logged: Pick<LogRecord, "address" | "topics" | "data">): void {
      const record = { ...recordOf(saidOf(EVENTS[1]!)), ...logged };
      expectRefused(record, why, { topic: logged.topics[0] });
    }

    it("refuses approvals", function () {
      const via = ISession__factory.createInterface();
      const approval = via.encodeEventLog("Approval", [alice, bob, 1n]);
      for (const address of [session, header.legs[0]!, header.terms.assets[0]!])
        expectLeftOut({ address, ...approval });
    });

    it("refuses what was skipped, but for quotes", function () {
      const reason = BOOK.encodeErrorResult("Book_ZeroAmount", []);
      expectLeftOut({ address: book, ...BOOK.encodeEventLog("PackageSkipped", [0, alice, 7n, reason]) });
      expectLeftOut({ address: book, ...BOOK.encodeEventLog("QuoteSetSkipped", [0, alice, 7n, reason]) });
      expectLeftOut({ address: book, ...BOOK.encodeEventLog("CancellationSkipped", [alice, reason]) });
      expectLeftOut({ address: book, ...BOOK.encodeEventLog("OffsetSkipped", [1, reason]) });
    });
  });

  describe("given a log that is not written as its contract writes it", function () {
    /** Records of every event, the ones of the book read by hand too. */
    const records = EVENTS.map((event) => recordOf(saidOf(event)));

    it("refuses bits that carry no value: those that fill the last word of a text or a signature", function () {
      const filled = records.filter(({ topics, data }) => {
        const name = BOOK.parseLog({ topics, data })?.name;
        return name === "TradeApproved" || name === "MarketRecorded";
      });
      expect(filled.length).to.equal(2);
      for (const record of filled) expectRefused({ ...record, data: `${record.data.slice(0, -1)}1` }, NOT_WRITTEN);
    });

    it("cannot read an address with bits beyond its own", function () {
      const record = recordOf(saidOf(EVENTS[1]!));
      expect(() => read({ ...record, topics: record.topics.with(1, `0xff${record.topics[1]!.slice(4)}`) })).to.throw();
    });

    it("refuses anything behind its data", function () {
      for (const record of records) {
        expectRefused({ ...record, data: `${record.data}${"00".repeat(32)}` }, NOT_WRITTEN);
      }
    });

    it("cannot read data that ends too early", function () {
      for (const record of records.filter(({ data }) => data.length > 2)) {
        expect(() => read({ ...record, data: record.data.slice(0, -64) })).to.throw();
      }
    });

    it("cannot read one with a topic too few, and refuses one too many", function () {
      for (const record of records.filter(({ topics }) => topics.length > 1)) {
        expect(() => read({ ...record, topics: record.topics.slice(0, -1) })).to.throw();
        if (record.topics.length === 4) continue;
        expectRefused({ ...record, topics: [...record.topics, id("more")] }, NOT_WRITTEN);
      }
    });

    it("reads nothing that would be written otherwise, whatever bit is flipped", function () {
      const anyBit = fc
        .integer({ min: 0, max: records.length - 1 })
        .chain((index) =>
          fc.record({ index: fc.constant(index), bit: fc.integer({ min: 0, max: bitsOf(records[index]!) - 1 }) }),
        );
      fc.assert(
        fc.property(anyBit, ({ index, bit }) => {
          const flipped = withBitFlipped(records[index]!, bit);
          let said: SessionEvent;
          try {
            said = read(flipped);
          } catch {
            return;
          }
          if ("leg" in said.event && said.event.leg > header.legs.length) return; // no number any more, and no leg's
          expect(encoded(header, said)).to.deep.equal({
            address: flipped.address,
            topics: flipped.topics,
            data: flipped.data,
          });
        }),
        { ...FIXED, numRuns: 400 },
      );
    });
  });

  describe("that keeps what it has read", function () {
    it("reads the same record once", function () {
      const known = new Map<string, SessionEvent>();
      const remembering = createReader(header, known);
      const record = recordOf(saidOf(EVENTS[1]!));
      const first = remembering(record);
      expect(remembering({ ...record, blockNumber: 99, transactionHash: id("other") })).to.equal(first);
      expect(known.size).to.equal(1);
    });

    it("keeps apart what differs in address, topics or data", function () {
      const known = new Map<string, SessionEvent>();
      const remembering = createReader(header, known);
      for (const event of EVENTS) remembering(recordOf(saidOf(event)));
      expect(known.size).to.equal(EVENTS.length);
      for (const event of EVENTS) expect(remembering(recordOf(saidOf(event))).event.kind).to.equal(event.kind);
    });

    it("keeps nothing of what it cannot read", function () {
      const known = new Map<string, SessionEvent>();
      const record = { ...recordOf(saidOf(EVENTS[1]!)), address: alice };
      for (let time = 0; time < 2; time += 1) expect(() => createReader(header, known)(record)).to.throw();
      expect(known.size).to.equal(0);
    });
  });
});

describe("logFilters", function () {
  const vault = zeroPadValue(session, 32);
  const TRANSFER = ISession__factory.createInterface().getEvent("Transfer").topicHash;

  it("asks for the creation of this session alone", function () {
    const created = ISessionFactory__factory.createInterface().getEvent("SessionCreated").topicHash;
    expect(logFilters(header)[0]).to.deep.equal({ address: header.factory, topics: [created, vault] });
  });

  it("asks vault, book and legs for all that a log holds", function () {
    expect(logFilters(header)[1]).to.deep.equal({
      address: [session, book, ...header.legs],
      topics: [[...LOGGED_TOPICS]],
    });
  });

  it("asks the assets for transfers from the vault, and to it", function () {
    const address = [...header.terms.assets];
    const [, , from, to] = logFilters(header);
    expect(from).to.deep.equal({ address, topics: [TRANSFER, vault] });
    expect(to).to.deep.equal({ address, topics: [TRANSFER, null, vault] });
  });

  it("lets every event of a log through, and none that it leaves out", function () {
    const ours = EVENTS.filter(({ kind }) => kind !== "sessionCreated" && kind !== "assetMoved");
    const topics = new Set(ours.map((event) => encoded(header, saidOf(event)).topics[0]));
    expect([...LOGGED_TOPICS].sort()).to.deep.equal([...topics].sort());
    for (const name of ["PackageSkipped", "QuoteSetSkipped", "CancellationSkipped", "OffsetSkipped"] as const) {
      expect(LOGGED_TOPICS).to.not.include(BOOK.getEvent(name).topicHash);
    }
    expect(LOGGED_TOPICS).to.not.include(ISession__factory.createInterface().getEvent("Approval").topicHash);
  });

  it("follows the number of assets", function () {
    const [, contracts, from] = logFilters(makeHeader(basketOf(16)));
    expect((contracts?.address as string[]).length).to.equal(18);
    expect((from?.address as string[]).length).to.equal(16);
  });
});
