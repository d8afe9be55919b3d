/** The book's events from their logs, one shape for each, and what is none of them. */
import { expect } from "chai";
import { concat, getAddress, id, type Interface } from "ethers";
import fc from "fast-check";

import { ClientError } from "../../src/bindings/errors.js";
import {
  bookEventOf,
  type ChainRecord,
  decodedEventOf,
  eventOf,
  recordsOf,
  sharesMark,
} from "../../src/bindings/records.js";
import { RuleError } from "../../src/protocol/amounts/errors.js";
import { checkpointLink, countsOf } from "../../src/protocol/book/checkpoint.js";
import { OFFSET_REASONS } from "../../src/protocol/book/events.js";
import { IOrderBook__factory, ISession__factory } from "../../typechain-types/index.js";
import { anyPackage, hexBytes } from "../protocol/packages.js";
import { FIXED } from "../protocol/support.js";
import { createdValues } from "../verify/support/lines.js";
import { anyRecord } from "./support/market-records.js";

const book: Interface = IOrderBook__factory.createInterface();
const BOOK = getAddress(id("book").slice(0, 42));
const OTHER = getAddress(id("other").slice(0, 42));

type RawLog = Parameters<typeof bookEventOf>[0];

function logOf(name: string, values: readonly unknown[], via = book): RawLog {
  const { topics, data } = via.encodeEventLog(name, values);
  return { address: BOOK, topics, data, blockNumber: 12, index: 3, transactionHash: id("transaction") };
}

const uint = (bits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** bits - 1 });
const big = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const signed = (bits: number): fc.Arbitrary<bigint> =>
  fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n });
const address = hexBytes(20).map(getAddress);
const bytes = fc.integer({ min: 0, max: 100 }).chain(hexBytes);
const refusal = book.getError("Book_ZeroAmount")!.selector;

/** An event's name, the values as the ABI orders them, and the event that must come of them. */
type Case = readonly [name: string, values: readonly unknown[], event: object];

