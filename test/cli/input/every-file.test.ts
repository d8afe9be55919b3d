/**
 * What people's programs make of a file, for every file that a command reads and that is no table (those: every-table): it is read as it is
 * meant, or named. Each is read by its command, or by the reader that its commands have for it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";

import { expect } from "chai";
import { encryptKeystoreJson, Wallet } from "ethers";

import { HISTORY_FORM, openArchive } from "../../../src/cli/archive/files.js";
import { describe as describeMarket, type RootOptions } from "../../../src/cli/commands/market/root-terms.js";
import { openKey } from "../../../src/cli/input/keys.js";
import { readProfiles } from "../../../src/cli/input/profile.js";
import { readSigned, readSignedCancellation } from "../../../src/cli/input/signed-file.js";
import { ownBuild } from "../../../src/deployment/build.js";
import { KNOWN_DEPLOYMENTS } from "../../../src/deployment/known.js";
import { readKeys } from "../../../src/relay/config/key.js";
import { PROFILE } from "../../deployment/support.js";
import { silentContext } from "../context.js";
import { as, sessionIn, type Told } from "../support.js";
import { HOUR, openWorld, type World } from "../world.js";

const KEY = `0x${"ab".repeat(32)}`;
const PASSWORD = "correct horse größe";
const FILE = "given";
/** What libraries say of a thing that they were not meant for. */
const OF_A_LIBRARY = /code=[A-Z_]+|version=\d|argument="|TypeError|RangeError|undefined is/;

const NOTED = { version: "0.1.0", block: 7, contracts: {} };

/** What was read, or the code and the words that the file was refused with. */
type Read = { readonly value: unknown } | { readonly code: string; readonly said: string };

interface Reader {
  readonly name: string;
  /** What a person's own program wrote. */
  readonly good: () => string | Promise<string>;
  /** Reads the file called FILE in the folder. */
  readonly read: () => unknown;
  /** JSON may be laid out in any way, and has no name twice. */
  readonly isJson: boolean;
  /** How it is named when it is another program's copy, if its bytes count; else it is read as it is meant. */
  readonly named?: string;
}

