import { writeFile } from "node:fs/promises";
import { createServer as createWebServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";

import { expect } from "chai";
import { Wallet } from "ethers";

import { explain } from "../../src/cli/errors.js";
import { readHardhatKey } from "../../src/cli/input/hardhat-keystore.js";
import { as, type Env, expectTold, session } from "./support.js";
import { openWorld, type World } from "./world.js";

const NOBODY = "0x00000000000000000000000000000000000000AA";
const KEY = `0x${"ab".repeat(32)}`;

describe("session, given bad input", function () {
  it("refuses an unknown flag and an unknown command", async function () {
    const flag = await expectTold(session({}, "show", "--nope", "--json"), 2, "ARGUMENT_INVALID");
    expect(flag.values["reason"]).to.equal("unknown option '--nope'");
    const command = await expectTold(session({}, "shwo", "--json"), 2, "ARGUMENT_INVALID");
    expect(command.values["reason"]).to.contain("Did you mean show?");
  });

  it("refuses too many words, and too few", async function () {
    const many = await expectTold(session({}, "deposit", "1", "2", "--json"), 2, "ARGUMENT_INVALID");
    expect(many.values["reason"]).to.contain("too many arguments");
    const few = await expectTold(session({}, "deposit", "--json"), 2, "ARGUMENT_INVALID");
    expect(few.values["reason"]).to.equal("missing required argument 'amount'");
  });

  it("refuses numbers that are none, or not whole units, before any node is asked", async function () {
    const good: Env = { SESSION_ADDRESS: NOBODY, SESSION_PRIVATE_KEY: KEY };
    await expectTold(session(good, "deposit", "1e3", "--json"), 2, "AMOUNT_MALFORMED", { text: "1e3" });
    await expectTold(session(good, "deposit", `0.${"0".repeat(18)}1`, "--json"), 2, "AMOUNT_NOT_EXACT");
    await expectTold(session(good, "deposit", "0", "--json"), 2, "ARGUMENT_INVALID", { argument: "amount" });
    await expectTold(session(good, "trade", "buy", "1.5", "--price", "1", "--json"), 2, "AMOUNT_NOT_EXACT");
    await expectTold(session(good, "trade", "buy", "0", "--price", "1", "--json"), 2, "ARGUMENT_INVALID");
    await expectTold(session(good, "book", "--market", "two", "--json"), 2, "ARGUMENT_INVALID", { value: "two" });
    await expectTold(session(good, "book", "--leg", "0", "--json"), 2, "ARGUMENT_INVALID", { argument: "--leg" });
    await expectTold(session(good, "cancel", "--json"), 2, "ARGUMENT_INVALID", { argument: "orders" });
  });

  it("lists everything that is wrong with the settings", async function () {
    const env = { SESSION_RPC_URL: "ftp://x", SESSION_ADDRESS: "0x12" };
    const { values } = await expectTold(session(env, "deposit", "1", "--json"), 2, "SETTINGS_INVALID");
    expect(values["problems"]).to.deep.equal([
      '--rpc or SESSION_RPC_URL: "ftp://x" is no http(s) address',
      '--session or SESSION_ADDRESS: "0x12" is no address (0x and 40 hex digits, checksum right if mixed)',
      "a key: set --account, --keystore or SESSION_PRIVATE_KEY",
    ]);
  });

  it("takes a flag before the environment", async function () {
    const run = session({ SESSION_RPC_URL: "ftp://x" }, "show", "--rpc", "ftp://y", "--json");
    const { values } = await expectTold(run, 2, "SETTINGS_INVALID");
    expect((values["problems"] as string[])[0]).to.contain("ftp://y");
  });

  it("tells people the same on stderr, and nothing on stdout", async function () {
    const { status, stdout, stderr } = await session({}, "show");
    expect([status, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.equal(
      "SETTINGS_INVALID:\n  --session or SESSION_ADDRESS: is missing\nMend every setting named.\n",
    );
  });

  describe("a key in an argument", function () {
    const phrase = "test test test test test test test test test test test junk";
    const cases = [
      ["deposit", "1", "--keystore", KEY],
      ["deposit", "1", `--account=${KEY}`],
      ["deposit", KEY.slice(2)],
      ["deposit", phrase],
      ["create", "--salt", KEY, "--name", KEY],
    ];

    it("is refused, and never repeated", async function () {
      for (const words of cases) {
        const run = session({}, ...words, "--json");
        const { advice } = await expectTold(run, 2, "KEY_IN_ARGUMENT", { argument: words.findLastIndex(isSecret) + 1 });
        expect(advice).to.contain("SESSION_PRIVATE_KEY");
        const { stdout } = await run;
        expect(stdout).to.not.contain(KEY.slice(2));
        expect(stdout).to.not.contain("junk");
      }
      function isSecret(word: string): boolean {
        return word.includes(KEY.slice(2)) || word === phrase;
      }
    });

    it("may be a salt, which has the same shape", async function () {
      await expectTold(session({}, "create", "--salt", KEY, "--json"), 2, "SETTINGS_INVALID");
    });

    it("is never repeated from the environment either", async function () {
      const zero = `0x${"0".repeat(64)}`; // 32 bytes, but no key
      for (const secret of ["sesame", zero]) {
        const env = { SESSION_ADDRESS: NOBODY, SESSION_PRIVATE_KEY: secret, SESSION_RPC_URL: "ftp://x" };
        const run = session(env, "deposit", "1", "--json");
        await expectTold(run, 2, "SETTINGS_INVALID");
        expect((await run).stdout).to.not.contain(secret);
      }
    });
  });

  it("refuses a node that does not answer", async function () {
    const port = await freePort();
    const env = { SESSION_ADDRESS: NOBODY, SESSION_RPC_URL: `http://127.0.0.1:${port}` };
    await expectTold(session(env, "show", "--json"), 2, "CHAIN_UNREACHABLE", { rpc: env.SESSION_RPC_URL });
  });

  it("refuses a server that is no node", async function () {
    const server = createWebServer((_request, response) => response.end("hello"));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo; // it listens at a port
    const run = session({ SESSION_ADDRESS: NOBODY }, "show", "--rpc", `http://127.0.0.1:${port}`, "--json");
    await expectTold(run, 2, "CHAIN_UNREACHABLE");
    await new Promise((closed) => server.close(closed));
  });

  describe("in files, in keys and about a chain", function () {
    let folder: string;
    let stage: World;

    before(async function () {
      stage = await openWorld();
      ({ folder } = stage);
      await writeFile(join(folder, "held.csv"), "holder,AAPL,TSLA\nann,70,30\nbob,30,70\n");
    });

    const held = (): string[] => ["stress", "--allocations", join(folder, "held.csv")];

    it("is none for a stress test of holdings in a file, which needs no chain", async function () {
      await writeFile(join(folder, "shocks.csv"), "scenario,AAPL,TSLA\nfall,-50%,\nrise,0.5,10%\n");
      const { stdout, status } = await session(
        ...([{}, ...held(), "--prices", "AAPL=200,TSLA=100", "--scenarios", join(folder, "shocks.csv")] as const),
      );
      expect(status).to.equal(0);
      expect(stdout).to.contain(
        [
          "scenario       ann       bob     total",
          "--------  --------  --------  --------",
          "fall      10000.00  10000.00  20000.00",
          "rise      24300.00  16700.00  41000.00",
          "worst     10000.00  10000.00",
        ].join("\n"),
      );
      expect(stdout).to.match(/rise +3800\.00 +-3800\.00 +0\.00\n/);
    });

    it("may be a baseline that does not sum to the basket", async function () {
      const file = join(folder, "base.csv");
      const flags = ["stress", "--allocations", file, "--prices", "AU=2", "--json"];
      await writeFile(file, "holder,AU,base:AU\nann,3,1\nbob,1,3\n");
      const { stdout } = await session({}, ...flags);
      const { scenarios } = JSON.parse(stdout) as { scenarios: { profits: { rounded: string }[] }[] };
      expect(scenarios[0]!.profits.map(({ rounded }) => rounded)).to.deep.equal(["4.00", "-4.00"]);
      await writeFile(file, "holder,AU,base:AU\nann,3,1\nbob,1,4\n");
      const { values } = await expectTold(session({}, ...flags), 2, "FILE_INVALID", { file });
      expect(values["problems"]).to.deep.equal(["base:AU: does not sum to what AU does"]);
    });

    it("is none in absolute shocks, in JSON, and with an asset as numeraire", async function () {
      await writeFile(join(folder, "shocks.json"), JSON.stringify([{ scenario: "fall", AAPL: "-100", "2": 20 }]));
      const { stdout } = await session(
        ...([{}, ...held(), "--prices", "1=200", "2=100", "--scenarios", join(folder, "shocks.json")] as const),
        "--shocks",
        "absolute",
        "--numeraire",
        "AAPL",
        "--digits",
        "1",
        "--json",
      );
      const { scenarios } = JSON.parse(stdout) as { scenarios: { prices: string[]; values: { rounded: string }[] }[] };
      expect(scenarios[0]!.prices).to.deep.equal(["100", "120"]);
      expect(scenarios[0]!.values.map(({ rounded }) => rounded)).to.deep.equal(["106.0", "114.0"]);
    });

    it("is named by line and column of its file", async function () {
      const file = join(folder, "bad.csv");
      const wrong = async (content: string, problem: string | RegExp): Promise<void> => {
        await writeFile(file, content);
        const run = session({}, ...held(), "--prices", "AAPL=1,TSLA=1", "--scenarios", file, "--json");
        const { values } = await expectTold(run, 2, "FILE_INVALID", { file });
        expect((values["problems"] as string[])[0]).to.match(new RegExp(problem));
      };
      await wrong("scenario,AAPL\nfall,x%\n", "^line 2, AAPL: AMOUNT_MALFORMED");
      await wrong("scenario,GOLD\nfall,1\n", "^line 2, GOLD: .*one of AAPL, TSLA");
      await wrong("scenario,AAPL\nfall,-1.5\n\nrise,1\n", "^line 2: AMOUNT_OUT_OF_RANGE.*asset: 1");
      await wrong("scenario,AAPL\nfall\n", "^line 2: 1 cells under 2 columns");
      await wrong("scenario,AAPL,AAPL\n", '^column "AAPL" stands there twice');
      await wrong("name,AAPL\nfall,1\n", "^line 2: no scenario");
      await wrong("scenario,AAPL\n", "^it has no rows");
      await wrong("[{]", "JSON");
      await wrong('[{"scenario": "x", "AAPL": 0.5}]', "0.AAPL");
    });

    it("may be a price that is missing, or a grid or outcome that is none", async function () {
      const prices = ["--prices", "AAPL=1,TSLA=1"];
      await expectTold(session({}, ...held(), "--json"), 2, "ARGUMENT_INVALID", { argument: "--prices" });
      const grid = session({}, ...held(), ...prices, "--grid", "AAPL:up", "--json");
      await expectTold(grid, 2, "ARGUMENT_INVALID", { argument: "--grid", value: "AAPL:up" });
      const steps = session({}, ...held(), ...prices, "--grid", "AAPL:-10%..10%:1", "--json");
      await expectTold(steps, 2, "SHAPE_MISMATCH", { what: "steps" });
      const outcome = session({}, ...held(), ...prices, "--outcome", "2=1", "--json");
      await expectTold(outcome, 2, "ARGUMENT_INVALID", { argument: "--outcome" });
    });

    it("may be an address without a session, or one of another contract", async function () {
      const { env } = stage;
      await expectTold(session(env, "show", "--session", NOBODY, "--json"), 2, "Client_NotASession", {
        address: NOBODY,
        chainId: "31337",
      });
      const factory = env["SESSION_FACTORY"]!;
      await expectTold(session(env, "show", "--session", factory, "--json"), 2, "Client_NotASession");
    });

    describe("keys", function () {
      const secret = "correct horse";
      let file: string;
      let wallet: Wallet;

      before(async function () {
        wallet = new Wallet(KEY);
        file = join(folder, "key.json");
        const scrypt = { N: 2, r: 1, p: 1 }; // weak, and therefore fast
        await writeFile(file, await (await import("ethers")).encryptKeystoreJson(wallet, secret, { scrypt }));
        await writeFile(join(folder, "password"), `${secret}\n`);
      });

      /** Whose key it is shows where the book knows no such trader. */
      const who = (env: Env): ReturnType<typeof session> =>
        session(
          env,
          "create",
          "--asset",
          `${stage.assets[0]}=1`,
          "--supply",
          "1",
          "--name",
          "n",
          "--symbol",
          "s",
          ...times,
        );
      const times = ["--t1", "+1h", "--t2", "+2h", "--dry-run", "--json"];

      it("come from an encrypted keystore file, with its password in another", async function () {
        const env = { ...stage.env, SESSION_KEYSTORE: file, SESSION_KEYSTORE_PASSWORD_FILE: join(folder, "password") };
        const { status, stdout } = await who(env);
        expect(status, stdout).to.equal(0);
        expect((JSON.parse(stdout) as { organiser: string }).organiser).to.equal(wallet.address);
      });

      it("are refused with a wrong password, without one, and from a file that is no keystore", async function () {
        const env = { ...stage.env, SESSION_KEYSTORE: file };
        const wrong = join(folder, "wrong");
        await writeFile(wrong, "incorrect");
        await expectTold(who({ ...env, SESSION_KEYSTORE_PASSWORD_FILE: wrong }), 2, "PASSWORD_WRONG", { file });
        await expectTold(who(env), 2, "PASSWORD_MISSING");
        const none = { ...env, SESSION_KEYSTORE_PASSWORD_FILE: `${wrong}.no` };
        await expectTold(who(none), 2, "FILE_UNREADABLE", { file: `${wrong}.no` });
        await expectTold(who({ ...env, SESSION_KEYSTORE: wrong }), 2, "KEYSTORE_INVALID", { file: wrong });
      });

      it("are named in one way at a time, and by a name that Hardhat's keystore can have", async function () {
        const flags = ["deposit", "1", "--keystore", file, "--account", "hardhat:KEY", "--json"];
        const env = { ...stage.env, SESSION_ADDRESS: NOBODY };
        const both = await expectTold(session(env, ...flags), 2, "SETTINGS_INVALID");
        expect(both.values["problems"]).to.deep.equal(["--account and --keystore: give one of them"]);
        const odd = session(env, "deposit", "1", "--account", "ledger:0", "--json");
        await expectTold(odd, 2, "SETTINGS_INVALID");
      });

      it("are not to be had from Hardhat where there is none", async function () {
        const nowhere = [join(folder, "package.json")];
        const context = { env: {}, cwd: folder };
        const reading = readHardhatKey(context, "KEY", () => Promise.resolve(""), nowhere);
        const error = await reading.catch((reason: unknown) => reason);
        expect(explain(error)).to.deep.include({ status: 2 });
        expect(explain(error).error).to.deep.include({ code: "HARDHAT_MISSING", values: { module: "hardhat/hre" } });
      });

      it("that hold no coin for gas are told so", async function () {
        const run = session(
          as(stage.env, wallet),
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
          "--json",
        );
        await expectTold(run, 1, "Client_NoGasMoney");
      });
    });
  });
});

/** A port that nobody listens at: it was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}
