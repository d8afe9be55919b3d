/** What DuckDB adds up of the tables is what the verification's own ledger has. */
import { expect } from "chai";

import { verifySession } from "../../../src/verify/verify-session.js";
import { busySession, endSession } from "../support/busy.js";
import { onDisk, openSql } from "../support/duckdb.js";
import { built } from "../support/folders.js";

const big = (value: unknown): bigint => BigInt(String(value));

describe("dataset: sums of DuckDB", () => {
  for (const [name, log] of [
    ["a session in the middle", () => busySession({ calls: 90, seed: 8n }).scribe.log()],
    ["a session that has ended", () => endSession(busySession({ calls: 90, seed: 9n })).log()],
  ] as const) {
    it(`equal the ledger's, of ${name}`, async () => {
      const session = log();
      const { verdict, traders, tokens, counts } = await verifySession(session);
      expect(verdict.kind).to.not.equal("does-not-hold");
      const { folder } = await built(session);
      const sql = await openSql(await onDisk(folder));
      const [held] = await sql.rows(
        `SELECT ${[0, 1, 2].map((leg) => `CAST(coalesce(sum(amount_wei) FILTER (leg = ${leg}), 0) AS VARCHAR) AS leg${leg}`).join()} FROM payments`,
      );
      // The claims of who leaves are paid in legs here; the book splits tokens for that: legs and tokens together are what is left.
      const left = [1, 2].map((leg) => big(held!["leg0"]) + big(held![`leg${leg}`]));
      expect(left).to.deep.equal([1, 2].map((leg) => tokens.heldByBook[0]! + tokens.heldByBook[leg]!));
      const claims = await sql.rows(
        "SELECT trader, leg, CAST(arg_max(claim_wei, seq) AS VARCHAR) AS claim FROM allocations GROUP BY ALL ORDER BY ALL",
      );
      const known = traders.flatMap((one) => one.claims.map((claim, k) => [one.traderId, k + 1, claim]));
      expect(claims.map(({ trader, leg, claim }) => [trader, leg, big(claim)])).to.deep.equal(known);
      const open = await sql.rows(
        "SELECT trader, arg_max(open_orders, seq) AS open FROM accounts GROUP BY ALL ORDER BY ALL",
      );
      expect(open.map(({ trader, open: orders }) => [trader, orders])).to.deep.equal(
        traders.map((one) => [one.traderId, one.openOrders]),
      );
      const [sums] = await sql.rows(
        "SELECT count(*) FILTER (action = 'A') AS orders, count(*) FILTER (action = 'T') AS fills, count(*) FILTER (action = 'C') AS gone FROM events",
      );
      expect([sums!["orders"], sums!["fills"], sums!["gone"]].map(Number)).to.deep.equal([
        counts.orders,
        counts.fills,
        counts.offsets + counts.evictions,
      ]);
      await sql.close();
    });
  }
});
