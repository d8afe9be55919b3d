import { spawnSync } from "node:child_process";

import { expect } from "chai";

import { findTrial, listTrials, TRIALS } from "../../trials/table.js";
import { BadWords, readWords, wholeNumbers } from "../../trials/trial.js";

function start(...words: readonly string[]) {
  return spawnSync(process.execPath, ["--import", "tsx/esm", "trials/main.ts", ...words], { encoding: "utf8" });
}

describe("the trials' one command", () => {
  it("lists every trial in a line with --help", () => {
    const { status, stdout } = start("--help");
    expect(status).to.equal(0);
    expect(stdout).to.include(listTrials());
    for (const name of Object.keys(TRIALS)) expect(stdout).to.match(new RegExp(`^  ${name} +\\S`, "m"));
  });

  const refused: readonly [what: string, words: readonly string[], says: RegExp][] = [
    ["a name that is none", ["nosuch"], /^no trial nosuch/],
    ["half of a name", ["relay"], /^no trial relay/],
    ["no name", [], /^Usage: npm run trial/],
    ["a name of every object", ["constructor"], /^no trial constructor/],
    ["an option that the trial does not have", ["relay", "crash", "--kill", "3"], /--kill/],
    ["a number that is none", ["relay", "reorg", "--depth", "deep"], /^--reorgs, --depth, --seed take whole numbers/],
    ["a database that is none", ["relay", "load", "--on", "paper"], /^--on takes postgres and embedded, not paper/],
    ["no file to replay", ["replay"], /^name one history/],
  ];
  for (const [what, words, says] of refused) {
    it(`exits with 2 on ${what}, and says so on stderr alone`, () => {
      const { status, stdout, stderr } = start(...words);
      expect(stderr).to.match(says);
      expect(stdout).to.equal("");
      expect(status).to.equal(2);
    });
  }

  for (const [name, { load }] of Object.entries(TRIALS)) {
    it(`finds and loads ${name}, and leaves it the words after its name`, async () => {
      const found = findTrial([...name.split(" "), "--seed", "7"]);
      expect(found?.trial).to.equal(TRIALS[name]);
      expect(found?.rest).to.deep.equal(["--seed", "7"]);
      expect((await load()).run).to.be.a("function");
    });
  }
});

describe("the words of a trial", () => {
  const OPTIONS = { seed: { type: "string", default: "1" }, json: { type: "boolean", default: true } } as const;

  it("have defaults, and a flag can be taken back", () => {
    expect({ ...readWords([], OPTIONS) }).to.deep.equal({ seed: "1", json: true });
    expect({ ...readWords(["--no-json", "--seed", "5"], OPTIONS) }).to.deep.equal({ seed: "5", json: false });
  });

  it("are refused if nobody knows them", () => {
    expect(() => readWords(["--sed", "5"], OPTIONS)).to.throw(BadWords, /--sed/);
    expect(() => readWords(["file"], OPTIONS)).to.throw(BadWords, /file/);
    expect(() => readWords(["--seed"], OPTIONS)).to.throw(BadWords, /--seed/);
  });

  it("are whole numbers where they must be, and not below the least", () => {
    expect(wholeNumbers({ a: "3", b: "0" }, ["a", "b"])).to.deep.equal({ a: 3, b: 0 });
    for (const text of ["1.5", "x", "1e400", "9007199254740993"]) {
      expect(() => wholeNumbers({ a: text, b: "0" }, ["a", "b"]), text).to.throw(BadWords, "--a, --b take");
    }
    expect(() => wholeNumbers({ a: "0" }, ["a"], 1)).to.throw(BadWords);
  });
});
