/** The README's figures are those that were measured. */
import { readFileSync } from "node:fs";

import { expect } from "chai";

import type { Results } from "../../bench/document.js";
import { meetsAim } from "../../bench/part.js";
import { performancePage, withPerformance } from "../../bench/readme.js";

const README = readFileSync("README.md", "utf8");

const { parts } = JSON.parse(readFileSync("bench/results.json", "utf8")) as { parts: Results }; // as the benchmark wrote it

describe("The page of all figures", () => {
  it("is what the kept figures make of it", () => {
    expect(readFileSync("docs/performance.md", "utf8")).to.equal(performancePage(parts));
  });
});

describe("A figure of gas that misses its aim", () => {
  const missed = parts.gas!.rows.filter((row) => meetsAim(row) === false);

  it("has what it is made of, and what was tried", () => {
    for (const { id, items, tried } of missed) {
      expect(items, `items of ${id}`).to.be.an("array").that.is.not.empty;
      expect(tried, `tried for ${id}`).to.be.a("string");
    }
  });
});

describe("The README's performance section", () => {
  it("is what the kept figures make of it", () => {
    expect(withPerformance(README, parts)).to.equal(README);
  });

  it("shows three figures beside those of others", () => {
    const section = README.slice(README.indexOf("<!-- performance"), README.indexOf("<!-- end of performance -->"));
    expect(section.match(/^\| (?!operation|---).* gas \| .*\d{3} .* \|$/gm)).to.have.length(3);
  });

  it("cannot be written without a figure that it shows", () => {
    const without = { ...parts, gas: { ...parts.gas!, rows: parts.gas!.rows.filter(({ id }) => id !== "open") } };
    expect(() => withPerformance(README, without)).to.throw('the README shows "open", which was not measured');
  });

  it("cannot be written where its marks are missing", () => {
    expect(() => withPerformance("# A README", parts)).to.throw("README.md has lost its marks");
  });
});
