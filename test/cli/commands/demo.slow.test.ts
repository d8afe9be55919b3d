/** The demonstration as people and programs run it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { expect } from "chai";
import { JsonRpcProvider, Wallet } from "ethers";

import { readProfiles, saveProfile } from "../../../src/cli/input/profile.js";
import { type LocalNode, startNode } from "../../../src/local/nodes.js";
import { startFaultProxy } from "../../../stage/faulty-node.js";
import { ask, type Env, expectTold, session, tell } from "../support.js";

const BIN = resolve(import.meta.dirname, "../../../bin/session.mjs");

interface Settings {
  readonly rpc: string;
  readonly relay: string | null;
  readonly maker: string | null;
  readonly session: string;
  readonly fromBlock: number;
  readonly profile: { readonly name: string; readonly file: string } | null;
  readonly environment: Env;
  readonly accounts: readonly { readonly name: string; readonly address: string; readonly privateKey: string }[];
  readonly next: readonly [string];
}

/** The words of a printed command line after the program's name. */
const wordsOf = (line: string): string[] => line.split(" ").slice(1);

const isServing = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** The program with --json, in a process of its own. */
function start(words: readonly string[], env: Env) {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [BIN, "demo", "--json", ...words], {
    env: { PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const exit = once(child, "exit") as Promise<[number | null]>;
  const line = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
  return {
    child,
    said: () => said,
    settings: Promise.race([line, exit.then(() => Promise.reject(new Error(`it ended: ${said}`)))]).then(
      ([text]) => JSON.parse(text) as Settings,
    ),
    async interrupted() {
      child.kill("SIGINT");
      return (await exit)[0];
    },
  };
}

describe("session demo", function () {
  let folder: string;
  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "session-demo-test-"));
  });
  after(async function () {
    await rm(folder, { recursive: true });
  });

  const words = `'${process.execPath}' '${BIN}' demo --json --no-relay --no-maker; exit`;
  /** Two processes as npx runs it; what is started is given, to be ended with a signal, and then the demonstration is over. */
  async function expectEnd(program: string, given: readonly string[], signal: NodeJS.Signals): Promise<void> {
    const file = join(folder, `npx-${signal}.json`);
    const npx = spawn(program, given, {
      env: { PATH: process.env["PATH"] ?? "", TMPDIR: folder, SESSION_PROFILE_FILE: file, npm_command: "exec" },
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = (await once(createInterface({ input: npx.stdout }), "line")) as [string];
    const { rpc } = JSON.parse(line) as Settings;
    expect(await isServing(rpc)).to.equal(true);
    if (signal === "SIGHUP") process.kill(-npx.pid!, signal);
    else npx.kill(signal);
    const isOver = async (): Promise<boolean> =>
      !(await isServing(rpc)) &&
      readProfiles({ env: { SESSION_PROFILE_FILE: file }, cwd: folder }).current === undefined;
    for (let looks = 0; !(await isOver()) && looks < 100; looks += 1) {
      await new Promise((done) => setTimeout(done, 100));
    }
    expect(await isOver()).to.equal(true);
  }

  it("ends when what ends npx has ended the shell in which npx runs it", async function () {
    await expectEnd("sh", ["-c", words], "SIGTERM");
  });

  it("ends when npx was killed, and the shell in which it ran it is still there", async function () {
    const script = `require("node:child_process").spawn("sh", ["-c", ${JSON.stringify(words)}], { stdio: "inherit" });`;
    await expectEnd(process.execPath, ["-e", script], "SIGKILL");
  });

  it("ends when its terminal is closed, and tidies up", async function () {
    await expectEnd("sh", ["-c", words], "SIGHUP");
  });

  describe("as a program of its own", function () {
    const other = {
      ...{ rpc: "http://other", chainId: 1, session: `0x${"11".repeat(20)}`, factory: `0x${"22".repeat(20)}` },
      fromBlock: 3,
    };
    let run: ReturnType<typeof start>;
    let settings: Settings;
    let profiles: Env;

    before(async function () {
      const file = join(folder, "profiles.json");
      profiles = { SESSION_PROFILE_FILE: file };
      saveProfile({ env: profiles, cwd: folder }, "other", other);
      run = start([], { TMPDIR: folder, ...profiles });
      settings = await run.settings;
    });
    after(function () {
      run.child.kill("SIGKILL");
    });

    it("prints one line of settings, in which the printed order is traded at once", async function () {
      const done = await ask<{ status: string; route: object; expected: { fills: { lots: string }[] } }>(
        settings.environment,
        ...wordsOf(settings.next[0]),
      );
      expect(done.status, "through the relay").to.equal("onChain");
      expect(done.expected.fills.map(({ lots }) => lots)).to.deep.equal(["200"]);
      expect(done.route, "which knows the maker").to.deep.equal({ through: "maker", contract: settings.maker });
    });

    it("puts them into a profile, so that a key is all that is missing", async function () {
      expect(settings.profile).to.deep.equal({ name: "demo", file: profiles["SESSION_PROFILE_FILE"] });
      const env = { ...profiles, SESSION_PRIVATE_KEY: settings.environment["SESSION_PRIVATE_KEY"]! };
      expect((await ask<{ status: string }>(env, ...wordsOf(settings.next[0]))).status).to.equal("onChain");
      expect(await tell(profiles, "book")).to.contain("5450 (54.5%)");
      const kept = await readFile(profiles["SESSION_PROFILE_FILE"]!, "utf8");
      for (const { privateKey } of settings.accounts) expect(kept).to.not.contain(privateKey.slice(2));
    });

    it("has a maker that quotes around what both think, found by the profile's factory", async function () {
      const { maker } = settings;
      const quoted = await ask<{ priceTicks: string }>(profiles, "maker", "quote", maker!, "1", "10");
      expect(Number(quoted.priceTicks), "it began with 5 500, and 400 lots were bought of it").to.be.within(
        5_518,
        5_523,
      );
      const shown = await ask<{ paidInWei: string; neededWei: string }>(profiles, "maker", "show", maker!);
      expect(shown.paidInWei).to.equal(shown.neededWei);
      const { houses } = await ask<{ houses: { contract: string; asks: object[] }[] }>(profiles, "book", "--relay");
      expect(houses.map(({ contract, asks }) => [contract, asks.length])).to.deep.equal([[maker, 10]]);
      const dry = ["trade", "buy", "10", "--leg", "1", "--price", "56%", "--dry-run"];
      await ask(settings.environment, ...dry);
    });

    it("is a session that holds, whose traders have money and orders", async function () {
      const report = await ask<{ verdict: { kind: string }; fromBlock: number }>(profiles, "verify");
      expect(report.verdict.kind).to.equal("holds");
      const shown = await ask<{ phase: string }>(profiles, "show");
      expect(shown.phase).to.equal("open");
      for (const { name, address, privateKey } of settings.accounts) {
        expect(new Wallet(privateKey).address, name).to.equal(address);
        if (name === "organiser" || name === "relay") continue;
        const { account } = await ask<{ account: { traderId: number } }>(profiles, "positions", "--trader", address);
        expect(account.traderId, name).to.be.above(0);
      }
    });

    it("is verified by the log that its relay keeps, though no block comes", async function () {
      let verified = await session(profiles, "verify", "--relay");
      for (let looks = 0; verified.status !== 0 && looks < 60; looks += 1) {
        await new Promise((done) => setTimeout(done, 500));
        verified = await session(profiles, "verify", "--relay");
      }
      expect(verified.stdout, verified.stderr).to.include("HOLDS");
    });

    it("has a clock that goes with this machine's", async function () {
      const provider = new JsonRpcProvider(settings.rpc);
      await provider.send("evm_mine", []);
      const block = await provider.getBlock("latest");
      provider.destroy();
      expect(Math.abs((block?.timestamp ?? 0) - Date.now() / 1_000)).to.be.lessThan(30);
    });

    it("goes to its end when it is told to, and not back", async function () {
      const back = session(profiles, "clock", "t1", "--json");
      await expectTold(back, 2, "ARGUMENT_INVALID", { argument: "time", value: "t1" });
      const { time, t2 } = await ask<{ time: number; t2: number }>(profiles, "clock", "t2");
      expect(time).to.equal(t2);
      const you = { ...profiles, SESSION_PRIVATE_KEY: settings.environment["SESSION_PRIVATE_KEY"]! };
      expect(await tell(you, "exit")).to.include("Next: session redeem");
    });

    it("is over with an interrupt: node, relay, database and profile are gone, and what was in use is again", async function () {
      expect([await isServing(settings.rpc), await isServing(settings.relay!)]).to.deep.equal([true, true]);
      expect(await run.interrupted(), run.said()).to.equal(0);
      expect(run.said()).to.not.contain('"level"');
      expect([await isServing(settings.rpc), await isServing(settings.relay!)]).to.deep.equal([false, false]);
      expect((await readdir(folder)).filter((name) => name.startsWith("session-demo-"))).to.deep.equal([]);
      const left = await ask<{ current: string; profiles: object }>(profiles, "use");
      expect([left.current, Object.keys(left.profiles)]).to.deep.equal(["other", ["other"]]);
    });
  });

  describe("on a node that runs already", function () {
    let node: LocalNode;
    before(async function () {
      node = await startNode("hardhat");
    });
    after(async function () {
      await node.stop();
    });

    it("runs until it is interrupted, and leaves the node alone; without a relay orders go to the book, and without a maker there is none", async function () {
      const run = start(["--rpc", node.url, "--no-relay", "--no-maker"], {
        SESSION_PROFILE_FILE: join(folder, "none.json"),
      });
      try {
        const settings = await run.settings;
        expect([settings.relay, settings.maker]).to.deep.equal([null, null]);
        const done = await ask<{ fills: { lots: string }[] }>(settings.environment, ...wordsOf(settings.next[0]));
        expect(done.fills.map(({ lots }) => lots)).to.deep.equal(["200"]);
        expect(run.child.exitCode, "it waits").to.equal(null);
        expect(await run.interrupted()).to.equal(0);
        expect(await isServing(node.url)).to.equal(true);
      } finally {
        run.child.kill("SIGKILL");
      }
    });

    it("takes a limit to positions, which orders and fills keep; and refuses none before it starts anything", async function () {
      await expectTold(session({}, "demo", "--rpc", node.url, "--max-lots", "0", "--json"), 2, "ARGUMENT_INVALID", {
        argument: "--max-lots",
      });
      const words = ["--rpc", node.url, "--no-relay", "--max-lots", "900"];
      const run = start(words, { SESSION_PROFILE_FILE: join(folder, "limited.json") });
      try {
        const { environment } = await run.settings;
        expect(await ask<{ maxLots: string }>(environment, "show")).to.deep.include({ maxLots: "900" });
        const { roots } = await ask<{ roots: { markets: { longLots: string }[] }[] }>(environment, "monitor");
        expect(roots[0]!.markets[0]!.longLots).to.equal("900");
        await run.interrupted();
      } finally {
        run.child.kill("SIGKILL");
      }
    });

    it("sends nothing on a chain that may be somebody's", async function () {
      const proxy = await startFaultProxy(node.url);
      proxy.behave = ({ method }) => (method === "eth_chainId" ? { kind: "result", result: "0x1" } : undefined);
      try {
        const run = session({}, "demo", "--rpc", proxy.url, "--json");
        await expectTold(run, 2, "DEMO_NOT_LOCAL", { chainId: "1" });
        expect(proxy.asked.get("eth_sendTransaction")).to.equal(undefined);
      } finally {
        await proxy.close();
      }
    });
  });
});
