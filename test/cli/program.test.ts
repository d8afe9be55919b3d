import { expect } from "chai";
import type { Command } from "commander";
import fc from "fast-check";
import { Wallet } from "ethers";

import { createProgram } from "../../src/cli/program.js";
import { packageVersion } from "../../src/cli/version.js";
import { FIXED } from "../protocol/support.js";
import { silentContext } from "./context.js";
import { expectSaid, expectTold, session, tell } from "./support.js";

const PROGRAM = createProgram(silentContext());
const VISIBLE = PROGRAM.createHelp().visibleCommands(PROGRAM);
const NAMES = VISIBLE.map((command) => command.name());

/** Those that do something, by the words that call them: of a group each command in it. */
const CALLED = PROGRAM.commands
  .filter((one) => one.name() !== "__complete")
  .flatMap((one) =>
    one.commands.length === 0
      ? [{ words: [one.name()], command: one }]
      : one.commands.map((inner) => ({ words: [one.name(), inner.name()], command: inner })),
  );

describe("the program", function () {
  it("has these commands", function () {
    expect(NAMES).to.deep.equal([
      "demo",
      "clock",
      "use",
      "deploy",
      "create",
      "fund",
      "show",
      "markets",
      "market",
      "maker",
      "policy",
      "sale",
      "book",
      "deposit",
      "withdraw",
      "transfer",
      "split",
      "merge",
      "trade",
      "submit",
      "cancel",
      "orders",
      "fills",
      "positions",
      "collateral",
      "refresh",
      "realise",
      "exit",
      "redeem",
      "roll",
      "fixing",
      "window",
      "settler",
      "keep",
      "oracle",
      "key",
      "verify",
      "logs",
      "dataset",
      "stress",
      "score",
      "measure",
      "monitor",
      "relay",
      "archive",
      "page",
      "completion",
      "help",
    ]);
  });

  describe("each command", function () {
    const each = (test: (command: Command) => void): void => {
      for (const { command } of CALLED) test(command);
    };

    it("says what it does in a sentence", function () {
      each((command) => {
        expect(command.description(), command.name()).to.match(/^[A-Z].*\.$/);
      });
    });

    it("says what each of its flags and arguments is", function () {
      each((command) => {
        for (const { description, flags } of command.options) expect(description, flags).to.not.equal("");
        for (const argument of command.registeredArguments) expect(argument.description).to.not.equal("");
      });
    });

    it("gives an example of itself in its help, and no command's help ends badly", async function () {
      for (const { words } of CALLED) {
        const name = words.join(" ");
        const { status, stdout, stderr } = await session({}, ...words, "--help");
        expect([name, status, stderr]).to.deep.equal([name, 0, ""]);
        expect(stdout, name).to.match(/Examples?:\n/);
        expect(stdout.split(/Examples?:/)[1], name).to.contain(`session ${name}`);
      }
    });

    it("of a group is listed in the group's help", async function () {
      for (const { words } of CALLED.filter((one) => one.words.length > 1)) {
        expect(await tell({}, words[0]!, "--help")).to.contain(`  ${words[1]}`);
      }
    });

    it("shows flags in its examples that it has", function () {
      each((command) => {
        let help = "";
        command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
        const known = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
        const examples = help.slice(help.search(/Examples?:/));
        for (const [flag] of examples.matchAll(/--[a-z][a-z0-9-]*/g)) expect(known, command.name()).to.include(flag);
      });
    });

    it("answers in JSON if it is asked to", function () {
      each((command) => {
        expect(
          command.options.map(({ long }) => long),
          command.name(),
        ).to.include("--json");
      });
    });

    it("takes no key as an argument", function () {
      each((command) => {
        for (const { flags } of command.options) expect(flags, command.name()).to.not.match(/private|secret/);
      });
    });
  });

  describe("help", function () {
    it("is the answer to no words at all", async function () {
      const none = await tell({});
      expect(none).to.match(/^Usage: session /);
      expect(await tell({}, "--help")).to.equal(none);
      expect(await tell({}, "help")).to.equal(none);
    });

    it("tells the environment, the units and the statuses", async function () {
      const text = await tell({}, "--help");
      for (const word of ["SESSION_RPC_URL", "SESSION_PRIVATE_KEY", "lots", "ticks", "Exit status", "--json"]) {
        expect(text).to.contain(word);
      }
    });

    it("of a command is the same in both ways to ask", async function () {
      expect(await tell({}, "help", "trade")).to.equal(await tell({}, "trade", "--help"));
    });

    it("does not show what only shells call", async function () {
      expect(await tell({}, "--help")).to.not.contain("__complete");
    });
  });

  it("tells its version, which is the package's", async function () {
    const version = packageVersion();
    expect(await tell({}, "--version")).to.equal(version);
    expect(await tell({}, "-V")).to.equal(version);
  });

  describe("given words that it does not know", function () {
    it("names the word, and perhaps the one that was meant", async function () {
      const flag = await expectTold(session({}, "show", "--nope", "--json"), 2, "ARGUMENT_INVALID");
      expect(flag.values["reason"]).to.equal("unknown option '--nope'");
      const command = await expectTold(session({}, "shwo", "--json"), 2, "ARGUMENT_INVALID");
      expect(command.values["reason"]).to.contain("Did you mean show?");
      await expectSaid(session({}, "shwo"), 2, "ARGUMENT_INVALID", "Did you mean show?", "--help");
    });

    it("refuses too many words, and too few", async function () {
      const many = await expectTold(session({}, "deposit", "1", "2", "--json"), 2, "ARGUMENT_INVALID");
      expect(many.values["reason"]).to.contain("too many arguments");
      const few = await expectTold(session({}, "deposit", "--json"), 2, "ARGUMENT_INVALID");
      expect(few.values["reason"]).to.equal("missing required argument 'amount'");
      const flag = await expectTold(session({}, "trade", "buy", "1", "--json"), 2, "ARGUMENT_INVALID");
      expect(flag.values["reason"]).to.contain("required option '--price <price>' not specified");
    });

    it("refuses a flag without its value, and a value that is no choice", async function () {
      const lacking = await expectTold(session({}, "book", "--json", "--leg"), 2, "ARGUMENT_INVALID");
      expect(lacking.values["reason"]).to.contain("argument missing");
      const words = ["trade", "buy", "1", "--price", "1", "--tif", "day", "--json"];
      const choice = await expectTold(session({}, ...words), 2, "ARGUMENT_INVALID");
      expect(choice.values["reason"]).to.contain("Allowed choices are gtc, ioc, fok, post");
    });

    it("never ends badly, whatever it is given", async function () {
      const ending = NAMES.filter((name) => name !== "demo"); // that is no mistake: it starts a chain and stays
      const word = fc.constantFrom(
        ...ending,
        "--json",
        "--help",
        "--rpc",
        "-x",
        "--",
        "",
        "1",
        "0x",
        "--svg=",
        "--leg",
      );
      await fc.assert(
        fc.asyncProperty(fc.array(word, { maxLength: 4 }), async (words) => {
          const run = await session({ SESSION_RPC_URL: "ftp://nowhere" }, ...words);
          expect(run.status).to.be.oneOf([0, 2]);
          expect(run.stdout + run.stderr).to.not.contain("UNEXPECTED");
        }),
        { ...FIXED, numRuns: 100 },
      );
    });
  });

  it("tells people what is wrong on stderr, with what to do, and nothing on stdout", async function () {
    expect(await session({}, "show")).to.deep.equal({
      status: 2,
      stdout: "",
      stderr:
        "SETTINGS_INVALID:\n  --session or SESSION_ADDRESS: is missing, and no profile is in use\nMend every setting named.\n",
    });
  });

  describe("with --json", function () {
    it("puts one document on stdout, of an error too, and nothing besides", async function () {
      const { stdout, stderr, status } = await session({}, "show", "--json");
      expect(status).to.equal(2);
      expect(stderr).to.equal("");
      const { error } = JSON.parse(stdout) as { error: Record<string, unknown> };
      expect(Object.keys(error)).to.deep.equal(["code", "message", "advice", "values"]);
    });

    it("may stand anywhere after the command", async function () {
      const first = await session({}, "book", "--json", "--leg", "0");
      const last = await session({}, "book", "--leg", "0", "--json");
      expect(first).to.deep.equal(last);
    });
  });

  describe("a key among the words", function () {
    const KEY = "ab".repeat(32);
    const { mnemonic } = Wallet.createRandom();
    const phrase = mnemonic!.phrase;

    it("is refused wherever it stands, by its place, and not repeated", async function () {
      const cases = [
        [["deposit", KEY], 2],
        [["deposit", `0x${KEY.toUpperCase()}`], 2],
        [["deposit", "1", "--keystore", `0x${KEY}`], 4],
        [["deposit", "1", `--keystore=0x${KEY}`], 3],
        [["nonsense", "--flag", KEY], 3],
        [["deposit", phrase], 2],
        [["deposit", "1", `--account=${phrase}`], 3],
      ] as const;
      for (const [words, argument] of cases) {
        const run = session({}, ...words, "--json");
        await expectTold(run, 2, "KEY_IN_ARGUMENT", { argument });
        const { stdout, stderr } = await run;
        for (const secret of [KEY, phrase, KEY.toUpperCase()]) expect(stdout + stderr).to.not.contain(secret);
      }
    });

    it("is told before anything else that is wrong", async function () {
      await expectTold(session({}, "show", "--nope", KEY, "--json"), 2, "KEY_IN_ARGUMENT", { argument: 3 });
    });

    it("may be a salt, which has the same shape, and only after that flag", async function () {
      await expectTold(session({}, "create", "--salt", KEY, "--json"), 2, "SETTINGS_INVALID");
      await expectTold(session({}, "create", `--salt=${KEY}`, "--json"), 2, "SETTINGS_INVALID");
      const both = session({}, "create", "--salt", KEY, KEY, "--json");
      await expectTold(both, 2, "KEY_IN_ARGUMENT", { argument: 4 });
    });

    it("is no shorter or longer hex, and no other words", async function () {
      for (const word of [KEY.slice(1), `${KEY}0`, "one two three", `${phrase} abandon`]) {
        const { code } = await expectTold(session({}, "deposit", word, "--json"), 2, "AMOUNT_MALFORMED");
        expect(code).to.equal("AMOUNT_MALFORMED");
      }
    });
  });
});
