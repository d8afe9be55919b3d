import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { auditRelay } from "../../trials/relay/audit.js";
import { createRawClient, type RawClient } from "../../trials/relay/http-client.js";
import { drained, ready } from "../../trials/relay/load-generator.js";
import { type RelayProcess, startRelayProcess } from "../../stage/relay-process.js";
import { makeEmptyDatabase } from "../../stage/database.js";
import { accepted, becomes, eventually, openWorld, skipBecause, type TestWorld } from "./support.js";

const START_MS = 60_000;
/** A wall clock that is a day ahead in one second, and a day behind in the next. */
const JUMPING_CLOCK = `data:text/javascript,
  const real = Date.now.bind(Date);
  Date.now = () => real() + (Math.floor(performance.now() / 1000) % 2 === 0 ? 86400000 : -86400000);`;

/** What the machine under a relay does to it. The relay is a process of its own. */
describe("given a relay on a machine that misbehaves", function () {
  let world: TestWorld;
  let folder: string;
  const running: RelayProcess[] = [];

  let database: string;

  before(async () => {
    world = await openWorld({ traders: 2 });
    folder = await mkdtemp(join(tmpdir(), "relay-machine-"));
    database = join(folder, "database");
    await makeEmptyDatabase(database);
  });
  after(async () => {
    for (const relay of running) await relay.kill();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(nodeFlags: readonly string[] = []): Promise<[RelayProcess, RawClient]> {
    const relay = await startRelayProcess({
      rpcUrl: world.node.url,
      session: world.stage.handle.address,
      database,
      nodeFlags,
      privateKey: world.stage.relayKeys[0]!,
      flags: ["--poll-ms", "30", "--batch-ms", "30", "--log-level", "info"],
    });
    running.push(relay);
    const client = createRawClient(relay.url);
    await ready(client, START_MS);
    return [relay, client];
  }

  describe("when nothing more can be written to its disk", () => {
    it("acknowledges nothing, says why, and goes on when there is room again", async function () {
      if (!hasFileLimits()) skipBecause(this, "no prlimit here: the disk cannot be made full.");
      const [relay, client] = await start();
      const first = await accepted(client, await world.sign(0, { nonce: 0n, priceTicks: 4_000n }));
      await becomes(client, first, "onChain");
      const signed = await world.sign(0, { nonce: 1n, priceTicks: 4_001n });
      limitFiles(relay.pid, "4096");
      const { status, body } = await client.submit(signed);
      expect([status, (body["error"] as { code: string }).code]).to.deep.equal([503, "RELAY_STORE_UNAVAILABLE"]);
      limitFiles(relay.pid, "unlimited");
      let second = "";
      await eventually("the same package is taken", async () => {
        const again = await client.submit(signed);
        second = String(again.body["link"]);
        return again.status === 202;
      });
      await becomes(client, second, "onChain");
      expect(await drained(client, START_MS)).to.equal(true);
      const { problems, landed } = await auditRelay(world.stage, client, [first, second]);
      expect([problems, landed]).to.deep.equal([[], 2]);
      expect(await relay.stop()).to.equal(0);
    });
  });

  describe("when its wall clock jumps to and fro", () => {
    it("pays no heed", async () => {
      const [relay, client] = await start(["--import", JUMPING_CLOCK]);
      const links: string[] = [];
      for (let nonce = 0n; nonce < 4n; nonce += 1n) {
        links.push(await accepted(client, await world.sign(1, { nonce, priceTicks: 3_000n + nonce })));
        await becomes(client, links.at(-1)!, "onChain");
        const { body } = await client.get("/health");
        expect([body["submits"], body["faults"]]).to.deep.equal([true, []]);
      }
      expect(await drained(client, START_MS)).to.equal(true);
      const { problems, landed } = await auditRelay(world.stage, client, links);
      expect([problems, landed]).to.deep.equal([[], 4]);
      expect(await relay.stop()).to.equal(0);
    });
  });
});

/** Whether the limit of a process that runs can be changed here: the size of its files stands for the size of its disk. */
function hasFileLimits(): boolean {
  try {
    execFileSync("prlimit", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** @param bytes that a file may have; what it has already stays */
function limitFiles(pid: number, bytes: string): void {
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);
}
