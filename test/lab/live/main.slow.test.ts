/** The live stage as people start and end it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { expect } from "chai";
import { JsonRpcProvider, Wallet } from "ethers";

import type { LiveFacts } from "../../../lab/live/facts.js";
import { startStudy } from "../start-study.js";

/** Minutes on a machine that has much else to do. */
const MOST_MS = 600_000;

describe("npm run lab live", function () {
  this.timeout(MOST_MS);

  it("tells in one line where it is, walks, and is gone without a trace after an interrupt", async () => {
    const folder = await mkdtemp(join(tmpdir(), "live-main-"));
    try {
      const child = spawn(
        process.execPath,
        ["--import", "tsx/esm", "lab/main.ts", "live", "--json", "--no-relay", "--no-maker", "--speed", "600"],
        { env: { ...process.env, TMPDIR: folder }, stdio: ["ignore", "pipe", "pipe"] },
      );
      let said = "";
      child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
      const exit = once(child, "exit") as Promise<[number | null]>;
      const line = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
      const [text] = await Promise.race([line, exit.then(() => Promise.reject(new Error(`it ended: ${said}`)))]);
      const facts = JSON.parse(text) as LiveFacts; // whatever it is, the lines below look at it
      expect([facts.chainId, facts.relayUrl, facts.maker]).to.deep.equal([31_337, null, null]);
      expect(facts.wallets.map(({ name }) => name)).to.include.members(["you", "alice", "frank", "organiser", "relay"]);
      for (const { address, privateKey } of facts.wallets) expect(new Wallet(privateKey).address).to.equal(address);

      const provider = new JsonRpcProvider(facts.rpcUrl, undefined, { cacheTimeout: -1 });
      const timeNow = async (): Promise<number> => (await provider.getBlock("latest"))?.timestamp ?? 0;
      const first = await timeNow();
      while ((await timeNow()) < first + 1_200) await new Promise((resolve) => setTimeout(resolve, 100)); // the clock walks
      provider.destroy();

      child.kill("SIGINT");
      expect((await exit)[0], said).to.equal(0);
      expect(
        await fetch(facts.rpcUrl).then(
          () => "served",
          () => "gone",
        ),
      ).to.equal("gone");
      expect((await readdir(folder)).filter((name) => name.startsWith("session-"))).to.deep.equal([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("exits with 2 on an option that is none, and says so on stderr alone", () => {
    const { status, stdout, stderr } = startStudy("live", ["--speed", "0"]);
    expect([status, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.match(/^OPTION_INVALID: --speed/);
  });
});
