import { expect } from "chai";

import { RelayError } from "../../../src/relay/errors.js";
import { fingerprintOf, readCursor, writeCursor } from "../../../src/relay/history/cursor.js";

const FILTERS = { limit: 10, order: "desc", trader: "0xab", marketRootId: 1 };
const FINGERPRINT = fingerprintOf("orders", FILTERS);
const CURSOR = { number: 90, hash: `0x${"ab".repeat(32)}`, blockNumber: 71, position: 3, fingerprint: FINGERPRINT };

function reasonOf(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    expect(error).to.be.instanceOf(RelayError);
    const { code, values } = error as RelayError; // just asserted
    expect(code).to.equal("RELAY_CURSOR_INVALID");
    return values["reason"];
  }
  return undefined;
}

describe("a cursor", () => {
  it("is read as it was written, and fits in an address", () => {
    const text = writeCursor(CURSOR);
    expect(readCursor(text, FINGERPRINT)).to.deep.equal(CURSOR);
    expect(text).to.match(/^[\w-]+$/);
  });

  it("fits the same question however much of it is asked for, and at which block", () => {
    for (const change of [{ limit: 99 }, { cursor: "x" }, { at: 7 }, { reason: undefined }]) {
      expect(fingerprintOf("orders", { ...FILTERS, ...change })).to.equal(FINGERPRINT);
    }
    const reversed = Object.fromEntries(Object.entries(FILTERS).toReversed());
    expect(fingerprintOf("orders", reversed)).to.equal(FINGERPRINT);
  });

  it("fits no other question", () => {
    const others = [
      fingerprintOf("fills", FILTERS),
      fingerprintOf("orders", { ...FILTERS, order: "asc" }),
      fingerprintOf("orders", { ...FILTERS, trader: "0xac" }),
      fingerprintOf("orders", { ...FILTERS, marketBranchId: 1 }),
    ];
    expect(new Set([FINGERPRINT, ...others]).size).to.equal(5);
    for (const other of others) {
      const reason = reasonOf(() => readCursor(writeCursor(CURSOR), other));
      expect(reason).to.equal("it belongs to other filters, or to another path");
    }
  });

  it("is refused if it cannot be read", () => {
    const written = (parts: unknown): string => Buffer.from(JSON.stringify(parts)).toString("base64url");
    const { number, hash, blockNumber, position } = CURSOR;
    const bad = [
      "",
      "%%%",
      "bm90IGpzb24",
      written({}),
      written(null),
      written([]),
      written(["90", hash, blockNumber, position, FINGERPRINT]),
      written([number, 7, blockNumber, position, FINGERPRINT]),
      written([number, hash, -1, position, FINGERPRINT]),
      written([number, hash, blockNumber, 1.5, FINGERPRINT]),
      written([number, hash, blockNumber, 2 ** 60, FINGERPRINT]),
    ];
    for (const text of bad)
      expect(
        reasonOf(() => readCursor(text, FINGERPRINT)),
        text,
      ).to.equal("it cannot be read");
  });
});
