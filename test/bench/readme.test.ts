/** The README's figures are those that were measured. */
import { existsSync, readFileSync } from "node:fs";

import { expect } from "chai";

import type { Results } from "../../bench/document.js";
import { withPerformance } from "../../bench/readme.js";

const README = readFileSync("README.md", "utf8");

describe("The README's performance section", () => {
  it("is what the kept figures make of it", () => {
    const { parts } = JSON.parse(readFileSync("bench/results.json", "utf8")) as { parts: Results }; // as the benchmark wrote it
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
