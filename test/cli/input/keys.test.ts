import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { encryptKeystoreJson, Wallet } from "ethers";

import { openKey, openWallet } from "../../../src/cli/input/keys.js";
import { silentContext, type SilentContext } from "../context.js";
import { expectCliRefusal } from "../support.js";
import { openWorld, type World } from "../world.js";

const KEY = `0x${"ab".repeat(32)}`;
const ADDRESS = new Wallet(KEY).address;
const PASSWORD = "correct horse";

describe("a key", function () {
  let folder: string;
  let context: SilentContext;

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "session-keys-"));
    const scrypt = { N: 2, r: 1, p: 1 }; // weak, and therefore fast
    await writeFile(join(folder, "key.json"), await encryptKeystoreJson(new Wallet(KEY), PASSWORD, { scrypt }));
  });

  after(async function () {
    await rm(folder, { recursive: true });
  });

  beforeEach(function () {
    context = silentContext({ cwd: folder, answers: [PASSWORD] });
  });

  describe("of the environment", function () {
    it("opens as it is, and nobody is asked", async function () {
      const { address } = await openKey(context, { kind: "environment", privateKey: KEY });
      expect(address).to.equal(ADDRESS);
      expect(context.prompts).to.deep.equal([]);
    });

    it("is none if it is zero or beyond the curve's order, and is not repeated then", async function () {
      const order = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
      for (const privateKey of [`0x${"00".repeat(32)}`, order, `0x${"ff".repeat(32)}`]) {
        const { message } = await expectCliRefusal(
          openKey(context, { kind: "environment", privateKey }),
          "SETTINGS_INVALID",
        );
        expect(message).to.not.contain(privateKey.slice(2));
      }
    });
  });

  describe("of a keystore file", function () {
    const source = { kind: "keystore", file: "key.json", passwordFile: undefined } as const;

    it("opens with the password that is asked for by the file's name", async function () {
      expect((await openKey(context, source)).privateKey).to.equal(KEY);
      expect(context.prompts).to.deep.equal(["Password of key.json: "]);
      expect(context.said).to.deep.equal(["Opening the keystore"]);
    });

    for (const [what, ending] of [
      ["none", ""],
      ["one", "\n"],
      ["Windows' one", "\r\n"],
    ] as const) {
      it(`opens with the password of a file, whose last line break is no part of it: ${what}`, async function () {
        await writeFile(join(folder, "secret"), `${PASSWORD}${ending}`);
        const { address } = await openKey(context, { ...source, passwordFile: "secret" });
        expect(address).to.equal(ADDRESS);
        expect(context.prompts).to.deep.equal([]);
      });
    }

    it("takes no more than one line break off: the rest is the password", async function () {
      await writeFile(join(folder, "secret"), `${PASSWORD}\n\n`);
      await expectCliRefusal(openKey(context, { ...source, passwordFile: "secret" }), "PASSWORD_WRONG");
      await writeFile(join(folder, "secret"), ` ${PASSWORD}`);
      await expectCliRefusal(openKey(context, { ...source, passwordFile: "secret" }), "PASSWORD_WRONG");
    });

    it("stays closed to another password, which is not repeated", async function () {
      const asked = silentContext({ cwd: folder, answers: ["incorrect"] });
      const { message } = await expectCliRefusal(openKey(asked, source), "PASSWORD_WRONG", { file: "key.json" });
      expect(message).to.not.contain("incorrect");
    });

    it("needs somebody to ask", async function () {
      await expectCliRefusal(openKey(silentContext({ cwd: folder }), source), "PASSWORD_MISSING");
    });

    it("is not there, or its password's file is not", async function () {
      const file = "none.json";
      await expectCliRefusal(openKey(context, { ...source, file }), "FILE_UNREADABLE", { file });
      const missing = openKey(context, { ...source, passwordFile: "nowhere" });
      await expectCliRefusal(missing, "FILE_UNREADABLE", { file: "nowhere" });
    });

    it("is no keystore: nobody is asked for a password then", async function () {
      for (const [file, content] of [
        ["text", "not JSON"],
        ["empty.json", "{}"],
        ["version1.json", JSON.stringify({ version: 1, crypto: {} })],
      ] as const) {
        await writeFile(join(folder, file), content);
        await expectCliRefusal(openKey(context, { ...source, file }), "KEYSTORE_INVALID", { file });
      }
      expect(context.prompts).to.deep.equal([]);
    });

    it("says that it is one, but has nothing that can be opened", async function () {
      await writeFile(join(folder, "hollow.json"), JSON.stringify({ version: 3, crypto: { cipher: "rot13" } }));
      await expectCliRefusal(openKey(context, { ...source, file: "hollow.json" }), "KEYSTORE_INVALID");
    });
  });

  describe("as a wallet", function () {
    let world: World;
    before(async function () {
      world = await openWorld();
    });

    it("signs on the chain that it is given", async function () {
      const { alice, provider } = world;
      const source = { kind: "environment", privateKey: alice.privateKey } as const;
      const wallet = await openWallet(context, source, provider);
      expect(wallet.address).to.equal(alice.address);
      expect(await wallet.getNonce()).to.equal(await provider.getTransactionCount(alice.address));
    });
  });
});
