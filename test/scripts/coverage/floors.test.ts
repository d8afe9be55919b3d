import { expect } from "chai";

import { shortfalls } from "../../../scripts/coverage/floors.js";
import type { FileCoverage } from "../../../scripts/coverage/lcov.js";

const FLOOR = { folder: "contracts/periphery/", percent: 95 };

function file(name: string, lines: number, hit: number): FileCoverage {
  return { file: name, lines, hit, missed: Array.from({ length: lines - hit }, (_, k) => k + 1) };
}

describe("the floor of each file", () => {
  it("is met by one that has just that, and by one without lines", () => {
    const files = [file("contracts/periphery/A.sol", 20, 19), file("contracts/periphery/I.sol", 0, 0)];
    expect(shortfalls(files, FLOOR)).to.deep.equal([]);
  });

  it("names one below it, though all together are above, and none of another folder", () => {
    const files = [
      file("contracts/periphery/sale/A.sol", 19, 18),
      file("contracts/periphery/B.sol", 1_000, 1_000),
      file("contracts/C.sol", 10, 1),
    ];
    expect(shortfalls(files, FLOOR)).to.deep.equal([
      "contracts/periphery/sale/A.sol: 94.74 % of 19 lines (required: 95 %)",
    ]);
  });

  it("is not met by what was not measured", () => {
    expect(shortfalls([file("contracts/C.sol", 10, 10)], FLOOR)).to.deep.equal([
      "contracts/periphery/: nothing of it was measured",
    ]);
  });
});
