import { Command } from "commander";
import { expect } from "chai";
import fc from "fast-check";
import { getAddress } from "ethers";

import type { Profile } from "../../../src/cli/input/profile.js";
import {
  DEFAULT_RPC,
  type KeySource,
  readSettings as readSources,
  type SettingOptions,
  type Settings,
  withSettings,
} from "../../../src/cli/input/settings.js";
import { FIXED } from "../../protocol/support.js";
import { type Env, expectCliError } from "../support.js";

const ONE_ADDRESS = getAddress("0x00000000000000000000000000000000000000a1");
const OTHER_ADDRESS = getAddress("0x00000000000000000000000000000000000000b2");
const KEY = `0x${"ab".repeat(32)}`;

/** Without a profile. */
function readSettings<Wanted extends keyof Settings>(env: Env, options: SettingOptions, ...wanted: readonly Wanted[]) {
  return readSources({ env, profile: () => undefined }, options, ...wanted);
}

function refused(...asked: Parameters<typeof readSettings>): string[] {
  return expectCliError(() => readSettings(...asked), "SETTINGS_INVALID").values["problems"] as string[];
}

describe("settings of the command line", function () {
  describe("with a profile in use", function () {
    const all = {
      rpc: "http://profile:1",
      session: ONE_ADDRESS,
      factory: OTHER_ADDRESS,
      makerFactory: ONE_ADDRESS,
      fromBlock: 17,
      relay: "http://relay:1",
    };
    const profile: Profile = { ...all, chainId: 7 };
    const NAMES = ["rpc", "session", "factory", "makerFactory", "fromBlock", "relay"] as const;
    const read = (env: Env, options: SettingOptions) => readSources({ env, profile: () => profile }, options, ...NAMES);

    it("are its own where flags and environment are silent", function () {
      expect(read({}, {})).to.deep.equal(all);
      expect(read({ SESSION_RPC_URL: "", SESSION_ADDRESS: "", SESSION_RELAY_URL: "" }, {})).to.deep.equal(all);
    });

    it("are a flag's before the environment's, and the environment's before its own", function () {
      const env = { SESSION_FROM_BLOCK: "23", SESSION_RELAY_URL: "http://other" };
      expect(read(env, {})).to.deep.equal({ ...all, fromBlock: 23, relay: "http://other" });
      expect(read(env, { fromBlock: "3", relay: "http://flag" })).to.include({ fromBlock: 3, relay: "http://flag" });
    });

    it("are not its first block and relay for another session, named by flag or environment", function () {
      const other = { session: OTHER_ADDRESS, fromBlock: 0, relay: undefined };
      expect(read({}, { session: OTHER_ADDRESS })).to.deep.include({ ...all, ...other });
      expect(read({ SESSION_ADDRESS: OTHER_ADDRESS }, {})).to.deep.include({ ...all, ...other });
      expect(read({}, { session: ONE_ADDRESS.toLowerCase() }), "the same one").to.deep.equal(all);
    });

    it("are not its factories on another node", function () {
      const other = { rpc: "http://other", factory: undefined, makerFactory: undefined };
      expect(read({}, { rpc: "http://other" })).to.deep.equal({ ...all, ...other });
    });

    it("are no relay if the order is to be sent directly", function () {
      expect(read({ SESSION_RELAY_URL: "http://other" }, { direct: true }).relay).to.equal(undefined);
      const both = expectCliError(() => read({}, { direct: true, relay: "http://flag" }), "SETTINGS_INVALID");
      expect(both.values["problems"]).to.deep.equal(["--relay and --direct: give one of them"]);
    });

    it("is looked at before anything else is done, and is not shown, for it may have a key in it", function () {
      for (const text of ["notaurl", "ftp://relay", "http://"]) {
        const wrong = expectCliError(() => readSettings({}, { relay: text }, "relay"), "SETTINGS_INVALID");
        const [problem = ""] = wrong.values["problems"] as string[];
        expect(problem)
          .to.match(/^--relay or SESSION_RELAY_URL: it /)
          .and.not.include("relay/");
      }
    });

    it("never have a key of it, and do not read it for one", function () {
      const unreadable = (): never => {
        throw new Error("not to be read");
      };
      const { key } = readSources({ env: { SESSION_PRIVATE_KEY: KEY }, profile: unreadable }, {}, "key");
      expect(key).to.deep.equal({ kind: "environment", privateKey: KEY });
    });
  });

  describe("where each comes from", function () {
    const CASES = [
      { name: "rpc", option: "rpc", variable: "SESSION_RPC_URL", values: ["http://a:1", "https://b"] },
      { name: "session", option: "session", variable: "SESSION_ADDRESS", values: [ONE_ADDRESS, OTHER_ADDRESS] },
      { name: "factory", option: "factory", variable: "SESSION_FACTORY", values: [ONE_ADDRESS, OTHER_ADDRESS] },
      {
        name: "makerFactory",
        option: "makerFactory",
        variable: "SESSION_MAKER_FACTORY",
        values: [ONE_ADDRESS, OTHER_ADDRESS],
      },
      { name: "fromBlock", option: "fromBlock", variable: "SESSION_FROM_BLOCK", values: ["17", "23"] },
    ] as const;

    for (const { name, option, variable, values } of CASES) {
      const [flag, environment] = values;
      const read = (env: Env, options: object): string => String(readSettings(env, options, name)[name]);

      it(`is a flag, else ${variable}, for ${name}`, function () {
        expect(read({ [variable]: environment }, { [option]: flag })).to.equal(flag);
        expect(read({ [variable]: environment }, {})).to.equal(environment);
        expect(read({}, { [option]: flag })).to.equal(flag);
      });

      it(`is no environment that is empty, for ${name}`, function () {
        expect(read({ [variable]: "" }, { [option]: flag })).to.equal(flag);
      });
    }

    it("is a default for the node and for the first block, and for nothing else", function () {
      expect(readSettings({}, {}, "rpc", "fromBlock")).to.deep.equal({ rpc: DEFAULT_RPC, fromBlock: 0 });
      expect(readSettings({ SESSION_RPC_URL: "", SESSION_FROM_BLOCK: "" }, {}, "rpc", "fromBlock")).to.deep.equal({
        rpc: "http://127.0.0.1:8545",
        fromBlock: 0,
      });
      expect(refused({}, {}, "session")).to.deep.equal([
        "--session or SESSION_ADDRESS: is missing, and no profile is in use",
      ]);
      expect(readSettings({}, {}, "factory"), "known for the chain").to.deep.equal({ factory: undefined });
    });

    it("is never another setting's, and only what is wanted is looked at", function () {
      const env = { SESSION_RPC_URL: "ftp://x", SESSION_ADDRESS: "0x12", SESSION_FACTORY: ONE_ADDRESS };
      expect(readSettings(env, {}, "factory")).to.deep.equal({ factory: ONE_ADDRESS });
      expect(refused(env, {}, "session")).to.have.length(1);
    });

    it("is a bad flag rather than a good environment: whoever gives one means it", function () {
      expect(refused({ SESSION_ADDRESS: ONE_ADDRESS }, { session: "0x12" }, "session")[0]).to.contain('"0x12"');
      expect(refused({ SESSION_RPC_URL: "http://a" }, { rpc: "" }, "rpc")[0]).to.contain("is empty");
      expect(refused({ SESSION_FROM_BLOCK: "1" }, { fromBlock: "x" }, "fromBlock")[0]).to.contain('"x"');
    });
  });

  describe("what each may be", function () {
    it("an http(s) address, for the node", function () {
      for (const rpc of ["http://127.0.0.1:8545", "https://node.example/v2/key?x=1", "http://[::1]:8545"]) {
        expect(readSettings({}, { rpc }, "rpc")).to.deep.equal({ rpc });
      }
      for (const rpc of ["", "ws://a", "127.0.0.1:8545", "localhost", "http://", "http:// a", "file:///x"]) {
        const [problem, ...others] = refused({}, { rpc }, "rpc");
        expect([problem, others]).to.deep.equal([problem, []]);
        expect(problem).to.match(/^--rpc or SESSION_RPC_URL: it (is|has|begins|cannot)/);
      }
    });

    it("told by their scheme alone where they are wrong, for they bear keys", function () {
      for (const rpc of ['"https://node.example/v2/S3cr3t"', " https://node.example/v2/S3cr3t", "wss://S3cr3t@x"]) {
        expect(refused({ SESSION_RPC_URL: rpc }, {}, "rpc").join()).not.to.contain("S3cr3t");
      }
    });

    it("an address, which comes in its checksum form", function () {
      const session = ONE_ADDRESS.toLowerCase();
      expect(readSettings({}, { session }, "session")).to.deep.equal({ session: ONE_ADDRESS });
      const mistyped = getAddress("0x52908400098527886e0f7030069857d2e4169ee7").replace("E", "e");
      for (const text of ["0x", "gold.eth", `${ONE_ADDRESS}0`, mistyped]) {
        expect(refused({}, { factory: text }, "factory")).to.deep.equal([
          `--factory or SESSION_FACTORY: "${text}" is no address (0x and 40 hex digits, checksum right if mixed)`,
        ]);
      }
    });

    it("a block number, for the first block", function () {
      expect(readSettings({}, { fromBlock: "999999999999999" }, "fromBlock").fromBlock).to.equal(999_999_999_999_999);
      for (const fromBlock of ["-1", "1.5", "0x10", "latest", "1e3", "1".repeat(16)]) {
        expect(refused({}, { fromBlock }, "fromBlock")[0]).to.equal(
          `--from-block or SESSION_FROM_BLOCK: "${fromBlock}" is no block number`,
        );
      }
    });

    it("any block number comes back", function () {
      fc.assert(
        fc.property(fc.nat(), (block) => {
          expect(readSettings({ SESSION_FROM_BLOCK: String(block) }, {}, "fromBlock").fromBlock).to.equal(block);
        }),
        FIXED,
      );
    });
  });

  describe("the key", function () {
    const source = (env: Env, options: object = {}): KeySource => readSettings(env, options, "key").key;

    it("is of the environment: 32 bytes of hex, with 0x or without", function () {
      const expected = { kind: "environment", privateKey: KEY };
      expect(source({ SESSION_PRIVATE_KEY: KEY })).to.deep.equal(expected);
      expect(source({ SESSION_PRIVATE_KEY: KEY.slice(2) })).to.deep.equal(expected);
    });

    it("is of an encrypted keystore file, with the file of its password if one is named", function () {
      const file = "key.json";
      const expected = { kind: "keystore", file, passwordFile: undefined };
      expect(source({}, { keystore: file })).to.deep.equal(expected);
      expect(source({ SESSION_KEYSTORE: file })).to.deep.equal(expected);
      const env = { SESSION_KEYSTORE: file, SESSION_KEYSTORE_PASSWORD_FILE: "secret" };
      expect(source(env)).to.deep.equal({ ...expected, passwordFile: "secret" });
    });

    it("is of Hardhat's keystore, by a name that a variable can have", function () {
      const expected = { kind: "hardhat", name: "TRADER_1", passwordFile: undefined };
      expect(source({}, { account: "hardhat:TRADER_1" })).to.deep.equal(expected);
      expect(source({ SESSION_ACCOUNT: "hardhat:TRADER_1" })).to.deep.equal(expected);
      for (const account of ["", "TRADER_1", "hardhat:", "hardhat:1ST", "hardhat:A-B", "ledger:0", "hardhat:A B"]) {
        expect(refused({}, { account }, "key")).to.deep.equal([
          "--account or SESSION_ACCOUNT: hardhat:NAME is wanted, with a name of Hardhat's keystore",
        ]);
      }
    });

    it("is a flag's before any of the environment, and one flag's at a time", function () {
      const env = { SESSION_ACCOUNT: "hardhat:ENV", SESSION_KEYSTORE: "env.json", SESSION_PRIVATE_KEY: KEY };
      expect(source(env, { keystore: "flag.json" })).to.deep.include({ kind: "keystore", file: "flag.json" });
      expect(source(env, { account: "hardhat:FLAG" })).to.deep.include({ kind: "hardhat", name: "FLAG" });
      expect(refused(env, { account: "hardhat:A", keystore: "b" }, "key")).to.deep.equal([
        "--account and --keystore: give one of them",
      ]);
    });

    it("of the environment is Hardhat's, else a file's, else itself", function () {
      const env = { SESSION_ACCOUNT: "hardhat:ENV", SESSION_KEYSTORE: "env.json", SESSION_PRIVATE_KEY: KEY };
      expect(source(env).kind).to.equal("hardhat");
      expect(source({ ...env, SESSION_ACCOUNT: "" }).kind).to.equal("keystore");
      expect(source({ ...env, SESSION_ACCOUNT: "", SESSION_KEYSTORE: "" }).kind).to.equal("environment");
    });

    it("is wanted, and what is wrong with it is said without it", function () {
      expect(refused({}, {}, "key")).to.deep.equal(["a key: set --account, --keystore or SESSION_PRIVATE_KEY"]);
      for (const SESSION_PRIVATE_KEY of ["sesame", "0x", KEY.slice(0, -1), `${KEY}0`, KEY.slice(2, -1)]) {
        expect(refused({ SESSION_PRIVATE_KEY }, {}, "key")).to.deep.equal([
          "SESSION_PRIVATE_KEY: is not 32 bytes of hex",
        ]);
      }
    });
  });

  it("says everything that is wrong at once, in the order that was asked", function () {
    const env = { SESSION_RPC_URL: "ftp://x", SESSION_FROM_BLOCK: "x", SESSION_PRIVATE_KEY: "x" };
    const problems = refused(env, { session: "0x1", factory: "0x2" }, "rpc", "session", "factory", "fromBlock", "key");
    expect(problems.map((problem) => problem.split(":")[0])).to.deep.equal([
      "--rpc or SESSION_RPC_URL",
      "--session or SESSION_ADDRESS",
      "--factory or SESSION_FACTORY",
      "--from-block or SESSION_FROM_BLOCK",
      "SESSION_PRIVATE_KEY",
    ]);
  });

  describe("as flags", function () {
    const flagsOf = (...wanted: Parameters<typeof withSettings>[1][]): (string | undefined)[] =>
      withSettings(new Command("x"), ...wanted).options.map(({ long }) => long);

    it("stand at the command that wants them", function () {
      expect(flagsOf("rpc", "session")).to.deep.equal(["--rpc", "--session"]);
      expect(flagsOf("factory", "fromBlock")).to.deep.equal(["--factory", "--from-block"]);
      expect(flagsOf("makerFactory")).to.deep.equal(["--maker-factory"]);
      expect(flagsOf("key")).to.deep.equal(["--account", "--keystore"]);
    });

    it("each say the variable that stands for them", function () {
      const wanted = ["rpc", "session", "factory", "makerFactory", "fromBlock", "key"] as const;
      const { options } = withSettings(new Command("x"), ...wanted);
      const variables = [
        "SESSION_RPC_URL",
        "SESSION_ADDRESS",
        "SESSION_FACTORY",
        "SESSION_MAKER_FACTORY",
        "SESSION_FROM_BLOCK",
        "SESSION_ACCOUNT",
        "SESSION_KEYSTORE",
      ];
      expect(options).to.have.length(variables.length);
      options.forEach(({ description }, index) => {
        expect(description).to.contain(variables[index]);
      });
    });

    it("never take a key", function () {
      expect(flagsOf("rpc", "session", "factory", "fromBlock", "key").join(" ")).to.not.match(
        /private|secret|password/,
      );
    });
  });
});
