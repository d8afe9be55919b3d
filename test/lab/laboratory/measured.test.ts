import { expect } from "chai";

import { documentOf, renderMeasured } from "../../../lab/laboratory/measured.js";

const TABLE = {
  title: "What was seen",
  columns: [
    { key: "wide", title: "width, ticks", digits: 1 },
    { key: "deep", title: "depth", digits: 0 },
  ],
  rows: [
    { name: "one", values: { wide: { value: 10.26, margin: 0.5 }, deep: { value: 3, margin: 1 } } },
    { name: "none", values: { wide: undefined } },
  ],
};

describe("A table of what was measured", () => {
  it("says each value with its margin, and a dash where there is none", () => {
    expect(renderMeasured(TABLE)).to.equal(
      [
        "What was seen",
        "",
        "      width, ticks  depth",
        "----  ------------  -----",
        "one     10.3 ± 0.5  3 ± 1",
        "none             –      –",
      ].join("\n"),
    );
  });

  it("gives programs the same, unrounded", () => {
    expect(documentOf(TABLE)).to.deep.equal({
      title: "What was seen",
      rows: [
        { name: "one", wide: { value: 10.26, margin: 0.5 }, deep: { value: 3, margin: 1 } },
        { name: "none", wide: null, deep: null },
      ],
    });
  });
});
