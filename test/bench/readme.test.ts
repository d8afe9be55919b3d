/** The README's figures are those that were measured. */
import { existsSync, readFileSync } from "node:fs";

import { expect } from "chai";

import type { Results } from "../../bench/document.js";
import { performancePage, withPerformance } from "../../bench/readme.js";

const README = readFileSync("README.md", "utf8");

const { parts } = JSON.parse(readFileSync("bench/results.json", "utf8")) as { parts: Results }; // as the benchmark wrote it

describe("The page of all figures", () => {
  it("is what the kept figures make of it", () => {
    expect(readFileSync("docs/performance.md", "utf8")).to.equal(performancePage(parts));
  });
});

describe("The README's performance section", () => {
  it("is what the kept figures make of it", () => {
    expect(withPerformance(README, parts)).to.equal(README);
  });

  it("shows two pictures that are there", () => {
    const pictures = [...README.matchAll(/!\[[^\]]+\]\((bench\/[^)]+\.svg)\)/g)].map(([, path]) => path!);
    expect(pictures).to.have.length(2);
    for (const path of pictures) expect(existsSync(path), path).to.equal(true);
  });

  it("cannot be written where its marks are missing", () => {
    expect(() => withPerformance("# A README", {})).to.throw("README.md has lost its marks");
  });
});
