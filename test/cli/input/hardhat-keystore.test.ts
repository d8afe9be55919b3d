import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { openKey } from "../../../src/cli/input/keys.js";
import { readHardhatKey } from "../../../src/cli/input/hardhat-keystore.js";
import { silentContext } from "../context.js";
import { expectCliRefusal } from "../support.js";

const HEX = "5e".repeat(32);

/** Hardhat stands in as packages of its name: what it does itself is asked of the real one by the executable's tests. */
const HARDHAT = `
  export async function createHardhatRuntimeEnvironment({ plugins }) {
    let handlers;
    return {
      hooks: {
        registerHandlers(category, given) { handlers = given; },
        async runHandlerChain(category, hook, [{ name }], otherwise) {
          const found = await plugins[0].fetch(name, handlers, category + "." + hook);
          return found ?? otherwise();
        },
      },
    };
  }`;
const PLUGIN = `
  export default {
    async fetch(name, { requestSecretInput }, hook) {
      if (hook !== "configurationVariables.fetchValue") throw new Error("another hook: " + hook);
      if (name === "STORED" || name === "BROKEN") {
        const password = await requestSecretInput("keystore", "password");
        if (name === "BROKEN" || password !== "open") throw new Error("Invalid password");
        return "${HEX}";
      }
    },
  };`;

describe("a key of Hardhat's keystore", function () {
  let folder: string;
  const open = (): Promise<string> => Promise.resolve("open");
  const read = (name: string, env = {}, password = open): Promise<string> =>
    readHardhatKey({ env, cwd: folder }, name, password);

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "session-hardhat-"));
    await install("hardhat", "./hre", HARDHAT);
    await install("@nomicfoundation/hardhat-keystore", ".", PLUGIN);
    await writeFile(join(folder, "package.json"), "{}");
  });

  after(async function () {
    await rm(folder, { recursive: true });
  });

  async function install(name: string, entry: string, code: string, where = folder): Promise<void> {
    const home = join(where, "node_modules", name);
    await mkdir(home, { recursive: true });
    await writeFile(join(home, "package.json"), JSON.stringify({ name, exports: { [entry]: "./main.mjs" } }));
    await writeFile(join(home, "main.mjs"), code);
  }

  it("is read through the Hardhat of the folder in which the command is called", async function () {
    expect(await read("STORED")).to.equal(`0x${HEX}`);
  });

  it("is a variable of the environment where the keystore has none, with 0x or without", async function () {
    expect(await read("OTHER", { OTHER: HEX })).to.equal(`0x${HEX}`);
    expect(await read("OTHER", { OTHER: `0x${HEX}` })).to.equal(`0x${HEX}`);
  });

  it("is in neither: then what to do is told", async function () {
    const { advice } = await expectCliRefusal(read("NOBODY"), "HARDHAT_KEY_MISSING", { name: "NOBODY" });
    expect(advice).to.contain("npx hardhat keystore set");
  });

  it("asks for no password if the keystore need not be opened", async function () {
    const never = (): Promise<string> => Promise.reject(new Error("nobody should be asked"));
    expect(await read("OTHER", { OTHER: HEX }, never)).to.equal(`0x${HEX}`);
  });

  it("hands on Hardhat's own reason", async function () {
    const wrong = read("STORED", {}, () => Promise.resolve("shut"));
    await expectCliRefusal(wrong, "HARDHAT_KEYSTORE_FAILED", { name: "STORED", reason: "Invalid password" });
    await expectCliRefusal(read("BROKEN"), "HARDHAT_KEYSTORE_FAILED", { name: "BROKEN" });
  });

  it("keeps the word for a password that nobody gave", async function () {
    const source = { kind: "hardhat", name: "STORED", passwordFile: undefined } as const;
    await expectCliRefusal(openKey(silentContext({ cwd: folder }), source), "PASSWORD_MISSING");
  });

  it("opens as a wallet, with a password that is asked for by its name or read from a file", async function () {
    const source = { kind: "hardhat", name: "STORED", passwordFile: undefined } as const;
    const asked = silentContext({ cwd: folder, answers: ["open"] });
    expect((await openKey(asked, source)).privateKey).to.equal(`0x${HEX}`);
    expect(asked.prompts).to.deep.equal(["Password of STORED: "]);
    await writeFile(join(folder, "secret"), "open\n");
    const named = silentContext({ cwd: folder });
    expect((await openKey(named, { ...source, passwordFile: "secret" })).privateKey).to.equal(`0x${HEX}`);
  });

  it("that is no key is refused without being repeated", async function () {
    const context = silentContext({ cwd: folder, env: { OTHER: "sesame" } });
    const opened = openKey(context, { kind: "hardhat", name: "OTHER", passwordFile: undefined });
    const { message } = await expectCliRefusal(opened, "SETTINGS_INVALID");
    expect(message).to.not.contain("sesame");
  });

  it("is not to be had where Hardhat is not, or only half of it", async function () {
    const from = (base: string): Promise<string> =>
      readHardhatKey({ env: {}, cwd: folder }, "KEY", open, [join(base, "package.json")]);
    await expectCliRefusal(from(tmpdir()), "HARDHAT_MISSING", { module: "hardhat/hre" });
    const half = await mkdtemp(join(tmpdir(), "session-hardhat-"));
    await install("hardhat", "./hre", HARDHAT, half);
    await expectCliRefusal(from(half), "HARDHAT_MISSING", { module: "@nomicfoundation/hardhat-keystore" });
    await rm(half, { recursive: true });
  });

  it("comes from the first place that has Hardhat", async function () {
    const bases = [join(tmpdir(), "nowhere", "package.json"), join(folder, "package.json")];
    expect(await readHardhatKey({ env: {}, cwd: tmpdir() }, "STORED", open, bases)).to.equal(`0x${HEX}`);
  });
});