const CASES: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  UserCreated: fc
    .tuple(uint(32), address)
    .map(([traderId, trader]) => ["UserCreated", [traderId, trader], { kind: "userCreated", traderId, trader }]),
  Deposited: fc
    .tuple(uint(32), uint(8), big(127))
    .map(([traderId, leg, amount]) => [
      "Deposited",
      [traderId, leg, amount],
      { kind: "deposited", traderId, leg, amount },
    ]),
  Withdrawn: fc
    .tuple(uint(32), uint(8), big(127), address)
    .map(([traderId, leg, amount, to]) => [
      "Withdrawn",
      [traderId, leg, amount, to],
      { kind: "withdrawn", traderId, leg, amount, to },
    ]),
  Exited: fc
    .tuple(uint(32), address, fc.array(big(127), { maxLength: 16 }), fc.boolean())
    .map(([traderId, to, claims, redeemed]) => [
      "Exited",
      [traderId, to, claims, redeemed],
      { kind: "exited", traderId, to, claims, redeemed },
    ]),
  NoncesInvalidated: fc
    .tuple(uint(32), big(64))
    .map(([traderId, nonceFloor]) => [
      "NoncesInvalidated",
      [traderId, nonceFloor],
      { kind: "noncesInvalidated", traderId, nonceFloor },
    ]),
  TradeCreated: fc
    .tuple(uint(32), anyPackage, fc.oneof(fc.constant("0x"), hexBytes(64)))
    .map(([tradeRootId, order, signature]) => {
      const event = { kind: "tradeCreated" as const, tradeRootId, package: order, signature };
      return ["TradeCreated", createdValues(event), event];
    }),
  TradeApproved: fc
    .tuple(uint(32), bytes)
    .map(([tradeRootId, signature]) => [
      "TradeApproved",
      [tradeRootId, signature],
      { kind: "tradeApproved", tradeRootId, signature },
    ]),
  TradePlaced: fc
    .tuple(uint(32), uint(32))
    .map(([tradeRootId, place]) => ["TradePlaced", [tradeRootId, place], { kind: "tradePlaced", tradeRootId, place }]),
  QuoteSetCreated: fc
    .tuple(uint(32), anyPackage, hexBytes(32), hexBytes(32), uint(8))
    .map(([tradeRootId, { trader, previousLink, nonce, deadline, timeInForce }, r, vs, quotes]) => [
      "QuoteSetCreated",
      [tradeRootId, trader, previousLink, nonce, deadline, timeInForce, r, vs, quotes],
      {
        kind: "quoteSetCreated",
        tradeRootId,
        trader,
        previousLink,
        nonce,
        deadline,
        timeInForce,
        signature: concat([r, vs]),
        quotes,
      },
    ]),
  QuoteCreated: fc
    .tuple(uint(32), anyPackage, uint(32))
    .map(([tradeRootId, { marketRootId, marketBranchId, priceTicks, quantityLots }, place]) => [
      "QuoteCreated",
      [tradeRootId, marketRootId, marketBranchId, priceTicks, quantityLots, place],
      { kind: "quoteCreated", tradeRootId, marketRootId, marketBranchId, priceTicks, quantityLots, place },
    ]),
  TradesMatched: fc
    .tuple(uint(32), uint(32), signed(32), big(63))
    .map(([makerRootId, takerRootId, price, lots]) => [
      "TradesMatched",
      [makerRootId, takerRootId, price, lots],
      { kind: "matched", makerRootId, takerRootId, priceTicks: price, lots },
    ]),
  TradesCancelled: fc
    .tuple(address, uint(32), uint(32), big(64), big(40), bytes)
    .map(([trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline, signature]) => [
      "TradesCancelled",
      [trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline, signature],
      {
        kind: "tradesCancelled",
        cancellation: { trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline },
        signature,
      },
    ]),
  TradeOffset: fc
    .tuple(uint(32), big(63), fc.integer({ min: 0, max: 4 }))
    .map(([tradeRootId, lots, reason]) => [
      "TradeOffset",
      [tradeRootId, lots, reason],
      { kind: "offset", tradeRootId, lots, reason: OFFSET_REASONS[reason] },
    ]),
  Checkpoint: fc
    .tuple(hexBytes(32), hexBytes(32))
    .map(([head, link]) => ["Checkpoint", [head, link], { kind: "checkpoint", head, link }]),
  MarketRecorded: fc
    .tuple(uint(32), hexBytes(32), anyRecord, bytes, bytes, fc.string({ unit: "grapheme" }))
    .map(([marketRootId, link, record, signature, organiserSignature, description]) => [
      "MarketRecorded",
      [marketRootId, record.marketBranchId, link, record, signature, organiserSignature, description],
      { kind: "marketRecorded", marketRootId, link, record, signature, organiserSignature, description },
    ]),
  FallbackApplied: fc
    .tuple(uint(32), signed(32))
    .map(([marketRootId, fallbackOutcome]) => [
      "FallbackApplied",
      [marketRootId, fallbackOutcome],
      { kind: "fallbackApplied", marketRootId, fallbackOutcome },
    ]),
  Realised: fc
    .tuple(uint(32), uint(32), signed(128))
    .map(([marketRootId, traderId, cash]) => [
      "Realised",
      [marketRootId, traderId, cash],
      { kind: "realised", marketRootId, traderId, cash },
    ]),
  Refreshed: fc
    .tuple(uint(32), uint(32), signed(128))
    .map(([marketRootId, traderId, worst]) => [
      "Refreshed",
      [marketRootId, traderId, worst],
      { kind: "refreshed", marketRootId, traderId, worst },
    ]),
};

