/** What people get from the benchmark. */
import { expect } from "chai";

import { renderFigure, renderFloors, renderItems, renderMarkdown, renderRows } from "../../bench/table.js";
import type { Row } from "../../bench/part.js";

const ROWS: readonly Row[] = [
  { id: "pair", what: "two orders", value: 185_218, unit: "gas", aim: 120_000, moonshot: 70_000, firstUse: 299_863 },
  { id: "rate", what: "orders", value: 250_000.4, unit: "per second", aim: 200_000, atLeast: true },
];

const items = [
  { name: "base", measured: 21_000, floor: 21_000, why: "every transaction" },
  { name: "computing", measured: 99_000, floor: 0, why: "the code" },
];
const ITEMISED: readonly Row[] = [
  { id: "a", what: "one", value: 120_000, unit: "gas", aim: 95_000, items, tried: "This and that." },
  { id: "b", what: "other", value: 90_000, unit: "gas", aim: 95_000, items },
  { id: "c", what: "third", value: 120_000, unit: "gas", aim: 20_000, items },
];

const over = (room: string): string =>
  `Over is computing: 99 000 above its floor, where the aim leaves ${room} for all.`;

describe("The table of figures", () => {
  it("shows each with its unit, its aim, whether that is met, and its first use", () => {
    expect(renderRows(ROWS).split("\n")).to.deep.equal([
      "operation               figure          aim  moonshot  first use",
      "two orders         185 218 gas  ≤ 120 000 ✗    70 000    299 863",
      "orders      250 000 per second  ≥ 200 000 ✓",
    ]);
  });

  it("is the same in Markdown", () => {
    expect(renderMarkdown(ROWS).split("\n").slice(1)).to.deep.equal([
      "| --- | ---: | ---: | ---: | ---: |",
      "| two orders | 185 218 gas | ≤ 120 000 ✗ | 70 000 | 299 863 |",
      "| orders | 250 000 per second | ≥ 200 000 ✓ |  |  |",
    ]);
  });

  it("says where a figure goes that misses its aim, and of no other", () => {
    expect(renderItems([...ITEMISED, ...ROWS])).to.deep.equal([
      `one: base 21 000, computing 99 000; of that at least 21 000 with this layout of storage. ${over("74 000")} This and that.`,
      `third: base 21 000, computing 99 000; of that at least 21 000 with this layout of storage. ${over("0")}`,
    ]);
  });

  it("puts the floor of each item beside it, and says what the aim leaves", () => {
    const table = (rest: string): string[] => [
      "| item | measured | floor | why |",
      "| --- | ---: | ---: | --- |",
      "| base | 21 000 | 21 000 | every transaction |",
      "| computing | 99 000 | 0 | the code |",
      `| **together** | **120 000** | **21 000** | ${rest} |`,
    ];
    expect(renderFloors([...ITEMISED, ...ROWS]).map((text) => text.split("\n"))).to.deep.equal([
      ["one:", "", ...table("the aim of 95 000 leaves 74 000"), "", `${over("74 000")} This and that.`],
      ["third:", "", ...table("the aim of 20 000 lies below"), "", over("0")],
    ]);
  });

  it("gives small figures their decimals", () => {
    expect([renderFigure(0.0125, "ms"), renderFigure(12.34, "ms"), renderFigure(7, "MB")]).to.deep.equal([
      "0.013 ms",
      "12.3 ms",
      "7 MB",
    ]);
  });
});
