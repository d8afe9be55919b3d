/** The short forms of `npm run trial relay crash`, `failover`, `faults`, `reorg`, `fuzz` and `load`: real processes, really killed. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { runCrashes } from "../../../trials/relay/crash-run.js";
import { runFailovers } from "../../../trials/relay/failover-run.js";
import { TRIED_FAULTS } from "../../../trials/relay/fault-kinds.js";
import { runFaults } from "../../../trials/relay/faults-run.js";
import { runFuzz } from "../../../trials/relay/fuzz-run.js";
import { runLoad } from "../../../trials/relay/load-run.js";
import { canStartPostgres, withDatabase } from "../../../stage/postgres.js";
import { runReorgs } from "../../../trials/relay/reorg-run.js";
import { makeEmptyDatabase } from "../../../stage/database.js";
import { requirePostgres } from "../../relay/support.js";

const quiet = (): void => undefined;

describe("given relays as processes", function () {
  this.timeout(600_000); // a machine may be busy; nothing here depends on how fast it is
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "relay-short-"));
  });
  const emptyDatabase = async (name: string): Promise<string> => {
    await makeEmptyDatabase(join(folder, name));
    return join(folder, name);
  };
  after(() => rm(folder, { recursive: true, force: true }));

  const crashPlan = { kills: 2, seed: 7, traders: 10, users: 4, maxLife: 400 };

  it("when one is killed again and again on the embedded database, nothing is lost or doubled", async () => {
    const result = await runCrashes({ ...crashPlan, database: await emptyDatabase("crash") }, quiet);
    expect(result.problems).to.deep.equal([]);
    expect(result.acknowledged).to.equal(result.landed + result.refused);
    expect(result.acknowledged).to.be.greaterThan(0);
  });

  it("when one is killed again and again on Postgres, nothing is lost or doubled", async function () {
    requirePostgres(this);
    const result = await withDatabase((database) => runCrashes({ ...crashPlan, database }, quiet));
    expect(result.problems).to.deep.equal([]);
    expect(result.acknowledged).to.equal(result.landed + result.refused);
    expect(result.acknowledged).to.be.greaterThan(0);
  });

  it("when the submitter of two is killed, the other one goes on and nothing is lost", async function () {
    requirePostgres(this);
    const result = await withDatabase((databaseUrl) =>
      runFailovers({ failovers: 1, databaseUrl, seed: 3, ownAccounts: true }, quiet),
    );
    expect(result.problems).to.deep.equal([]);
    expect(result.gaps).to.have.lengthOf(1);
    expect(result.acknowledged).to.equal(result.landed + result.refused);
  });

  it("when node, database and clients fail one after the other, it names each, and nothing is lost or doubled", async function () {
    requirePostgres(this, canStartPostgres());
    const names = ["node: cut", "node: baseFeeOfNull", "database: connections cut", "clients: slow"];
    const faults = TRIED_FAULTS.filter(({ name }) => names.includes(name));
    const { outcomes, problems } = await runFaults({ faults, seed: 17, traders: 6, users: 2 }, quiet);
    expect(problems).to.deep.equal([]);
    expect(outcomes.map(({ name, problems: own }) => [name, own])).to.deep.equal(names.map((name) => [name, []]));
    for (const { name, acknowledged, landed, refused } of outcomes) {
      expect(acknowledged, name).to.equal(landed + refused);
      expect(landed, name).to.be.greaterThan(0);
    }
  });

  it("when blocks are dropped under one, it agrees with the chain afterwards", async () => {
    const result = await runReorgs({ reorgs: 3, depth: 4, seed: 5, database: await emptyDatabase("reorg") }, quiet);
    expect(result.problems).to.deep.equal([]);
    expect(result.acknowledged).to.equal(result.landed + result.refused);
    expect(result.acknowledged).to.be.greaterThan(0);
  });

  it("when requests are hostile, each is refused with 4xx and good ones go on", async () => {
    const result = await runFuzz({ requests: 400, seed: 11, database: await emptyDatabase("fuzz") }, quiet);
    expect(result.problems).to.deep.equal([]);
    expect(Object.values(result.statuses).reduce((sum, count) => sum + count, 0)).to.equal(400);
  });

  it("when many come at once, all are taken and land", async () => {
    const together = { concurrency: 4, batch: 7 };
    const plan = { traders: 20, packages: 400, ...together, seed: 13, database: await emptyDatabase("load") };
    const result = await runLoad(plan, quiet);
    expect(result.problems).to.deep.equal([]);
    expect([result.accepted, result.landed]).to.deep.equal([400, 400]);
  });
});
