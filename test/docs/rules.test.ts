/** Every rule of docs/protocol.md is cited by its number where it is kept and where that is tested, and no other number is. */
import { globSync, readFileSync } from "node:fs";

import { expect } from "chai";

const CODE = ["contracts/**/*.sol", "src/**/*.ts"];
const TESTS = ["test/**/*.{sol,ts}", "trials/**/*.{sol,ts}"];
const OTHERS = ["{bench,deploy,lab,scripts,stage}/**/*.ts", "*.md", "docs/**/*.md"];

const RULE = /^\*\*(R\d+) /gm;
/** One rule by its number. Of a range only the two ends count: who looks for a number must find it. */
const CITATION = /\bR\d+\b/g;

const rules = [...readFileSync("docs/protocol.md", "utf8").matchAll(RULE)].map(([, rule]) => rule);

/** Each number that these files name, with the files. */
function citationsIn(patterns: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const citations = new Map<string, string[]>();
  for (const file of globSync([...patterns])) {
    for (const rule of new Set(readFileSync(file, "utf8").match(CITATION))) {
      citations.set(rule, [...(citations.get(rule) ?? []), file]);
    }
  }
  return citations;
}

describe("The rules of docs/protocol.md", () => {
  it("are numbered one by one", () => {
    expect(rules).to.have.length.above(40);
    expect(rules).to.deep.equal(rules.map((_, i) => `R${i + 1}`));
  });

  for (const [what, patterns] of Object.entries({ code: CODE, tests: TESTS })) {
    it(`are each cited by ${what}`, () => {
      const cited = citationsIn(patterns);
      expect(rules.filter((rule) => rule !== undefined && !cited.has(rule))).to.deep.equal([]);
    });
  }

  it("are the only ones that are cited", () => {
    const unknown = [...citationsIn([...CODE, ...TESTS, ...OTHERS])].filter(([rule]) => !rules.includes(rule));
    expect(Object.fromEntries(unknown)).to.deep.equal({});
  });
});
