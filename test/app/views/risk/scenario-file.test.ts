/** A file of scenarios on the page: the table is that of the same shocks, and what is saved of it is what the command line gives. */
import { createHash } from "node:crypto";

import { expect } from "chai";

import { riskTable } from "../../../../app/views/risk/model.js";
import { readScenarioFile } from "../../../../app/views/risk/scenario-file.js";
import { InputError } from "../../../../src/input/errors.js";
import { comparisonWith } from "../../../../src/risk/stress/comparison.js";
import { reportOf } from "../../../../src/risk/stress/report.js";
import { tableDocument } from "../../../../src/risk/stress/table.js";
import { toJson } from "../../../../src/protocol/amounts/json.js";
import { assets, ground, input } from "./ground.js";

const SESSION = `0x${"5e".repeat(20)}`;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const columns = assets.map(({ symbol }) => symbol).join(",");
const row = (name: string, shock: string): string => [name, ...assets.map(() => shock)].join(",");
const TEXT = `# objective: what a crash does\n# author: risk desk\nscenario,${columns}\n${row("calm", "")}\n${row("crash", "-30%")}\n`;

describe("a file of scenarios", () => {
  const file = readScenarioFile("crash.csv", bytesOf(TEXT));

  it("says what for, by whom, and has the hash of its bytes", () => {
    const { objective, author, sha256, keccak256 } = file.source;
    expect([objective, author]).to.deep.equal(["what a crash does", "risk desk"]);
    expect(sha256).to.equal(createHash("sha256").update(TEXT).digest("hex"));
    expect(keccak256).to.match(/^0x[0-9a-f]{64}$/);
  });

  it("stands in the place of typed shocks, with the same gains", () => {
    const { table, run } = riskTable(input, ground, SESSION, file);
    expect(table.rows.map(({ name }) => name)).to.deep.equal(["calm", "crash"]);
    const typed = riskTable({ ...input, ranges: assets.map(() => ({ from: "-30", to: "-29", steps: "2" })) }, ground);
    expect(table.rows[1]!.profits).to.deep.equal(typed.table.rows[0]!.profits);
    expect(run.source?.author).to.equal("risk desk");
  });

  it("is reported on a page with its objective, its hash, and the head that holdings are as of", () => {
    const { run } = riskTable(input, ground, SESSION, file);
    const report = reportOf(run, { comparison: undefined, after: undefined });
    for (const words of ["what a crash does", "risk desk", file.source.sha256, SESSION, ground.holdings.at.head])
      expect(report).to.include(words);
    expect(report).to.match(/block 7/);
  });

  it("is compared with what was saved before: nothing has changed but what has", () => {
    const before = riskTable(input, ground, SESSION, file);
    const saved: unknown = JSON.parse(toJson(tableDocument(before.run)));
    expect(comparisonWith("old.json", saved, before.run).changes).to.deep.equal([]);
    const dearer = riskTable({ ...input, prices: input.prices.map((price) => `1${price}`) }, ground, SESSION, file);
    const { changes, compared } = comparisonWith("old.json", saved, dearer.run);
    expect(compared).to.equal(2 * before.names.length);
    expect(changes.length).to.be.above(0);
    expect(() => comparisonWith("old.json", saved, riskTable({ ...input, numeraire: "basket" }, ground).run)).to.throw(
      InputError,
      "it counts in price",
    );
  });

  it("is refused with every line that is wrong", () => {
    expect(() => readScenarioFile("x.csv", new Uint8Array([0xff, 0xff, 0xff]))).to.throw(InputError, "UTF-8");
    const bad = readScenarioFile("bad.csv", bytesOf(`scenario,${columns}\n${row("odd", "much")}\n`));
    expect(() => riskTable(input, ground, SESSION, bad)).to.throw(InputError, "line 2, A1");
  });
});
