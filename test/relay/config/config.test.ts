import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect } from "chai";

import { isReader, readConfig } from "../../../src/relay/config/config.js";
import { describeConfig, optionsOf } from "../../../src/relay/config/settings.js";
import { RelayError } from "../../../src/relay/errors.js";

const KEY = `0x${"11".repeat(32)}`;
const SESSION = `0x${"ab".repeat(20)}`;
const FLAGS = ["--rpc", "http://127.0.0.1:8545", "--session", SESSION];

function problemsOf(words: readonly string[], environment: Record<string, string>): string[] {
  return problemsWith(() => readConfig(optionsOf(words), environment));
}

function problemsWith(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    expect(error).to.be.instanceOf(RelayError);
    const { code, values } = error as RelayError; // asserted above
    expect(code).to.equal("RELAY_CONFIG_INVALID");
    return String(values["problems"])
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  }
  return [];
}

describe("readConfig", () => {
  describe("given houses through which orders may go", () => {
    const [one, two] = [`0x${"3a".repeat(20)}`, `0x${"3b".repeat(20)}`];
    const environment = { RELAY_PRIVATE_KEY: KEY };

    it("knows of none by default", () => {
      expect(readConfig(optionsOf(FLAGS), environment)).to.deep.include({ makers: [], routers: [] });
    });

    it("serves no page unless a folder with one is named", () => {
      expect(readConfig(optionsOf(FLAGS), environment).page).to.equal(undefined);
      const folder = mkdtempSync(join(tmpdir(), "relay-config-page-"));
      try {
        const words = [...FLAGS, "--page", folder];
        expect(problemsOf(words, environment)).to.deep.equal([
          `--page ${folder} has no index.html: name the folder of a built page, or none`,
        ]);
        writeFileSync(join(folder, "index.html"), "<!doctype html>");
        expect(readConfig(optionsOf(words), environment).page).to.equal(folder);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it("takes several makers, and a router", () => {
      const words = [...FLAGS, "--maker", `${one}, ${two}`, "--router", two];
      expect(readConfig(optionsOf(words), environment)).to.deep.include({ makers: [one, two], routers: [two] });
    });

    it("names what is no address", () => {
      const words = [...FLAGS, "--maker", "0x12", "--router", `${one},all`];
      expect(problemsOf(words, environment)).to.deep.equal([
        '--maker has "0x12", no address',
        '--router has "all", no address',
      ]);
    });
  });

  describe("given what cannot be left out", () => {
    it("fills in the rest", () => {
      const config = readConfig(optionsOf(FLAGS), { RELAY_PRIVATE_KEY: KEY });
      expect(config).to.deep.include({ rpcUrl: "http://127.0.0.1:8545", sessions: [SESSION], privateKeys: [KEY] });
      expect(config).to.include({ database: "relay-data", host: "127.0.0.1", port: 8700, rebuild: false });
    });

    it("takes the environment, and flags before it", () => {
      const environment = {
        RELAY_PRIVATE_KEY: KEY,
        RELAY_PORT: "1",
        RELAY_BATCH_SIZE: "7",
        DATABASE_URL: "postgres://x/y",
      };
      const config = readConfig(optionsOf([...FLAGS, "--port", "2", "--rebuild"]), environment);
      expect(config).to.include({ port: 2, batchSize: 7, database: "postgres://x/y", rebuild: true });
    });

    it("takes an origin, and a list of proxies", () => {
      const flags = ["--allow-origin", "https://wallet.example", "--trusted-proxies", "127.0.0.1, 10.0.0.0/8,::1"];
      const config = readConfig(optionsOf([...FLAGS, ...flags]), { RELAY_PRIVATE_KEY: KEY });
      expect(config.allowOrigin).to.equal("https://wallet.example");
      expect(config.trustedProxies).to.deep.equal(["127.0.0.1", "10.0.0.0/8", "::1"]);
      for (const [flag, bad] of [
        ["--allow-origin", "https://wallet.example/path"],
        ["--allow-origin", "all"],
        ["--trusted-proxies", "10.0.0.0/33"],
        ["--trusted-proxies", "127.0.0.1,proxy"],
      ] as const) {
        const problems = problemsOf([...FLAGS, flag, bad], { RELAY_PRIVATE_KEY: KEY });
        expect(problems.length, bad).to.equal(1);
        expect(problems[0]).to.match(new RegExp(`^${flag} `));
      }
    });

    it("takes options as a program has them, numbers among them", () => {
      const options = { rpc: "http://127.0.0.1:8545", session: SESSION, port: 0, "max-walk": "3", rate: undefined };
      const config = readConfig({ ...options, rebuild: true }, { RELAY_PRIVATE_KEY: KEY, RELAY_RATE: "9" });
      expect(config).to.deep.include({ sessions: [SESSION], port: 0, maxWalk: 3, rate: 9, rebuild: true });
    });

    it("asks for the key where it is told to", () => {
      const config = readConfig(optionsOf(FLAGS), { RELAY_PRIVATE_KEY: "void" }, () => [KEY]);
      expect(config.privateKeys).to.deep.equal([KEY]);
    });

    it("takes a key for receipts, from a variable or a file, and signs none without it", () => {
      const read = (more: object) => readConfig(optionsOf(FLAGS), { RELAY_PRIVATE_KEY: KEY, ...more }).receiptKey;
      expect([read({}), read({ RELAY_RECEIPT_KEY: KEY.slice(2) })]).to.deep.equal([undefined, KEY]);
      const file = join(mkdtempSync(join(tmpdir(), "relay-key-")), "key");
      writeFileSync(file, `${KEY}\n`);
      expect(read({ RELAY_RECEIPT_KEY_FILE: file })).to.equal(KEY);
      rmSync(dirname(file), { recursive: true });
      const problems = (more: Record<string, string>) => problemsOf(FLAGS, { RELAY_PRIVATE_KEY: KEY, ...more });
      expect(problems({ RELAY_RECEIPT_KEY_FILE: file })).to.deep.equal([
        `RELAY_RECEIPT_KEY_FILE names a file that cannot be read: ${file}`,
      ]);
      expect(problems({ RELAY_RECEIPT_KEY: "0x12" })).to.deep.equal([
        "the key in RELAY_RECEIPT_KEY or RELAY_RECEIPT_KEY_FILE is not 32 bytes of hex",
      ]);
    });

    it("takes a key without 0x", () => {
      expect(readConfig(optionsOf(FLAGS), { RELAY_PRIVATE_KEY: KEY.slice(2) }).privateKeys).to.deep.equal([KEY]);
    });
  });

  describe("given what the process is to do", () => {
    const environment = { RELAY_PRIVATE_KEY: KEY, DATABASE_URL: "postgres://x/y" };
    const rolesOf = (words: readonly string[], more: Record<string, string> = {}) => [
      ...readConfig(optionsOf([...FLAGS, ...words]), { ...environment, ...more }).roles,
    ];

    it("does all of it unless told otherwise", () => {
      expect(rolesOf([])).to.deep.equal(["intake", "submit", "index", "read"]);
      expect(rolesOf(["--role", "all"])).to.deep.equal(["intake", "submit", "index", "read"]);
    });

    it("takes roles with commas between, flag by flag, or from the environment", () => {
      expect(rolesOf(["--role", "index, submit"])).to.deep.equal(["index", "submit"]);
      expect(rolesOf(["--role", "intake", "--role", "submit,intake"])).to.deep.equal(["intake", "submit"]);
      expect(rolesOf([], { RELAY_ROLE: "submit" })).to.deep.equal(["submit"]);
      expect(rolesOf(["--role", "submit,index"], { RELAY_ROLE: "submit" })).to.deep.equal(["submit", "index"]);
    });

    it("names what is no role", () => {
      expect(problemsOf([...FLAGS, "--role", "read,write"], environment)).to.deep.equal([
        '--role has "write", neither all nor one of intake, submit, index, read',
      ]);
    });

    it("asks a reader for no key, and takes none that is there", () => {
      const { DATABASE_URL } = environment;
      const read = (more: object) => readConfig(optionsOf([...FLAGS, "--role", "read"]), { DATABASE_URL, ...more });
      for (const config of [read({}), read({ RELAY_PRIVATE_KEY: KEY, RELAY_RECEIPT_KEY: KEY })]) {
        expect(config.privateKeys).to.deep.equal([]);
        expect(config.receiptKey).to.equal(undefined);
        expect(isReader(config)).to.equal(true);
      }
      expect(isReader(readConfig(optionsOf([...FLAGS, "--role", "read,submit,index"]), environment))).to.equal(false);
    });

    it("has keys only where they are used, and where others pay asks who they are", () => {
      const words = (...more: string[]) => [...FLAGS, ...more];
      const keyed = { ...environment, RELAY_RECEIPT_KEY: KEY };
      const read = (...more: string[]) => readConfig(optionsOf(words(...more)), keyed);
      expect(read("--role", "submit")).to.deep.include({ privateKeys: [KEY], receiptKey: undefined, payers: [] });
      const intake = read("--role", "intake", "--payer", SESSION);
      expect(intake).to.deep.include({ privateKeys: [], receiptKey: KEY, payers: [SESSION] });
      expect(problemsOf(words("--role", "submit,read"), keyed)).to.deep.equal([
        "--role submit,read reads beside other work what others write: let read go alone, or with index",
      ]);
      expect(problemsOf(words("--role", "intake"), keyed)).to.deep.equal([
        "--role intake needs --payer, the addresses of the accounts that pay: who submits has their keys",
      ]);
      expect(problemsOf(words("--role", "submit", "--payer", SESSION), keyed)).to.deep.equal([
        "--payer is for a process without the role submit: its keys say who pays",
      ]);
      expect(problemsOf(words("--role", "index", "--payer", SESSION, "--index", "off"), keyed)).to.deep.equal([
        "--role index is for the history, and --index is off",
      ]);
      expect(problemsOf(words("--role", "intake", "--payer", SESSION, "--database", "folder"), keyed)).to.deep.equal([
        "--role intake needs a database that others write: --database postgres://…",
      ]);
    });

    it("has a reader read what others write", () => {
      const words = [...FLAGS, "--role", "read", "--database", "folder", "--index", "off", "--rebuild"];
      expect(problemsOf(words, {})).to.deep.equal([
        "--role read needs a database that others write: --database postgres://…",
        "--role read is for the history, and --index is off",
        "--role read writes no history: --rebuild is for who has the role index",
      ]);
    });
  });

  describe("given a copy of the database, and a broker", () => {
    const environment = { RELAY_PRIVATE_KEY: KEY, DATABASE_URL: "postgres://x/y" };

    it("has neither by default", () => {
      expect(readConfig(optionsOf(FLAGS), environment)).to.include({ replicaUrl: undefined, broker: undefined });
    });

    it("takes both, with a server", () => {
      const words = [...FLAGS, "--replica-url", "postgres://copy/y", "--broker", "redis://b"];
      const config = readConfig(optionsOf(words), environment);
      expect(config).to.include({ replicaUrl: "postgres://copy/y", broker: "redis://b" });
    });

    it("names what is none, and that neither is for an embedded database", () => {
      const words = [...FLAGS, "--replica-url", "folder", "--broker", "nats://b"];
      expect(problemsOf(words, environment)).to.deep.equal([
        "--replica-url is a copy of a server: it and --database are postgres://…",
        "--broker or RELAY_BROKER begins with nats:, not with redis:// or rediss://",
      ]);
      const embedded = [...FLAGS, "--replica-url", "postgres://copy/y", "--broker", "redis://b"];
      expect(problemsOf(embedded, { RELAY_PRIVATE_KEY: KEY })).to.deep.equal([
        "--replica-url is a copy of a server: it and --database are postgres://…",
        "--broker tells processes that share a database: --database postgres://…",
      ]);
    });
  });

  describe("given several sessions", () => {
    const OTHER = "0x00000000000000000000000000000000000000B2";
    const read = (...words: string[]) =>
      readConfig(optionsOf(["--rpc", "http://127.0.0.1:8545", ...words]), { RELAY_PRIVATE_KEY: KEY });
    it("takes each once, or all of a factory", () => {
      expect(read("--session", `${SESSION}, ${OTHER},${SESSION.toLowerCase()}`).sessions).to.deep.equal([
        SESSION,
        OTHER,
      ]);
      const all = read("--session", "all", "--factory", OTHER, "--max-sessions", "7");
      expect(all).to.include({ sessions: "all", factory: OTHER, maxSessions: 7 });
      expect(read("--session", "all").factory, "that of this version").to.equal(undefined);
    });

    it("names those that are none, and those that are too many", () => {
      const problems = (...words: string[]) => problemsOf([...FLAGS, ...words], { RELAY_PRIVATE_KEY: KEY });
      expect(problems("--session", `${SESSION},0x12`)).to.deep.equal(['--session has "0x12", no address']);
      expect(problems("--session", `${SESSION},all`)).to.deep.equal(['--session has "all", no address']);
      expect(problems("--session", `${SESSION},${OTHER}`, "--max-sessions", "1")).to.deep.equal([
        "--session names 2, and --max-sessions allows 1",
      ]);
      expect(problems("--factory", "mine")).to.deep.equal(['--factory is "mine", neither known nor an address']);
    });

    it("takes several keys, each once, from the variable or line by line from the file", () => {
      const second = `0x${"22".repeat(32)}`;
      const keys = (environment: Record<string, string>) => readConfig(optionsOf(FLAGS), environment).privateKeys;
      expect(keys({ RELAY_PRIVATE_KEY: `${KEY}, ${second.slice(2)},${KEY}` })).to.deep.equal([KEY, second]);
      const file = join(mkdtempSync(join(tmpdir(), "relay-key-")), "keys");
      writeFileSync(file, `${KEY}\n${second}\n`);
      expect(keys({ RELAY_PRIVATE_KEY_FILE: file })).to.deep.equal([KEY, second]);
      rmSync(dirname(file), { recursive: true });
      expect(problemsOf(FLAGS, { RELAY_PRIVATE_KEY: `${KEY},0x12` })).to.deep.equal([
        "the key in RELAY_PRIVATE_KEY or RELAY_PRIVATE_KEY_FILE is not 32 bytes of hex",
      ]);
    });
  });

  describe("given nothing", () => {
    it("names everything that is missing at once", () => {
      expect(problemsOf([], {})).to.deep.equal([
        "--rpc or RELAY_RPC_URL is missing: JSON-RPC of the chain",
        "--session or RELAY_SESSION is missing: address of the session, several with commas between, or all: those of the factory",
        "RELAY_PRIVATE_KEY or RELAY_PRIVATE_KEY_FILE is missing: the key that submits and pays",
      ]);
    });
  });

  describe("given values that are wrong", () => {
    it("names each of them", () => {
      const words = [
        "--rpc",
        "ftp://x",
        "--session",
        "0x12",
        "--port",
        "70000",
        "--batch-size",
        "many",
        "--rate",
        "-1",
      ];
      const environment = { RELAY_PRIVATE_KEY: "0x12", RELAY_LOG_LEVEL: "loud" };
      expect(problemsOf(words.slice(0, -2), environment)).to.deep.equal([
        "--rpc or RELAY_RPC_URL begins with ftp:, not with http:// or https://",
        '--session has "0x12", no address',
        '--log-level is "loud", none of fatal, error, warn, info, debug, trace, silent',
        "the key in RELAY_PRIVATE_KEY or RELAY_PRIVATE_KEY_FILE is not 32 bytes of hex",
        '--port or RELAY_PORT is "70000", not a whole number from 0 to 65535',
        '--batch-size or RELAY_BATCH_SIZE is "many", not a whole number from 1 to 200',
      ]);
    });

    it("takes no database for a folder that is none, tells no password, and names all that is wrong besides", () => {
      for (const database of [
        '"postgres://u:hunter2@h/d"',
        "postgresql+psycopg2://u:hunter2@h/d",
        " postgres://u:hunter2@h/d",
        "POSTGRES://u:hunter2@h/d",
      ]) {
        const environment = { RELAY_PRIVATE_KEY: KEY, DATABASE_URL: database, RELAY_RPC_URL: " http://hunter2@x" };
        const problems = problemsOf(["--session", "0x12"], environment);
        expect(problems.length, database).to.equal(3);
        expect(problems.join()).not.to.include("hunter2");
        expect(problems[2]).to.match(/^--database or DATABASE_URL /);
      }
    });

    it("refuses a quota of gas that bears not one package", () => {
      const problems = (quota: string) =>
        problemsOf(["--rpc", "http://x", "--session", `0x${"5e".repeat(20)}`, "--burn-quota", quota], {
          RELAY_PRIVATE_KEY: KEY,
        });
      expect(problems("76999")).to.deep.equal([
        "--burn-quota 76999 bears not one package: give 77000 or more, or 0 for any",
      ]);
      expect([problems("77000"), problems("0")]).to.deep.equal([[], []]);
    });

    it("refuses unknown flags, a key among them", () => {
      const problems = problemsOf([...FLAGS, "--private-key", KEY], { RELAY_PRIVATE_KEY: KEY });
      expect(problems.some((problem) => problem.includes("--private-key"))).to.equal(true);
    });

    it("refuses options that it does not know, and names all else that is wrong besides", () => {
      const options: object = { ...optionsOf(FLAGS), prot: "1", "batch-size": 0 };
      expect(problemsWith(() => readConfig(options, { RELAY_PRIVATE_KEY: KEY }))).to.deep.equal([
        "--prot is no setting of the relay",
        '--batch-size or RELAY_BATCH_SIZE is "0", not a whole number from 1 to 200',
      ]);
    });

    it("names a key file that cannot be read", () => {
      expect(problemsOf(FLAGS, { RELAY_PRIVATE_KEY_FILE: "/nowhere/key" })).to.deep.equal([
        "RELAY_PRIVATE_KEY_FILE names a file that cannot be read: /nowhere/key",
      ]);
    });
  });
});

describe("describeConfig", () => {
  it("names every flag, and no way to give a key by one", () => {
    const text = describeConfig();
    for (const flag of ["--rpc", "--session", "--database", "--port", "--lease-ms", "--rebuild"]) {
      expect(text).to.include(flag);
    }
    expect(text).not.to.include("--private-key");
  });
});