describe("every file that a command reads", function () {
  let world: World;
  let folder: string;
  let written: Record<"order" | "cancellation" | "log" | "stress" | "keystore", string>;

  before(async function () {
    world = await openWorld();
    folder = mkdtempSync(join(tmpdir(), "files-"));
    const alice = as(world.env, world.alice);
    const scrypt = { N: 2, r: 1, p: 1 }; // weak, and therefore fast
    writeFileSync(join(folder, "holders.csv"), "holder,AU,AG\nann,60,40\nbob,40,60\n");
    await ran(alice, "logs", "--out", "log");
    written = {
      order: signedIn(await ran(alice, "trade", "buy", "5", "--leg", "1", "--price", "40%", "--sign-only")),
      cancellation: signedIn(await ran(alice, "cancel", "5", "--sign-only", "--deadline", "+1h")),
      log: readFileSync(join(folder, "log"), "utf8"),
      stress: await ran({}, ...STRESS),
      keystore: await encryptKeystoreJson(new Wallet(KEY), PASSWORD, { scrypt }),
    };
    writeFileSync(join(folder, "keystore"), written.keystore);
    writeFileSync(join(folder, "password"), PASSWORD);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const STRESS = ["stress", "--allocations", "holders.csv", "--prices", "AU=10,AG=5", "--grid", "AU:-10%..10%:3"];
  const context = () => silentContext({ cwd: folder });
  /** What a command answers with --json; an error of it is thrown. */
  const ran = async (env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<string> => {
    const { stdout } = await sessionIn(folder, env, ...words, "--json");
    const { error } = JSON.parse(stdout) as { readonly error?: Told };
    if (error === undefined) return stdout;
    throw Object.assign(new Error(`${error.message} ${JSON.stringify(error.values)}`), { code: error.code });
  };
  const signedIn = (answer: string): string =>
    JSON.stringify((JSON.parse(answer) as { readonly signed: unknown }).signed, undefined, 2);
  const terms = () => ({
    ...{ name: "Größe", symbol: "AUS", supply: "100", assets: [{ address: world.assets[0], quantity: "100" }] },
    ...{ t1: String(world.handle.t1 + HOUR), t2: String(world.handle.t1 + 2 * HOUR) },
  });
  const profiles = () => ({
    current: "demo",
    profiles: {
      demo: {
        ...{ rpc: "http://127.0.0.1:8545", chainId: 31_337, session: world.handle.address },
        ...{ factory: world.factory, fromBlock: 3 },
      },
    },
  });
  const keystore = (file: string, passwordFile: string) => openKey(context(), { kind: "keystore", file, passwordFile });

  const readers: readonly Reader[] = [
    {
      ...{ name: "a signed order: submit, stress --after", isJson: true, good: () => written.order },
      read: () => readSigned(context(), FILE),
    },
    {
      ...{ name: "a signed cancellation: cancel --signed", isJson: true, good: () => written.cancellation },
      read: () => readSignedCancellation(context(), FILE),
    },
    {
      ...{ name: "terms: create --file", isJson: true, good: () => JSON.stringify(terms(), undefined, 2) },
      read: () => ran(as(world.env, world.organiser), "create", "--file", FILE, "--salt", "s", "--dry-run"),
    },
    {
      ...{ name: "profiles", isJson: true, good: () => JSON.stringify(profiles(), undefined, 2) },
      read: () => readProfiles({ env: { SESSION_PROFILE_FILE: FILE }, cwd: folder }),
    },
    {
      ...{ name: "an earlier answer: stress --compare", isJson: true, good: () => written.stress },
      read: () => ran({}, ...STRESS, "--compare", FILE),
    },
    {
      name: "notes of deployments: deploy --record",
      isJson: true,
      good: () => JSON.stringify({ ...KNOWN_DEPLOYMENTS, chains: { "5": NOTED } }, undefined, 2),
      read: () => ran(world.env, "deploy", "--artifacts", ownBuild(PROFILE), "--record", FILE, "--dry-run"),
    },
    {
      ...{ name: "a keystore: --keystore", isJson: false, good: () => written.keystore },
      read: async () => (await keystore(FILE, "password")).privateKey,
    },
    {
      ...{ name: "a password: SESSION_KEYSTORE_PASSWORD_FILE", isJson: false, good: () => `${PASSWORD}\n` },
      read: async () => (await keystore("keystore", FILE)).privateKey,
    },
    {
      ...{ name: "a market's text: market create --text-file", isJson: false, good: () => "Größe of rain.\n" },
      read: () => describeMarket(context(), { textFile: FILE } as RootOptions, undefined),
    },
    {
      ...{ name: "keys of a relay: RELAY_PRIVATE_KEY_FILE", isJson: false, named: "32 bytes of hex" },
      good: () => `${KEY}\n`,
      read() {
        const problems: string[] = [];
        const keys = readKeys({ RELAY_PRIVATE_KEY_FILE: join(folder, FILE) }, problems);
        if (problems.length > 0) throw Object.assign(new Error(problems.join()), { code: "SETTINGS_INVALID" });
        return keys;
      },
    },
    {
      ...{ name: "a log: verify --logs", isJson: false, named: "saved it anew", good: () => written.log },
      read: async () => (JSON.parse(await ran({}, "verify", "--logs", FILE)) as { readonly link: unknown }).link,
    },
    {
      ...{ name: "a log: score --logs", isJson: false, good: () => written.log },
      read: () => ran({}, "score", "--logs", FILE),
    },
    {
      ...{ name: "a log: measure --logs", isJson: false, good: () => written.log },
      read: () => ran({}, "measure", "--logs", FILE),
    },
    {
      ...{ name: "a log: dataset --logs", isJson: false, named: "saved it anew", good: () => written.log },
      async read() {
        rmSync(join(folder, "made"), { recursive: true, force: true });
        return ran({}, "dataset", "--logs", FILE, "--out", "made");
      },
    },
  ];

  const given = (content: string | Buffer): void => {
    writeFileSync(join(folder, FILE), content);
  };
  const outcome = async ({ read }: Reader): Promise<Read> => {
    try {
      return { value: await read() };
    } catch (error) {
      const { code = "", message, values } = error as { code?: string; message: string; values?: object };
      return { code, said: `${message} ${JSON.stringify(values)}` };
    }
  };
  const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, "utf16le");

  for (const reader of readers) {
    const { name, isJson, good, named } = reader;
    it(`is the same with a mark, in UTF-16, and with other line ends${named === undefined ? "" : ", or is named"}: ${name}`, async function () {
      const text = await good();
      given(text);
      const meant = await outcome(reader);
      expect(meant, inspect(meant)).to.have.property("value");
      const windows = text.replaceAll("\n", "\r\n");
      const copies = [`\uFEFF${text}`, utf16(text), utf16(text).swap16(), windows, `\uFEFF${windows}`, utf16(windows)];
      for (const content of [...copies, ...(isJson ? [`\n ${text}\n\n`] : [])]) {
        given(content);
        const found = await outcome(reader);
        const copy = JSON.stringify(content.toString().slice(0, 40));
        if ("code" in found && named !== undefined) expect(found.said, copy).to.include(named);
        else expect(found, copy).to.deep.equal(meant);
      }
    });

    it(`is named if it is no text${isJson ? ", no JSON, or has a name twice" : ""}: ${name}`, async function () {
      const text = await good();
      const broken: (string | Buffer)[] = ["", Buffer.from("größe", "latin1"), Buffer.from("a\0b"), "[1, 2"];
      const [, first = ""] = /("\w+":)/.exec(text) ?? [];
      if (isJson) broken.push(text.replace("{", `{${first}0,`), text.slice(0, -3), "[]", "null", '"x"', "7");
      for (const content of broken) {
        if (name.startsWith("a market's text") && (content === "[1, 2" || content === "a\0b")) continue; // any text is one
        given(content);
        const found = await outcome(reader);
        const said = `${JSON.stringify(content.toString().slice(0, 40))}: ${inspect(found).slice(0, 300)}`;
        expect(found, said)
          .to.have.property("code")
          .that.matches(/^[A-Z]+_[A-Z_]+$/);
        expect(found, said).to.have.property("said").that.does.not.match(OF_A_LIBRARY);
        if (isJson && content === text.replace("{", `{${first}0,`)) expect(said).to.include("stands twice");
      }
    });
  }

  for (const reader of readers.filter(({ name }) => !name.startsWith("keys of a relay"))) {
    it(`is said to be packed, if it is: ${reader.name}`, async function () {
      given(gzipSync(await reader.good()));
      expect(await outcome(reader))
        .to.have.property("said")
        .that.includes("it is packed, as gzip does: unpack it first");
    });
  }

  const ODD = ["9".repeat(80), 1e300, 9999.9, "1e3", "NaN", "2027-02-30T00:00:00Z", "", {}];
  for (const reader of readers.filter(({ isJson, name }) => isJson && !name.startsWith("an earlier answer"))) {
    it(`is named with a number or a time beyond its field, or in its place what is none: ${reader.name}`, async function () {
      const text = await reader.good();
      const numbers = [...text.matchAll(/(?<="\w+": ?)(?:"\d+"|\d+)(?=[,\n}])/g)];
      expect(numbers).to.have.lengthOf.at.least(1);
      for (const { index, 0: number } of numbers) {
        for (const odd of ODD) {
          const content = text.slice(0, index) + JSON.stringify(odd) + text.slice(index + number.length);
          given(content);
          const found = await outcome(reader);
          const said = `${text.slice(Math.max(0, index - 20), index)}${JSON.stringify(odd)}: ${inspect(found).slice(0, 300)}`;
          expect(found, said)
            .to.have.property("code")
            .that.matches(/^[A-Z]+_[A-Z_]+$/);
          expect(found, said).to.have.property("said").that.does.not.match(OF_A_LIBRARY);
        }
      }
    });
  }

  it("is named if it is a manifest of an archive that another program has saved", async function () {
    for (const content of ["", "\uFEFF{}", utf16("{}"), "{", "{}", "[]"]) {
      writeFileSync(join(folder, "manifest.json"), content);
      const found = await outcome({ read: () => openArchive(HISTORY_FORM, folder) } as Reader);
      expect(found).to.have.property("code", "ARCHIVE_DAMAGED");
    }
  });
});
