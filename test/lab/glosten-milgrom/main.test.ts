import { expect } from "chai";

import { quoteAt, walk } from "../../../lab/glosten-milgrom/walk.js";
import { openLaboratory } from "../../../lab/laboratory/laboratory.js";
import { libraryGround } from "../../../lab/laboratory/library-ground.js";
import { expectFigures } from "../laboratory/expect-figures.js";

describe("npm run lab glosten-milgrom", function () {
  it("measures what theory says, in the library and on a chain", function () {
    expect(expectFigures("glosten-milgrom")).to.deep.equal([
      "Spreads",
      "Error of the forecast",
      "The maker breaks even",
      "On a chain",
    ]);
  });

  it("has a price that does not depend on the order of trades, and a gain that does", async function () {
    const laboratory = openLaboratory(await libraryGround(2));
    const one = await walk(laboratory, 0.4, [true, true, false, false], true);
    const other = await walk(laboratory, 0.4, [true, false, true, false], true);
    expect(one.prices.at(-1)).to.equal(other.prices.at(-1));
    expect(one.makerGain).to.not.equal(other.makerGain);
  });

  it("never quotes both sides at one tick, however sure the maker is", function () {
    for (const odds of [-80, -14, 0, 14, 80]) {
      const { bid, ask } = quoteAt(odds, 0.01);
      expect(bid < ask && bid >= 0n && ask <= 1_000_000n, String(odds)).to.equal(true);
    }
  });
});
