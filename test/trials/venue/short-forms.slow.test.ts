/** The short forms of `npm run trial venue sessions`, `move` and `readers`: real processes for several sessions, really killed. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { makeEmptyDatabase } from "../../../stage/database.js";
import { withDatabase } from "../../../stage/postgres.js";
import { startRedis } from "../../../stage/redis.js";
import { runMoves } from "../../../trials/venue/move-run.js";
import { runReaders } from "../../../trials/venue/readers-run.js";
import { missedAims } from "../../../trials/venue/sessions.js";
import { runSessions } from "../../../trials/venue/sessions-run.js";
import { requirePostgres, requireRedis } from "../../relay/support.js";

describe("given one process for several sessions", function () {
  this.timeout(600_000); // a machine may be busy; nothing here depends on how fast it is

  it("brings the orders of all to their books, and asks the node in a block no more than for one session", async () => {
    const folder = await mkdtemp(join(tmpdir(), "venue-short-"));
    try {
      const database = join(folder, "database");
      await makeEmptyDatabase(database);
      const plan = { sessions: 4, traders: 4, orders: 12, blocks: 8, database };
      const result = await runSessions(plan, () => undefined);
      expect(result.problems).to.deep.equal([]);
      expect(result.resting).to.equal(48);
      expect(missedAims({ ...result, startMs: 0 }), "how long a start takes is for the long form").to.deep.equal([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("given two processes that share the books of several sessions", function () {
  this.timeout(600_000);

  it("when the one that submits is killed, the other has its books, and nothing is lost or doubled", async function () {
    requirePostgres(this);
    const result = await withDatabase((databaseUrl) =>
      runMoves({ processes: 2, sessions: 2, kills: 1, seed: 5, databaseUrl, ownAccounts: false }, () => undefined),
    );
    expect(result.problems).to.deep.equal([]);
    expect([result.gaps.length, result.moved > 0]).to.deep.equal([1, true]);
    expect(result.acknowledged)
      .to.equal(result.landed + result.refused)
      .and.to.be.above(0);
  });
});

for (const withBroker of [false, true]) {
  describe(`given readers that hear by ${withBroker ? "a broker" : "the database alone"}`, function () {
    this.timeout(600_000);

    it("when one is killed its subscribers go on at others, and no event is lost or doubled", async function () {
      requirePostgres(this);
      if (withBroker) requireRedis(this);
      const broker = withBroker ? await startRedis() : undefined;
      const plan = { readers: 2, subscribers: 30, traders: 6, seconds: 1, rate: 30, brokerUrl: broker?.url };
      const result = await withDatabase((databaseUrl) => runReaders({ ...plan, databaseUrl }, () => undefined));
      await broker?.stop();
      expect(result.problems).to.deep.equal([]);
      expect(result.moved.subscribers).to.equal(15);
      expect(result.events).to.be.above(30);
    });
  });
}
