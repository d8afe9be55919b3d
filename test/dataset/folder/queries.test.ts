/** The shipped SQL, run by DuckDB over what was written: what must hold holds, of every kind of session; and breaks where rows are altered. */
import { expect } from "chai";

import { CHECKS, QUESTIONS, queriesText } from "../../../src/dataset/folder/queries.js";
import { TABLE_NAMES, tableOf } from "../../../src/dataset/schema/tables.js";
import type { SessionLog } from "../../../src/verify/session-log.js";
import { busySession, endSession } from "../support/busy.js";
import { brokenChecks, onDisk, openSql, type Sql } from "../support/duckdb.js";
import { built } from "../support/folders.js";
import { eventful, funded, trading } from "../../verify/support/stories.js";
import { ALICE } from "../../verify/support/people.js";

async function sqlOf(log: SessionLog): Promise<Sql> {
  const { folder } = await built(log);
  return openSql(await onDisk(folder));
}

function restingOnly(): SessionLog {
  const scribe = trading();
  scribe.order(ALICE, { priceTicks: 5_000n, quantityLots: -10n });
  return scribe.log();
}

const SESSIONS: Readonly<Record<string, () => SessionLog>> = {
  "a busy one that has ended": () => endSession(busySession({ calls: 200, seed: 3n })).log(),
  "a busy one in the middle, its markets not settled": () => busySession({ calls: 160, seed: 4n }).scribe.log(),
  "one with a contract wallet": () => eventful().log(),
  "one without a fill": restingOnly,
  "one that has only begun": () => funded().log(),
};

describe("dataset: checks in SQL", function () {
  for (const [name, make] of Object.entries(SESSIONS)) {
    it(`hold of ${name}`, async () => {
      const sql = await sqlOf(make());
      expect(await brokenChecks(sql)).to.deep.equal([]);
      await sql.close();
    });
  }

  it("find what was altered", async () => {
    const sql = await sqlOf(endSession(busySession({ calls: 120, seed: 6n })).log());
    for (const name of TABLE_NAMES)
      await sql.connection.run(
        `CREATE TABLE t_${name} AS FROM ${name}; DROP VIEW ${name}; ALTER TABLE t_${name} RENAME TO ${name}`,
      );
    expect(await brokenChecks(sql)).to.deep.equal([]);
    const one = "(SELECT min(seq) FROM events WHERE action = 'T')";
    for (const [change, wanted] of ALTERATIONS) {
      await sql.connection.run("BEGIN");
      await sql.connection.run(change.replaceAll("$one", one));
      expect(await brokenChecks(sql), change).to.include(wanted);
      await sql.connection.run("ROLLBACK");
    }
    expect(ALTERATIONS.map(([, name]) => name)).to.have.members(CHECKS.map(({ name }) => name)); // each of them can break
    await sql.close();
  });
});

const ALTERATIONS: readonly (readonly [change: string, check: string])[] = [
  ["DELETE FROM events WHERE seq = 20", "seq_dense"],
  ["UPDATE events SET lots = lots + 1 WHERE seq = $one", "order_lots"],
  ["UPDATE book10 SET bid_sz_00 = 1000000000 WHERE seq = (SELECT max(seq) FROM book10)", "resting_lots"],
  ["UPDATE events SET price = price + 1 WHERE seq = $one", "fills_paired"],
  ["UPDATE trades SET lots = lots + 1 WHERE seq = $one", "trades_are_fills"],
  ["UPDATE book10 SET bid_px_00 = ask_px_00 WHERE ask_px_00 IS NOT NULL", "not_crossed"],
  ["UPDATE book10 SET covered_ask_sz_00 = ask_sz_00 + 1 WHERE ask_sz_00 IS NOT NULL", "covered_at_most_displayed"],
  ["UPDATE events SET seen_seq = seen_seq + 1 WHERE seq = $one", "seen_before"],
  ["UPDATE events SET checkpoint = checkpoint - 1 WHERE seq = $one", "checkpoints_cover"],
  ["UPDATE session SET final_head = '0x00'", "final_head"],
  ["UPDATE accounts SET worst_wei = -cash_wei - 1 WHERE seq = (SELECT min(seq) FROM accounts)", "collateral"],
  [
    "UPDATE allocations SET claim_wei = claim_wei + 1 WHERE seq = (SELECT max(seq) FROM allocations) AND leg = 2",
    "claims_conserved",
  ],
  [
    "DELETE FROM events WHERE action = 'R'; UPDATE positions SET lots = lots + 1 WHERE root_id = 2",
    "positions_from_fills",
  ],
  ["UPDATE bounds SET lo = lo - 20 WHERE seq = (SELECT max(seq) FROM bounds WHERE root_id = 2)", "bounds_tighten"],
  ["UPDATE weights SET weight_ppm = weight_ppm + 1 WHERE leg = 1", "weights_sum"],
  ["UPDATE outcomes SET value = value + 1 WHERE root_id = 3 AND branch_id = 1", "outcomes_paid"],
];

describe("dataset: references", () => {
  it("lead to rows that are there, and keys tell rows apart and order them", async () => {
    const sql = await sqlOf(endSession(busySession({ calls: 120, seed: 7n })).log());
    for (const name of TABLE_NAMES) {
      const { key, references } = tableOf(name);
      const twice = await sql.rows(`SELECT ${key.join()} FROM ${name} GROUP BY ALL HAVING count(*) > 1`);
      expect(twice, name).to.deep.equal([]);
      for (const { fields, table, to = fields } of references) {
        const isThere = fields.map((field, k) => `o.${to[k]!} = m.${field}`).join(" AND ");
        const isGiven = fields.map((field) => `m.${field} IS NOT NULL`).join(" AND ");
        const lost = `SELECT * FROM ${name} m WHERE ${isGiven} AND NOT EXISTS (SELECT 1 FROM ${table} o WHERE ${isThere}) LIMIT 1`;
        expect(await sql.rows(lost), `${name} → ${table}`).to.deep.equal([]);
      }
    }
    await sql.close();
  });
});

describe("dataset: questions in SQL", () => {
  it("have answers, which a small session shows", async () => {
    const sql = await sqlOf(endSession(busySession({ calls: 200, seed: 3n })).log());
    const answers = new Map<string, readonly Readonly<Record<string, unknown>>[]>();
    for (const { name, sql: query } of QUESTIONS) answers.set(name, await sql.rows(query));
    expect([...answers.keys()]).to.deep.equal(["spread", "impact", "known", "executable", "brier"]);
    const markets = ["1.1", "1.2", "2.1", "3.1", "3.2", "3.3"];
    for (const name of ["spread", "impact", "known", "brier"] as const) {
      const told = answers.get(name)!.map(({ root_id, branch_id }) => `${String(root_id)}.${String(branch_id)}`);
      expect(told.every((one) => markets.includes(one)) && told.length > 0, name).to.equal(true);
    }
    for (const { score } of answers.get("brier")!) expect(Number(score)).to.be.within(0, 1);
    for (const { best_level, ten_levels } of answers.get("executable")!) {
      for (const share of [best_level, ten_levels]) if (share !== null) expect(Number(share)).to.be.within(0, 1);
    }
    for (const { had_seen_maker } of answers.get("known")!) expect(Number(had_seen_maker)).to.be.within(0, 1);
    await sql.close();
  });

  it("stand in files that are taken apart by their names", () => {
    const text = queriesText(CHECKS);
    expect(text.match(/^-- name: (\w+)$/gm)).to.have.length(CHECKS.length);
    expect(text.split(";\n")).to.have.length(CHECKS.length + 1);
  });
});
