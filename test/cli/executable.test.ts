import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import { Wallet } from "ethers";

import { type Run } from "./support.js";
import { openWorld, type World } from "./world.js";

const PROJECT = resolve(import.meta.dirname, "../..");
const BIN = join(PROJECT, "bin", "session.mjs");

/** A process of its own, with an environment that names no chain, no key, no test and no build server. */
function run(words: readonly string[], env: Readonly<Record<string, string>> = {}, stdin = ""): Promise<Run> {
  const { PATH = "", HOME = "" } = process.env;
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [...words],
      { cwd: PROJECT, env: { PATH, HOME, SESSION_PROFILE_FILE: join(PROJECT, "cache", "no-profiles.json"), ...env } },
      (_error, stdout, stderr) => {
        done({ status: child.exitCode ?? -1, stdout, stderr });
      },
    );
    child.stdin?.end(stdin);
  });
}

/** Of the Node version that the project needs. */
const LEAST_NODE = 22;

function majorOf(node: string): number {
  return Number(/^v(\d+)/.exec(execFileSync(node, ["--version"], { encoding: "utf8" }))?.[1] ?? NaN);
}

describe("the executable", function () {
  it("shows its help, and that of each command with an example", async function () {
    const all = await run([BIN]);
    expect(all.status).to.equal(0);
    expect(all.stdout).to.match(/^Usage: session /);
    const one = await run([BIN, "trade", "--help"]);
    expect(one.status).to.equal(0);
    expect(one.stdout).to.contain("session trade buy 200 --leg 1 --price 55%");
  });

  it("ends with the program's status", async function () {
    const { status, stdout, stderr } = await run([BIN, "show"]);
    expect([status, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.contain("SETTINGS_INVALID");
  });

  describe("on a Node that is too old for it", function () {
    this.timeout(60_000);

    it("is told what the old one is told: a relay stops in good order", async function () {
      const old = ["/usr/local/bin/node", "/usr/bin/node"].find((one) => existsSync(one) && majorOf(one) < LEAST_NODE);
      if (old === undefined) {
        process.stdout.write("    skipped: no Node older than 22 here\n");
        return this.skip();
      }
      const words = [
        "relay",
        "--rpc",
        "http://127.0.0.1:1",
        "--session",
        `0x${"11".repeat(20)}`,
        "--log-level",
        "warn",
      ];
      const env = { ...process.env, RELAY_PRIVATE_KEY: `0x${"22".repeat(32)}` };
      const child = spawn(old, [BIN, ...words], { cwd: PROJECT, env, stdio: ["ignore", "ignore", "pipe"] });
      const closed = once(child.stderr, "close"); // when nobody has it any more
      child.stderr.once("data", () => child.kill("SIGTERM")); // it waits for its node, and says so
      const [status] = (await once(child, "exit")) as [number | null];
      await closed;
      expect(status).to.equal(0);
    });
  });

  describe("with a chain, and a key in Hardhat's keystore", function () {
    const password = "a password of its own";
    const key = `0x${"5e".repeat(32)}`;
    let stage: World;
    let home: string;

    before(async function () {
      stage = await openWorld();
      home = join(stage.folder, "config");
      const made = await run(
        [
          "--import",
          "tsx",
          fileURLToPath(new URL("make-hardhat-keystore.ts", import.meta.url)),
          "TRADER",
          key,
          password,
        ],
        { XDG_CONFIG_HOME: home },
      );
      expect(made.status, made.stderr).to.equal(0);
      await writeFile(join(stage.folder, "right"), password);
      await writeFile(join(stage.folder, "wrong"), "another");
    });

    const terms = (): string[] => [
      "create",
      "--asset",
      `${stage.assets[0]}=1`,
      "--supply",
      "1",
      "--name",
      "n",
      "--symbol",
      "s",
      "--t1",
      "+1h",
      "--t2",
      "+2h",
      "--dry-run",
    ];
    const plan = (account: string, passwordFile: string): Promise<Run> =>
      run([BIN, ...terms(), "--json", "--account", account], {
        ...stage.env,
        XDG_CONFIG_HOME: home,
        SESSION_KEYSTORE_PASSWORD_FILE: join(stage.folder, passwordFile),
      });

    it("asks nobody for a password where nobody is", async function () {
      const file = join(stage.folder, "key.json");
      const { address } = Wallet.createRandom();
      const keystore = { version: 3, address: address.slice(2), crypto: { cipher: "aes-128-ctr" } };
      await writeFile(file, JSON.stringify(keystore));
      const ended = await run([BIN, ...terms(), "--json", "--keystore", file], stage.env);
      expect(ended.status).to.equal(2);
      expect((JSON.parse(ended.stdout) as { error: { code: string } }).error.code).to.equal("PASSWORD_MISSING");
    });

    it("signs with it", async function () {
      const { status, stdout, stderr } = await plan("hardhat:TRADER", "right");
      expect(status, stdout + stderr).to.equal(0);
      expect((JSON.parse(stdout) as { organiser: string }).organiser).to.equal(new Wallet(key).address);
    });

    it("says that the password is wrong, or that there is no such key", async function () {
      const wrong = JSON.parse((await plan("hardhat:TRADER", "wrong")).stdout) as { error: { code: string } };
      expect(wrong.error.code).to.equal("HARDHAT_KEYSTORE_FAILED");
      const none = JSON.parse((await plan("hardhat:NOBODY", "right")).stdout) as { error: { code: string } };
      expect(none.error.code).to.equal("HARDHAT_KEY_MISSING");
    });
  });
});
