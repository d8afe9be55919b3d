/** The short form of `npm run trial venue history`: the real index, a real relay's start, and the program's archive, on few orders. */
import { expect } from "chai";

import { withDatabase } from "../../../stage/postgres.js";
import { createHistoryMaker } from "../../../trials/venue/history-blocks.js";
import { missedAims } from "../../../trials/venue/history.js";
import { runHistory } from "../../../trials/venue/history-run.js";
import { requirePostgres } from "../../relay/support.js";

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
