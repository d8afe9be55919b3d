/** The short form of `npm run trial venue history`: the real index, a real relay's start, and the program's archive, on few orders. */
import { expect } from "chai";
import { sql } from "drizzle-orm";

import { type Database, queryRows } from "../../../src/relay/store/database.js";
import { openDatabase } from "../../../src/relay/store/open.js";
import { withDatabase } from "../../../stage/postgres.js";
import { createHistoryMaker } from "../../../trials/venue/history-blocks.js";
import { missedAims } from "../../../trials/venue/history.js";
import { runHistory, writeAll } from "../../../trials/venue/history-run.js";
import { requirePostgres } from "../../relay/support.js";

async function using<Result>(url: string, work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await openDatabase(url, () => undefined);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

describe("A long history that is made up", () => {
  const shape = { ordersPerBlock: 50, traders: 20, legs: 2, seed: 3 };

  it("is the same from the same seed, and another from another", () => {
    const [one, same, other] = [3, 3, 4].map((seed) => createHistoryMaker({ ...shape, seed }).next(3));
    expect(one).to.deep.equal(same);
    expect(one).not.to.deep.equal(other);
  });

  it("takes and takes out no more lots of an order than it has, and numbers rows without gaps", () => {
    const blocks = createHistoryMaker(shape).next(5);
    const gone = new Map<number, bigint>();
    for (const { fills, offsets } of blocks.map(({ rows }) => rows)) {
      for (const { makerRootId, takerRootId, lots } of fills)
        for (const id of [makerRootId, takerRootId]) gone.set(id, (gone.get(id) ?? 0n) + lots);
      for (const { tradeRootId, lots } of offsets) gone.set(tradeRootId, (gone.get(tradeRootId) ?? 0n) + lots);
    }
    const orders = blocks.flatMap(({ rows }) => rows.orders);
    expect(orders).to.have.lengthOf(250);
    for (const { tradeRootId, quantityLots } of orders) {
      const size = quantityLots < 0n ? 0n - quantityLots : quantityLots;
      expect([0n, size]).to.include(gone.get(tradeRootId) ?? 0n);
    }
    const seqs = blocks.flatMap(({ rows }) => rows.records.map(({ seq }) => Number(seq)));
    expect(seqs).to.deep.equal(seqs.map((_, at) => at + 1));
  });
});

describe("given a history in a real index", function () {
  this.timeout(600_000);

  it("goes on from what a run before has written, as if it had been one run", async function () {
    requirePostgres(this);
    const shape = { ordersPerBlock: 40, traders: 50, legs: 2, seed: 1 };
    const tipOf = (database: Database) =>
      database.run((tables) =>
        queryRows(
          tables,
          sql`select number, hash, (select count(*)::int from history_orders) as orders from history_tips`,
        ),
      );
    const write = (url: string, runs: readonly number[]) =>
      using(url, async (database) => {
        const told: string[] = [];
        for (const orders of runs)
          await writeAll(database, { orders }, createHistoryMaker(shape), 1_000, (line) => told.push(line));
        return { tip: await tipOf(database), told };
      });
    const whole = await withDatabase((url) => write(url, [2_400]));
    const parts = await withDatabase((url) => write(url, [1_000, 2_400]));
    expect(parts.told).to.deep.equal(["1600 orders are there"]);
    expect(parts.tip).to.deep.equal(whole.tip);
    expect(whole.tip).to.have.nested.property("[0].orders", 2_400);
  });

  it("is archived and brought back with every figure, and a relay starts on its database", async function () {
    requirePostgres(this);
    const plan = { orders: 8_000, traders: 50, ordersPerBlock: 40, partitions: 4, pages: 20, seed: 1 };
    const result = await withDatabase((databaseUrl) => runHistory({ ...plan, databaseUrl }, () => undefined));
    expect(result.problems).to.deep.equal([]);
    expect(result.orders).to.equal(8_000);
    expect(result.archive.orders).to.be.above(1_000);
    const { start } = result;
    expect(
      missedAims({ ...result, page: { median: 0, p99: 0 }, start }),
      "how soon a page comes is for the long form",
    ).to.deep.equal([]);
  });
});