function thrownBy(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("bookEventOf", function () {
  for (const [name, cases] of Object.entries(CASES)) {
    it(`gives any ${name} its one shape, by both ways`, function () {
      fc.assert(
        fc.property(cases, ([, values, event]) => {
          const log = logOf(name, values);
          expect(bookEventOf(log)).to.deep.equal(event);
          expect(decodedEventOf(log)).to.deep.equal(event);
        }),
        { ...FIXED, numRuns: 40 },
      );
    });
  }

  it("gives what was skipped with its reason, decoded", function () {
    const skipped = [
      ["PackageSkipped", [5, OTHER, 9n], { kind: "skipped", index: 5, trader: OTHER, nonce: 9n }],
      ["QuoteSetSkipped", [5, OTHER, 9n], { kind: "quoteSetSkipped", index: 5, trader: OTHER, nonce: 9n }],
      [
        "QuoteSkipped",
        [OTHER, 3, id("link")],
        { kind: "quoteSkipped", trader: OTHER, quote: 3, primaryLink: id("link") },
      ],
      ["CancellationSkipped", [OTHER], { kind: "cancellationSkipped", trader: OTHER }],
      ["OffsetSkipped", [7], { kind: "offsetSkipped", tradeRootId: 7 }],
    ] as const;
    for (const [name, values, expected] of skipped) {
      const event = bookEventOf(logOf(name, [...values, refusal]));
      if (!("refusal" in event)) throw new Error("it was skipped");
      const { refusal: reason, ...rest } = event;
      expect(rest).to.deep.equal(expected);
      expect(reason).to.be.instanceOf(ClientError);
      expect(reason).to.deep.include({ code: "Book_ZeroAmount", args: {} });
    }
  });

  it("keeps a reason that nobody knows", function () {
    const event = bookEventOf(logOf("OffsetSkipped", [7, "0x12345678"]));
    if (event.kind !== "offsetSkipped") throw new Error("it was left");
    expect(event.refusal).to.deep.include({ code: "Client_UnknownRevert", args: { data: "0x12345678" } });
  });

  it("knows every event of the ABI", function () {
    const names: string[] = [];
    book.forEachEvent(({ name }) => names.push(name));
    const skipped = ["PackageSkipped", "QuoteSetSkipped", "QuoteSkipped", "CancellationSkipped", "OffsetSkipped"];
    const known = [...Object.keys(CASES), ...skipped];
    expect(known.sort()).to.deep.equal(names.filter((name) => name !== "EIP712DomainChanged").sort());
  });

  describe("refuses", function () {
    it("an event of another contract, with its place", function () {
      const log = logOf("Transfer", [BOOK, OTHER, 1n], ISession__factory.createInterface());
      const error = thrownBy(() => bookEventOf(log));
      expect(error).to.be.instanceOf(ClientError);
      const { code, args } = error as ClientError; // as was just seen
      expect([code, args]).to.deep.equal([
        "Client_LogUnreadable",
        { blockNumber: 12, logIndex: 3, topic: log.topics[0] },
      ]);
    });

    it("a log without topics", function () {
      const error = thrownBy(() => bookEventOf({ ...logOf("Checkpoint", [id("head"), id("link")]), topics: [] }));
      expect(error).to.be.instanceOf(ClientError);
      expect((error as ClientError).args).to.deep.equal({ blockNumber: 12, logIndex: 3, topic: undefined });
    });

    it("a reason to take an order out that there is not", function () {
      const log = logOf("TradeOffset", [1, 2n, 4]);
      const error = thrownBy(() => bookEventOf({ ...log, data: log.data.replace(/4$/, "5") }));
      expect(error).to.be.instanceOf(ClientError);
      const { code, args } = error as ClientError; // as was just seen
      expect([code, args]).to.deep.equal(["Client_LogUnreadable", { offsetReason: 5n }]);
    });

    it("amounts beyond what an account can hold", function () {
      const cases: [name: string, values: readonly unknown[]][] = [
        ["Deposited", [1, 0, 2n ** 127n]],
        ["Withdrawn", [1, 0, 2n ** 127n, OTHER]],
        ["Exited", [1, OTHER, [1n, 2n ** 200n], false]],
        ["Realised", [1, 2, 2n ** 127n]],
        ["Refreshed", [1, 2, -(2n ** 127n) - 1n]],
        ["TradesMatched", [1, 2, 0n, 2n ** 63n]],
        ["TradeOffset", [1, 2n ** 63n, 0]],
      ];
      for (const [name, values] of cases) {
        const error = thrownBy(() => bookEventOf(logOf(name, values)));
        expect(error, name).to.be.instanceOf(RuleError).with.property("code", "AMOUNT_OUT_OF_RANGE");
      }
    });

    it("data that end too early", function () {
      for (const cases of Object.values(CASES)) {
        const [[name, values] = ["", []]] = fc.sample(cases, { ...FIXED, numRuns: 1 });
        const log = logOf(name, values);
        if (log.data === "0x") continue;
        expect(() => bookEventOf({ ...log, data: log.data.slice(0, -64) }), name).to.throw();
      }
    });
  });
});

describe("recordsOf", function () {
  const linkOf = (number: number, mark = 20 + number): string =>
    checkpointLink(id(`head ${number}`), { mark: BigInt(mark), trades: 0, number });
  const logs = [1, 2, 3].map((number) => ({
    ...logOf("Checkpoint", [id(`head ${number}`), linkOf(number)]),
    index: number,
    blockNumber: 20 + number,
  }));

  it("gives each record its place", function () {
    const [first] = recordsOf({ bookAddress: BOOK }, logs);
    const place = { blockNumber: 21, logIndex: 1, transactionHash: id("transaction") };
    expect(first).to.deep.equal({ kind: "checkpoint", head: id("head 1"), link: linkOf(1), ...place });
  });

  it("keeps the order of the logs, whatever it is", function () {
    const numbers = (given: readonly RawLog[]): (number | undefined)[] =>
      recordsOf({ bookAddress: BOOK }, given).map((record) =>
        record.kind === "checkpoint" ? countsOf(record.link).number : undefined,
      );
    expect(numbers(logs)).to.deep.equal([1, 2, 3]);
    expect(numbers(logs.toReversed())).to.deep.equal([3, 2, 1]);
    expect(numbers([])).to.deep.equal([]);
  });

  it("tells a checkpoint whose mark is another chain's number from those of its block's own (R25)", function () {
    const shared = { ...logs[0]!, ...logOf("Checkpoint", [id("head 1"), linkOf(1, 7)]), blockNumber: 21 };
    const marks = recordsOf({ bookAddress: BOOK }, [...logs, shared]).map(sharesMark);
    expect(marks).to.deep.equal([false, false, false, true]);
  });

  it("passes over logs of other contracts, even such as it could not read", function () {
    const foreign = { ...logs[0]!, address: OTHER, topics: [id("whatever")] };
    expect(recordsOf({ bookAddress: BOOK }, [foreign, ...logs]).length).to.equal(3);
  });

  it("knows the book in letters of either case", function () {
    for (const bookAddress of [BOOK.toLowerCase(), `0x${BOOK.slice(2).toUpperCase()}`]) {
      expect(recordsOf({ bookAddress }, logs).length).to.equal(3);
    }
    const lower = logs.map((log) => ({ ...log, address: log.address.toLowerCase() }));
    expect(recordsOf({ bookAddress: BOOK }, lower).length).to.equal(3);
  });

  it("refuses what the book cannot have written", function () {
    expect(() => recordsOf({ bookAddress: BOOK }, [{ ...logs[0]!, topics: [id("x")] }])).to.throw(
      "Client_LogUnreadable",
    );
  });
});

describe("eventOf", function () {
  it("takes the place off, and leaves the record as it was", function () {
    for (const cases of Object.values(CASES)) {
      const [[name, values, event] = ["", [], {}]] = fc.sample(cases, { ...FIXED, numRuns: 1 });
      const [record] = recordsOf({ bookAddress: BOOK }, [logOf(name, values)]);
      const before = { ...record } as ChainRecord;
      expect(eventOf(record!)).to.deep.equal(event);
      expect(record).to.deep.equal(before);
    }
  });
});
