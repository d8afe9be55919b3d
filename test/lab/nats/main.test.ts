import { expect } from "chai";

import { openLaboratory } from "../../../lab/laboratory/laboratory.js";
import { libraryGround } from "../../../lab/laboratory/library-ground.js";
import { meter } from "../../../lab/nats/meter.js";
import { expectFigures } from "../laboratory/expect-figures.js";

describe("npm run lab nats", function () {
  it("measures what theory says, in the library and on a chain", function () {
    expect(expectFigures("nats")).to.deep.equal(["The maker's loss is the meter", "On a chain"]);
  });

  it("has a maker that gains where the market was misled", async function () {
    const laboratory = openLaboratory(await libraryGround(2));
    const misled = await meter(laboratory, 0.5, [false, false]);
    expect(misled.learned).to.be.closeTo(Math.log(2) + Math.log(0.1), 1e-4); // odds of 1 : 9
    expect(misled.paid).to.be.closeTo(misled.learned, 2e-5);
  });
});
