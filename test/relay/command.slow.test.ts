import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { runProgram } from "../../src/cli/program.js";
import { type Env, expectTold, session } from "../cli/support.js";
import { eventually, openWorld, type TestWorld } from "./support.js";

interface Handed {
  readonly status: string;
  readonly tradeRootId: number;
  readonly link: string;
  readonly signed: object;
}

/** The command that runs a relay, and those that hand orders to one. */
describe("given a relay that `session relay` runs", function () {
  let world: TestWorld;
  let folder: string;
  let url = "";
  let [stdout, stderr] = ["", ""];
  let ended: Promise<number>;
  const interrupt = new AbortController();

  before(async () => {
    world = await openWorld({ traders: 2 });
    folder = await mkdtemp(join(tmpdir(), "session-relay-"));
    const words = ["relay", "--database", join(folder, "data"), "--port", "0", "--poll-ms", "30", "--json"];
    ended = runProgram(words, {
      env: { ...envOf(), SESSION_PRIVATE_KEY: world.stage.relayKeys[0]! },
      cwd: folder,
      stdout: (text) => (stdout += text),
      stderr: (text) => (stderr += text),
      readSecret: () => Promise.reject(new Error("nobody is there")),
      confirm: () => Promise.resolve(false),
      onInterrupt: () => interrupt.signal,
    });
    await eventually("it listens", () => stdout !== "");
    ({ url } = JSON.parse(stdout) as { url: string });
    await eventually("it is ready", async () => (await fetch(`${url}/ready`)).status === 200);
  });
  after(async () => {
    interrupt.abort();
    await ended;
    await world.close();
    await rm(folder, { recursive: true });
  });

  const envOf = (): Env => ({ SESSION_RPC_URL: world.node.url, SESSION_ADDRESS: world.stage.handle.address });
  const asTrader = (index: number): Env => ({
    ...envOf(),
    SESSION_PRIVATE_KEY: world.stage.traders[index]!.key.privateKey,
  });

  it("says on stdout where it listens, in one document", () => {
    expect(JSON.parse(stdout)).to.deep.equal({ url, session: world.stage.handle.address });
  });

  it("when a trader hands it an order, has it in the book", async () => {
    const words = ["trade", "sell", "7", "--price", "5100", "--relay", url, "--json"];
    const run = await session(asTrader(0), ...words);
    expect(run.status, run.stdout + run.stderr).to.equal(0);
    const { status, tradeRootId } = JSON.parse(run.stdout) as Handed;
    expect([status, tradeRootId]).to.deep.equal(["onChain", 1]);
    expect((await world.stage.handle.book.orderAt(1)).lots).to.equal(-7n);
  });

  it("when somebody hands it what another has signed, needs no key of theirs", async () => {
    const signed = await session(asTrader(1), "trade", "buy", "3", "--price", "5200", "--sign-only", "--json");
    await writeFile(join(folder, "order.json"), signed.stdout);
    const { status, stdout: text } = await session({}, "submit", join(folder, "order.json"), "--relay", url);
    expect(status).to.equal(0);
    expect(text).to.include("Order 2: order of").and.to.include("onChain").and.to.include("3 lots filled");
  });

  it("when the book would refuse an order, exits with 1 and the book's code", async () => {
    const signed = await session(asTrader(1), "trade", "buy", "3", "--price", "5200", "--sign-only", "--json");
    const stale = JSON.parse(signed.stdout) as { signed: { package: Record<string, unknown> } };
    stale.signed.package["previousLink"] = `0x${"ab".repeat(32)}`;
    await writeFile(join(folder, "stale.json"), JSON.stringify(stale.signed));
    const run = session({}, "submit", join(folder, "stale.json"), "--relay", url, "--json");
    await expectTold(run, 1, "Book_StaleLink", { given: `0x${"ab".repeat(32)}` });
  });

  it("when a second one shall listen at the same place, exits with 1 and says so", async () => {
    const { port } = new URL(url);
    const env = { ...envOf(), RELAY_PRIVATE_KEY: world.stage.relayKeys[1]! };
    const words = ["--database", join(folder, "other"), "--port", port, "--log-level", "silent", "--json"];
    await expectTold(session(env, "relay", ...words), 1, "RELAY_LISTEN_FAILED", {
      host: "127.0.0.1",
      port: Number(port),
    });
  });

  it("when it is interrupted, stops in good order with status 0, and has logged JSON alone", async () => {
    interrupt.abort();
    expect(await ended).to.equal(0);
    const messages = stderr
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).to.include.members(["relay listens", "caught up with the chain", "relay stopped"]);
    expect(stderr).to.not.include(world.stage.relayKeys[0]!.slice(2));
  });
});
