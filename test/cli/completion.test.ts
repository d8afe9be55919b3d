import { execFileSync, spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

import { expect } from "chai";

import { SHELLS } from "../../src/cli/completion/scripts.js";
import { ask, expectTold, session } from "./support.js";

const BIN = resolve(import.meta.dirname, "../../bin/session.mjs");

/** What the program offers for these words, the last one being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const { stdout } = await session({}, "__complete", "--", ...words);
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")[0]!]));
}

describe("completion", function () {
  describe("what is offered", function () {
    it("begins with the commands, and not the hidden one", async function () {
      const all = await offered("");
      expect(all).to.include.members(["create", "trade", "collateral", "stress", "verify", "completion", "help"]);
      expect(all).to.not.include("__complete");
      expect(await offered("co")).to.deep.equal(["collateral", "completion"]);
    });

    it("goes on with a command's flags", async function () {
      expect(await offered("trade", "--s")).to.deep.equal(["--sign-only", "--session"]);
      expect(await offered("--h")).to.deep.equal(["--help"]);
    });

    it("knows the choices of an argument and of a flag, wherever flags stand", async function () {
      expect(await offered("trade", "")).to.deep.equal(["buy", "sell"]);
      expect(await offered("trade", "--price", "55%", "s")).to.deep.equal(["sell"]);
      expect(await offered("trade", "--tif", "")).to.deep.equal(["gtc", "ioc", "fok", "post"]);
      expect(await offered("completion", "z")).to.deep.equal(["zsh"]);
    });

    it("leaves free text and files to the shell", async function () {
      expect(await offered("trade", "buy", "")).to.deep.equal([]);
      expect(await offered("verify", "--logs", "se")).to.deep.equal([]);
      expect(await offered("nonsense", "")).to.deep.equal([]);
      expect(await offered("help", "tr")).to.deep.equal(["trade"]);
    });

    it("describes each", async function () {
      const { stdout } = await session({}, "__complete", "--", "fun");
      expect(stdout).to.match(/^fund\tPay the basket in/);
    });
  });

  describe("the scripts", function () {
    it("exist for each shell that is named, and for no other", async function () {
      for (const shell of SHELLS) {
        const { script } = await ask<{ script: string }>({}, "completion", shell);
        expect(script).to.contain("session __complete -- ".replace("session", shell === "bash" ? '"$1"' : "session"));
      }
      await expectTold(session({}, "completion", "csh", "--json"), 2, "ARGUMENT_INVALID");
    });

    describe("in a real bash", function () {
      let folder: string;
      let script: string;

      before(async function () {
        folder = await mkdtemp(join(tmpdir(), "session-completion-"));
        const program = join(folder, "session");
        await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
        await chmod(program, 0o755);
        ({ stdout: script } = await session({}, "completion", "bash"));
      });

      after(async function () {
        await rm(folder, { recursive: true, force: true });
      });

      it("is good syntax", function () {
        const { status, stderr } = spawnSync("bash", ["-n"], { input: script, encoding: "utf8" });
        expect(status, stderr).to.equal(0);
      });

      it("fills in what bash then shows", function () {
        const typed = `${script}
complete -p session
COMP_WORDS=(session trade --ti) COMP_CWORD=2
_session_complete session --ti trade
printf '%s\\n' "\${COMPREPLY[@]}"
COMP_WORDS=(session trade --tif "") COMP_CWORD=3
_session_complete session "" --tif
printf '%s\\n' "\${COMPREPLY[@]}"`;
        const env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };
        const printed = execFileSync("bash", ["--norc", "-c", typed], { encoding: "utf8", env });
        expect(printed.trim().split("\n")).to.deep.equal([
          "complete -o default -F _session_complete session",
          "--tif",
          "gtc",
          "ioc",
          "fok",
          "post",
        ]);
      });
    });
  });
});
