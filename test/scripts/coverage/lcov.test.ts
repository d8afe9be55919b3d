import { expect } from "chai";

import { parseLcov, percent } from "../../../scripts/coverage/lcov.js";

describe("a report in lcov's form", () => {
  const REPORT = [
    "TN:",
    "SF:src/a.ts",
    "FN:1,work",
    ...["DA:1,4", "DA:2,0", "DA:3,0", "DA:9,0", "DA:10,1"],
    "end_of_record",
    "SF:src/b.ts",
    "end_of_record",
    "",
  ].join("\n");

  it("says of each file how many lines count, and which of them were not reached", () => {
    expect(parseLcov(REPORT)).to.deep.equal([
      { file: "src/a.ts", lines: 5, hit: 2, missed: [2, 3, 9] },
      { file: "src/b.ts", lines: 0, hit: 0, missed: [] },
    ]);
  });

  it("has reached all of nothing", () => {
    expect([percent(2, 5), percent(0, 0)]).to.deep.equal([40, 100]);
  });
});
