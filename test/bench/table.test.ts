/** What people get from the benchmark. */
import { expect } from "chai";

import { renderFigure, renderItems, renderMarkdown, renderRows } from "../../bench/table.js";
import type { Row } from "../../bench/part.js";

const ROWS: readonly Row[] = [
  { id: "pair", what: "two orders", value: 185_218, unit: "gas", aim: 120_000, firstUse: 299_863 },
  { id: "rate", what: "orders", value: 250_000.4, unit: "per second", aim: 200_000, atLeast: true },
];

describe("The table of figures", () => {
  it("shows each with its unit, its aim, whether that is met, and its first use", () => {
    expect(renderRows(ROWS).split("\n")).to.deep.equal([
      "operation               figure          aim  first use",
      "two orders         185 218 gas  ≤ 120 000 ✗    299 863",
      "orders      250 000 per second  ≥ 200 000 ✓",
    ]);
  });

  it("is the same in Markdown", () => {
    expect(renderMarkdown(ROWS).split("\n").slice(1)).to.deep.equal([
      "| --- | ---: | ---: | ---: |",
      "| two orders | 185 218 gas | ≤ 120 000 ✗ | 299 863 |",
      "| orders | 250 000 per second | ≥ 200 000 ✓ |  |",
    ]);
  });

  it("says where a figure goes that misses its aim, and of no other", () => {
    const items = { base: 21_000, computing: 99_000 };
    const [missed, met] = [
      { id: "a", what: "one", value: 120_000, unit: "gas", aim: 95_000, items },
      { id: "b", what: "other", value: 90_000, unit: "gas", aim: 95_000, items },
    ];
    expect(renderItems([missed, met, ...ROWS])).to.deep.equal(["one: base 21 000, computing 99 000"]);
  });

  it("gives small figures their decimals", () => {
    expect([renderFigure(0.0125, "ms"), renderFigure(12.34, "ms"), renderFigure(7, "MB")]).to.deep.equal([
      "0.013 ms",
      "12.3 ms",
      "7 MB",
    ]);
  });
});
