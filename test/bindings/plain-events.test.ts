import { expect } from "chai";
import { ZeroHash } from "ethers";
import fc from "fast-check";

import { bookEventOf, decodedEventOf } from "../../src/bindings/records.js";
import { plainEventOf } from "../../src/bindings/plain-events.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";

const book = IOrderBook__factory.createInterface();
const RUNS = 400;

type HotEvent =
  | "TradeCreated"
  | "TradesMatched"
  | "Checkpoint"
  | "TradeOffset"
  | "TradePlaced"
  | "QuoteSetCreated"
  | "QuoteCreated"
  | "UserCreated"
  | "Deposited";

function logOf(name: HotEvent, values: readonly unknown[]) {
  const { topics, data } = book.encodeEventLog(book.getEvent(name), values);
  return { topics, data, address: "0x", blockNumber: 1, index: 2, transactionHash: "0x" };
}

const unsigned = (bits: number) => fc.bigInt(0n, 2n ** BigInt(bits) - 1n);
const signed = (bits: number) => fc.bigInt(-(2n ** BigInt(bits - 1)) + 1n, 2n ** BigInt(bits - 1) - 1n);
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((all) => `0x${Buffer.from(all).toString("hex")}`);
/** TradeCreated, after the number: the signature of a key, or none. */
const orders = fc.tuple(
  hex(20),
  unsigned(32),
  unsigned(16),
  signed(32),
  signed(64).filter((lots) => lots !== 0n),
  hex(32),
  unsigned(64),
  unsigned(40),
  unsigned(2),
  fc.oneof(hex(32), fc.constant(ZeroHash)),
  fc.oneof(hex(32), fc.constant(ZeroHash)),
);
const ids = unsigned(32);
const logs = fc.oneof(
  fc.tuple(ids, orders).map(([id, values]) => logOf("TradeCreated", [id, ...values])),
  fc.tuple(ids, ids, signed(32), unsigned(63)).map((values) => logOf("TradesMatched", values)),
  fc.tuple(hex(32), hex(32)).map((values) => logOf("Checkpoint", values)),
  fc.tuple(ids, unsigned(63), fc.bigInt(0n, 4n)).map((values) => logOf("TradeOffset", values)),
  fc.tuple(ids, ids).map((values) => logOf("TradePlaced", values)),
  fc
    .tuple(...[ids, hex(20), hex(32), unsigned(64), unsigned(40), unsigned(8), hex(32), hex(32), fc.bigInt(0n, 16n)])
    .map((values) => logOf("QuoteSetCreated", values)),
  fc.tuple(ids, ids, unsigned(16), signed(32), signed(64), ids).map((values) => logOf("QuoteCreated", values)),
  fc.tuple(ids, hex(20)).map((values) => logOf("UserCreated", values)),
  fc.tuple(ids, fc.bigInt(0n, 16n), unsigned(96)).map((values) => logOf("Deposited", values)),
);

describe("plainEventOf", () => {
  describe("given logs as the contract writes them", () => {
    it("reads what the general decoder reads", () => {
      fc.assert(
        fc.property(logs, (log) => {
          const plain = plainEventOf(log);
          expect(plain).to.not.equal(undefined);
          expect(plain).to.deep.equal(decodedEventOf(log));
        }),
        { numRuns: RUNS },
      );
    });

    it("reads digits of either case", () => {
      const trader = `0x${"ab".repeat(20)}`;
      const [link, half] = [`0x${"cd".repeat(32)}`, `0x${"ef".repeat(32)}`];
      const values = [1n, trader, 1n, 1n, -5n, -7n, link, 1n, 2n, 3n, half, half];
      const log = logOf("TradeCreated", values);
      const shouted = { ...log, data: `0x${log.data.slice(2).toUpperCase()}` };
      expect(plainEventOf(shouted)).to.deep.equal(plainEventOf(log));
    });
  });

  describe("given logs that are written in another way", () => {
    it("leaves those to the general decoder in which one digit more or less is set", () => {
      const replaced = fc.tuple(logs, fc.nat(), fc.constantFrom("0", "1", "8", "f"));
      fc.assert(
        fc.property(replaced, ([log, seed, digit]) => {
          const at = 2 + (seed % (log.data.length - 2));
          const altered = { ...log, data: log.data.slice(0, at) + digit + log.data.slice(at + 1) };
          const plain = attempt(() => plainEventOf(altered));
          if (plain !== undefined) expect(plain).to.deep.equal(attempt(() => decodedEventOf(altered)));
        }),
        { numRuns: 3 * RUNS },
      );
    });

    it("leaves those to the general decoder whose data are longer, shorter, or none", () => {
      fc.assert(
        fc.property(logs, ({ data, ...log }) => {
          for (const other of [`${data}${"0".repeat(64)}`, data.slice(0, -64), data.slice(0, -2), "0x"]) {
            if (other !== data) expect(plainEventOf({ ...log, data: other })).to.equal(undefined);
          }
        }),
        { numRuns: RUNS },
      );
    });

    it("leaves those to the general decoder that have too few topics, or too many", () => {
      fc.assert(
        fc.property(logs, ({ topics, ...log }) => {
          expect(plainEventOf({ ...log, topics: topics.slice(0, -1) })).to.equal(undefined);
          expect(plainEventOf({ ...log, topics: [...topics, topics[0] ?? ""] })).to.equal(undefined);
        }),
        { numRuns: RUNS },
      );
    });
  });

  describe("given other events", () => {
    it("leaves them to the general decoder", () => {
      const { topics, data } = book.encodeEventLog(book.getEvent("NoncesInvalidated"), [1n, 2n]);
      const log = { topics, data, address: "0x", blockNumber: 1, index: 2, transactionHash: "0x" };
      expect(plainEventOf(log)).to.equal(undefined);
      expect(bookEventOf(log)).to.deep.equal(decodedEventOf(log));
    });
  });

  describe("given a package that no order book has accepted", () => {
    it("refuses it as the general decoder does", () => {
      const order = [`0x${"01".repeat(20)}`, 1n, 1n, 1n, 0n, `0x${"02".repeat(32)}`, 0n, 1n, 0n];
      const log = logOf("TradeCreated", [1n, ...order, ZeroHash, ZeroHash]);
      const refusal = attempt(() => decodedEventOf(log));
      expect(refusal).to.deep.include({ code: "PACKAGE_FIELD_INVALID" });
      expect(attempt(() => plainEventOf(log))).to.deep.equal(refusal);
    });
  });
});

/** What it gives, or the code and values of what it throws. */
function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    const { code, values } = error as { code?: string; values?: unknown }; // whatever it is, both have to throw the same
    return { code, values };
  }
}
