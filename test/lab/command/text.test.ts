import { expect } from "chai";

import { renderSparkline, renderTable } from "../../../lab/command/text.js";

describe("text", () => {
  it("aligns a table", () => {
    const rows = [
      ["a", "1.00"],
      ["long name", "-12.50"],
    ];
    const lines = ["who           P&L", "---------  ------", "a            1.00", "long name  -12.50"];
    expect(renderTable(["who", "P&L"], rows)).to.equal(lines.join("\n"));
  });

  it("draws a bar for each value", () => {
    expect(renderSparkline([0n, 50n, 100n, undefined, 200n], 0n, 100n)).to.equal("▁▄█ █");
    expect(renderSparkline([5n, 5n], 5n, 5n)).to.equal("▁▁");
  });
});
