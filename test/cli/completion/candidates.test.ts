import { expect } from "chai";
import fc from "fast-check";

import { candidatesFor } from "../../../src/cli/completion/candidates.js";
import { createProgram } from "../../../src/cli/program.js";
import { FIXED } from "../../protocol/support.js";
import { silentContext } from "../context.js";
import { session } from "../support.js";

const PROGRAM = createProgram(silentContext());
const COMMANDS = PROGRAM.commands.filter((command) => command.name() !== "__complete");

const offered = (...words: string[]): string[] => candidatesFor(PROGRAM, words).map(({ word }) => word);

describe("what may be typed next", function () {
  describe("first", function () {
    it("is any command, and not the hidden one", function () {
      expect(offered("")).to.deep.equal([...COMMANDS.map((command) => command.name()), "help"]);
      expect(offered()).to.deep.equal(offered(""));
      expect(offered("__")).to.deep.equal([]);
    });

    it("is what begins so", function () {
      expect(offered("co")).to.deep.equal(["collateral", "completion"]);
      expect(offered("re")).to.deep.equal(["refresh", "realise", "redeem", "relay"]);
      expect(offered("xyz")).to.deep.equal([]);
    });

    it("may be a flag of the program", function () {
      expect(offered("--h")).to.deep.equal(["--help"]);
      expect(offered("-")).to.include.members(["--version", "--help"]);
    });

    it("is a command to be helped with, after help", function () {
      expect(offered("help", "tra")).to.deep.equal(["transfer", "trade"]);
      expect(offered("help", "")).to.deep.equal(offered(""));
    });
  });

  describe("after any command", function () {
    it("is each of its flags, once a dash is typed, with what it does", function () {
      for (const command of COMMANDS) {
        const found = candidatesFor(PROGRAM, [command.name(), "-"]);
        const flags = command.options.map(({ long }) => long);
        expect(
          found.map(({ word }) => word),
          command.name(),
        ).to.deep.equal([...flags, "--help"]);
        for (const { description, word } of found) expect(description, word).to.not.equal("");
      }
    });

    it("is each choice of each flag that has choices, and nothing after one that takes free text", function () {
      for (const command of COMMANDS) {
        for (const { long, argChoices, required } of command.options) {
          if (!required || long === undefined) continue;
          expect(offered(command.name(), long, ""), `${command.name()} ${long}`).to.deep.equal([...(argChoices ?? [])]);
        }
      }
    });

    it("is each choice of its first argument", function () {
      for (const command of COMMANDS) {
        const [argument] = command.registeredArguments;
        if (command.commands.length > 0) continue;
        expect(offered(command.name(), ""), command.name()).to.deep.equal([...(argument?.argChoices ?? [])]);
      }
    });
  });

  describe("after a command of commands", function () {
    it("is each of these, and then what each of them takes", function () {
      expect(offered("market", "")).to.deep.equal([
        "create",
        "show",
        "branch",
        "tighten",
        "strike-out",
        "settle",
        "help",
      ]);
      expect(offered("market", "st")).to.deep.equal(["strike-out"]);
      expect(offered("market", "settle", "2", "--f")).to.deep.equal(["--fallback", "--from-block"]);
      expect(offered("market", "create", "--title", "")).to.deep.equal([]);
    });
  });

  describe("among words", function () {
    it("goes on with a command's flags", function () {
      expect(offered("trade", "--s")).to.deep.equal(["--sign-only", "--session"]);
      expect(offered("trade", "buy", "5", "--d")).to.deep.equal(["--deadline", "--dry-run", "--direct"]);
    });

    it("knows the choices of an argument and of a flag, wherever flags stand", function () {
      expect(offered("trade", "")).to.deep.equal(["buy", "sell"]);
      expect(offered("trade", "--price", "55%", "s")).to.deep.equal(["sell"]);
      expect(offered("trade", "--dry-run", "s")).to.deep.equal(["sell"]);
      expect(offered("trade", "--tif", "")).to.deep.equal(["gtc", "ioc", "fok", "post"]);
      expect(offered("trade", "buy", "--tif", "p")).to.deep.equal(["post"]);
      expect(offered("completion", "z")).to.deep.equal(["zsh"]);
      expect(offered("stress", "--shocks", "")).to.deep.equal(["relative", "absolute", "ratio"]);
      // A command that acts by itself and has commands below it.
      expect(offered("stress", "--shocks", "ratio", "h")).to.deep.equal(["history", "herding"]);
      expect(offered("stress", "reverse", "--baseline", "")).to.deep.equal(["deposits", "equal"]);
      expect(offered("relay", "--log-level", "de")).to.deep.equal(["debug"]);
    });

    it("leaves free text and files to the shell", function () {
      expect(offered("trade", "buy", "")).to.deep.equal([]);
      expect(offered("trade", "buy", "5", "")).to.deep.equal([]);
      expect(offered("verify", "--logs", "se")).to.deep.equal([]);
      expect(offered("trade", "--price", "--")).to.deep.equal([]); // it is the price that is typed
      expect(offered("nonsense", "")).to.deep.equal([]);
      expect(offered("nonsense", "--")).to.deep.equal([]);
    });
  });

  it("always begins with what is typed, and never fails", function () {
    const words = fc.array(fc.oneof(fc.constantFrom(...offered(""), "--tif", "--json", "-", ""), fc.string()), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(words, (typed) => {
        for (const word of offered(...typed)) expect(word.startsWith(typed.at(-1)!)).to.be.true;
      }),
      FIXED,
    );
  });

  describe("as shells ask for it", function () {
    it("is one candidate a line, what it does behind a tab", async function () {
      const { stdout, status } = await session({}, "__complete", "--", "fun");
      expect(status).to.equal(0);
      expect(stdout).to.match(/^fund\tPay the basket in[^\n]*\n$/);
      expect((await session({}, "__complete", "--", "trade", "s")).stdout).to.equal("sell\t\n");
    });

    it("is nothing at all where nothing may be offered", async function () {
      expect(await session({}, "__complete", "--", "show", "x")).to.deep.equal({ status: 0, stdout: "", stderr: "" });
    });

    it("has no lines within a candidate", async function () {
      for (const command of COMMANDS) {
        const { stdout } = await session({}, "__complete", "--", command.name(), "-");
        const lines = stdout.trimEnd().split("\n");
        expect(lines, command.name()).to.have.length(command.options.length + 1);
        for (const line of lines) expect(line).to.match(/^--[a-z0-9-]+\t/);
      }
    });

    it("may hold what looks like a key: it is only being typed", async function () {
      const run = await session({}, "__complete", "--", "deposit", "ab".repeat(32));
      expect(run).to.deep.equal({ status: 0, stdout: "", stderr: "" });
    });
  });
});
