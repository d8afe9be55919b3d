import { execFileSync, spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

import { expect } from "chai";

import { completionScript, SHELLS } from "../../../src/cli/completion/scripts.js";
import { ask, expectTold, session, tell } from "../support.js";

const BIN = resolve(import.meta.dirname, "../../../bin/session.mjs");

describe("the scripts that complete", function () {
  it("are printed as they are, ready to be sourced", async function () {
    for (const shell of SHELLS) expect(await tell({}, "completion", shell)).to.equal(completionScript(shell));
  });

  it("say at their head where they belong", function () {
    expect(completionScript("bash")).to.match(/^# .*~\/\.bashrc/);
    expect(completionScript("zsh")).to.match(/^#compdef session\n# .*~\/\.zshrc/);
    expect(completionScript("fish")).to.match(/^# .*~\/\.config\/fish/);
  });

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
