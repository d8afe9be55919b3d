/** The README says what is so: its story and its commands. That its proof is what a run prints: test/lab/stocks/simulation. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const README = read("README.md");

describe("The README", () => {
  it("has at most 120 lines", () => {
    expect(README.trimEnd().split("\n")).to.have.length.at.most(120);
  });

  it("tells the story that the rules' thread counts through", () => {
    const story = README.replace(/^> ?/gm, "").replace(/\s+/g, " ");
    const rules = read("docs/protocol.md").replace(/^> ?/gm, "").replace(/\s+/g, " ");
    expect(story).to.include("100 gold and 100 silver for 1 000 tokens; Alice and Bob have 500 each");
    expect(story).to.include("buys 100 000 lots of gold from Bob at 55 %");
    expect(story).to.include("she takes 54.5 gold and 44.5 silver home, he 45.5 and 55.5");
    expect(rules).to.include("She buys 100 000 lots of gold from Bob at 5 500 ticks, 55 % of the weight");
    expect(rules).to.include("allocation is 54.5 gold and 44.5 silver, Bob's 45.5 and 55.5");
  });

  for (const page of ["README.md", "CONTRIBUTING.md", ...globSync("docs/*.md", { cwd: ROOT })]) {
    it(`names commands that exist: ${page}`, () => {
      const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts);
      const commands = [...read("src/cli/program.ts").matchAll(/^ {2}(\w+)Command,$/gm)].map(([, name]) => name);
      expect(commands).to.include("trade");
      for (const [, name] of read(page).matchAll(/\bnpm run ([\w:-]+)/g))
        expect(scripts, `npm run ${name!}`).to.include(name);
      for (const [, name] of read(page).matchAll(/\bnpx session ([a-z]+)/g))
        expect(commands, `session ${name!}`).to.include(name);
    });
  }

  it("is behind what the pages about assurance name: each test that they speak of exists", () => {
    for (const page of ["docs/edges.md", "docs/assurance.md"]) {
      const named = [...read(page).matchAll(/`(test\/[^` ]+\.(?:ts|sol))`/g)].map(([, path]) => path!);
      for (const path of named) expect(globSync(path, { cwd: ROOT }), `${page}: ${path}`).to.have.length(1);
    }
    expect(read("docs/edges.md").match(/`test\//g)?.length).to.be.above(40);
  });

  it("links to files that exist", () => {
    for (const [, path] of README.matchAll(/\]\(([^)#:]+)\)/g))
      expect(globSync(path!, { cwd: ROOT }), path).to.have.length(1);
  });
});
