import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { SETTINGS } from "../../../src/relay/config/settings.js";
import { expectTold, session } from "../support.js";

const KEY = `0x${"5e".repeat(32)}`;
const GOOD = ["relay", "--session", ZeroAddress];

describe("session relay, before it starts", function () {
  it("serves no folder that is no page", async function () {
    const words = [...GOOD, "--rpc", "http://127.0.0.1:1", "--page", "/nowhere"];
    const run = session({ RELAY_PRIVATE_KEY: `0x${"11".repeat(32)}` }, ...words, "--json");
    const { values } = await expectTold(run, 2, "RELAY_CONFIG_INVALID");
    expect(values["problems"]).to.contain("--page /nowhere has no index.html");
  });

  it("names every setting of the relay in its help, with its variable", async function () {
    const { status, stdout } = await session({}, "relay", "--help");
    expect(status).to.equal(0);
    const flat = stdout.replace(/\s+/g, " ");
    for (const { name, env } of SETTINGS) {
      expect(flat)
        .to.include(name === "page" ? "--page [folder]" : `--${name} <value>`)
        .and.to.include(env);
    }
    for (const word of ["--rebuild", "--account", "--keystore", "SESSION_PRIVATE_KEY", "RELAY_PRIVATE_KEY_FILE"]) {
      expect(flat).to.include(word);
    }
  });

  it("completes its flags and their values", async function () {
    const { stdout } = await session({}, "__complete", "--", "relay", "--log-level", "de");
    expect(stdout).to.equal("debug\t\n");
    expect((await session({}, "__complete", "--", "relay", "--max-st")).stdout).to.match(/^--max-streams\t/);
  });

  it("names everything that is wrong with its settings, and exits with 2", async function () {
    const bad = ["--batch-size", "0", "--port", "x", "--rpc", "ftp://x", "--json"];
    const { values } = await expectTold(session({}, "relay", ...bad), 2, "RELAY_CONFIG_INVALID");
    for (const word of ["--batch-size", "--port", "--rpc", "--session"]) expect(values["problems"]).to.include(word);
  });

  it("takes what the other commands call the session and the node", async function () {
    const env = { SESSION_ADDRESS: "0x12", SESSION_RPC_URL: "ftp://y" };
    const { values } = await expectTold(session(env, "relay", "--json"), 2, "RELAY_CONFIG_INVALID");
    expect(values["problems"])
      .to.match(/--rpc or RELAY_RPC_URL begins with/)
      .and.to.include('--session has "0x12"');
  });

  it("wants a key, from where the other commands have theirs or its own variables", async function () {
    await expectTold(session({}, ...GOOD, "--json"), 2, "SETTINGS_INVALID");
    const file = join(tmpdir(), "no-such-key");
    const { values } = await expectTold(
      session({ RELAY_PRIVATE_KEY_FILE: file }, ...GOOD, "--json"),
      2,
      "RELAY_CONFIG_INVALID",
    );
    expect(values["problems"]).to.include(file);
    await expectTold(session({ RELAY_PRIVATE_KEY: "12" }, ...GOOD, "--json"), 2, "RELAY_CONFIG_INVALID");
  });

  it("asks a reader for no key, and takes roles flag by flag", async function () {
    const reader = ["--role", "read", "--index", "off", "--json"];
    const { values } = await expectTold(session({}, ...GOOD, ...reader), 2, "RELAY_CONFIG_INVALID");
    expect(values["problems"]).to.include("--role read needs a database").and.to.include("--index is off");
    const words = [...GOOD, "--role", "index", "--role", "read,write", "--json"];
    const other = await expectTold(session({ RELAY_PRIVATE_KEY: KEY }, ...words), 2, "RELAY_CONFIG_INVALID");
    expect(other.values["problems"]).to.include('--role has "write"').and.not.to.include("--index");
  });

  it("does not take a key as an argument", async function () {
    await expectTold(session({}, ...GOOD, "--database", KEY, "--json"), 2, "KEY_IN_ARGUMENT");
  });
});

describe("session submit --relay", function () {
  let folder: string;
  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "session-submit-"));
    const order = {
      marketRootId: 1,
      marketBranchId: 1,
      trader: ZeroAddress,
      priceTicks: "5000",
      quantityLots: "1",
      previousLink: `0x${"00".repeat(32)}`,
      nonce: "0",
      deadline: "1",
      timeInForce: 0,
    };
    await writeFile(join(folder, "order.json"), JSON.stringify({ package: order, signature: "0x" }));
  });
  after(async function () {
    await rm(folder, { recursive: true });
  });

  const submit = (url: string) => session({}, "submit", join(folder, "order.json"), "--relay", url, "--json");

  it("exits with 2 if there is no relay, or the address is none", async function () {
    await expectTold(submit("http://127.0.0.1:1"), 2, "RELAY_UNREACHABLE", { url: "http://127.0.0.1:1" });
    await expectTold(submit("127.0.0.1"), 2, "SETTINGS_INVALID", {
      problems: ["--relay or SESSION_RELAY_URL: it is no address like https://host"],
    });
  });
});
