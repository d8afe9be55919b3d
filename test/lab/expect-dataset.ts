/** What is expected of the tables that a study writes of its session. */
import { dirname } from "node:path";

import { expect } from "chai";

import { checkDataset } from "../../src/cli/dataset/check.js";
import { brokenChecks, openSql } from "../dataset/support/duckdb.js";

/** Its log gives them again, byte for byte; what must hold in them does, by DuckDB; and they have that many rows. */
export async function expectDataset(
  flow: string,
  { fills, roots }: { readonly fills: number; readonly roots: number },
): Promise<void> {
  expect((await checkDataset({ cwd: dirname(flow) }, flow)).differences).to.deep.equal([]);
  const sql = await openSql(flow, "parquet", false);
  try {
    expect(await brokenChecks(sql)).to.deep.equal([]);
    const [counts] = await sql.rows(
      "SELECT (SELECT count(*) FROM trades) AS fills, (SELECT count(*) FROM roots) AS roots",
    );
    expect([Number(counts!["fills"]), Number(counts!["roots"])]).to.deep.equal([fills, roots]);
  } finally {
    await sql.close();
  }
}
