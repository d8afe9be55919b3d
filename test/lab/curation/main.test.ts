import { expect } from "chai";

import { expectFigures } from "../laboratory/expect-figures.js";

describe("npm run lab curation", function () {
  it("measures what theory says, in the library and on a chain", function () {
    expect(expectFigures("curation")).to.deep.equal([
      "Who is let in",
      "Noise alone does nothing",
      "Nobody does better alone",
      "On a chain",
    ]);
  });
});
