import { expect } from "chai";

import { normalMidpoints } from "../../../lab/laboratory/draws.js";
import { openLaboratory } from "../../../lab/laboratory/laboratory.js";
import { libraryGround } from "../../../lab/laboratory/library-ground.js";
import { BEST, PEOPLE, SIGMA_U, SIGMA_V } from "../../../lab/kyle/model.js";
import { estimatesOf, gridOf, runAll, type Strategies } from "../../../lab/kyle/single.js";
import { expectFigures } from "../laboratory/expect-figures.js";

const estimatesWith = async (strategies: Strategies) => {
  const laboratory = openLaboratory(await libraryGround(PEOPLE));
  return estimatesOf(
    await runAll(laboratory, gridOf(normalMidpoints(6), SIGMA_V, SIGMA_U), strategies),
    SIGMA_V,
    SIGMA_U,
  );
};

describe("npm run lab kyle", function () {
  it("measures what theory says, in the library and on a chain", function () {
    expect(expectFigures("kyle")).to.deep.equal([
      "One auction",
      "An equilibrium that is found",
      "Auctions one after the other",
      "A ladder: slope = 2λ",
      "An automated maker",
      "At random",
      "On a chain",
    ]);
  });

  it("has money that goes round: what the three gain is nothing", async function () {
    const { insider, noise, maker } = await estimatesWith(BEST);
    expect(insider + noise + maker).to.be.closeTo(0, 1e-12);
  });

  it("would see a maker that is too steep: it earns, and prices are worse", async function () {
    const { maker, left } = await estimatesWith({ ...BEST, lambda: 2 * BEST.lambda });
    expect(maker).to.be.closeTo(1, 0.01); // 2λ·var(y) − cov(v, y) = 2 − 1
    expect(left).to.be.closeTo(1, 0.01);
  });

  it("would see an insider that knows nothing", async function () {
    const { rSquared, lambda } = await estimatesWith({ ...BEST, beta: 0 });
    expect(rSquared).to.be.closeTo(0, 1e-6);
    expect(lambda).to.be.closeTo(0, 1e-6);
  });
});
