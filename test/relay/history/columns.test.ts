/** Every field of a row has its column, and every column its field: rows are written as they come. */
import { expect } from "chai";
import { getTableColumns } from "drizzle-orm";

import type { HistoryRows } from "../../../src/history/rows.js";
import { HISTORY_TABLES } from "../../../src/relay/history/block-rows.js";
import { NO_ROWS } from "../../history/by-hand.js";
import { everyKind } from "../../history/every-kind.js";

/** Where a row stands; the store adds these. */
const PLACE = ["book", "blockNumber", "position"];
const KINDS = Object.keys(NO_ROWS) as (keyof HistoryRows)[]; // its keys

describe("rows and columns of the history", () => {
  it("are of the same kinds", () => {
    expect(Object.keys(HISTORY_TABLES).sort()).to.deep.equal([...KINDS].sort());
  });

  for (const kind of KINDS) {
    it(`have the same names in ${kind}`, () => {
      const rows: readonly object[] = everyKind().flatMap((block) => block.rows[kind] as readonly object[]);
      const columns = Object.keys(getTableColumns(HISTORY_TABLES[kind]));
      expect(rows.length).to.be.greaterThan(0);
      for (const row of rows) expect([...Object.keys(row), ...PLACE].sort()).to.deep.equal(columns.sort());
    });
  }
});
