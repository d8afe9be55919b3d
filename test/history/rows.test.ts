import { expect } from "chai";

import { type BlockRows, type HistoryRows, isEmpty } from "../../src/history/rows.js";
import { NO_ROWS } from "./by-hand.js";

const EMPTY: BlockRows = {
  number: 7,
  hash: `0x${"07".repeat(32)}`,
  timestamp: 1_500n,
  head: `0x${"0a".repeat(32)}`,
  transactions: 0n,
  rows: NO_ROWS,
  skipped: [],
  changes: [],
};

describe("isEmpty", () => {
  it("is true of a block without rows of any kind", () => {
    expect(isEmpty(EMPTY)).to.equal(true);
  });

  for (const kind of Object.keys(NO_ROWS) as (keyof HistoryRows)[]) {
    it(`is false of a block with a row of ${kind}`, () => {
      const rows: HistoryRows = { ...NO_ROWS, [kind]: [{}] };
      expect(isEmpty({ ...EMPTY, rows })).to.equal(false);
    });
  }

  it("is false of a block in which a package was skipped: its trader is told", () => {
    const skipped = [{ trader: "0x01", nonce: 1n, transactionHash: EMPTY.hash, code: "Book_Uncovered" }];
    expect(isEmpty({ ...EMPTY, skipped })).to.equal(false);
  });
});
