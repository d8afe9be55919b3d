import { expect } from "chai";
import fc from "fast-check";

import {
  exactPrice,
  priceDigits,
  priceUnit,
  priceWords,
  readLots,
  readPrice,
} from "../../../app/views/trade/prices.js";
import { typedDecimal } from "../../../app/views/trade/typed.js";
import { FIXED } from "../../protocol/support.js";
import { BARE, RAIN, WEIGHTS } from "./support.js";

describe("prices on the page", function () {
  it("are weights, their owner's unit, or ticks", function () {
    expect([WEIGHTS, RAIN, BARE].map(priceUnit)).to.deep.equal(["%", "mm", "ticks"]);
    expect(priceWords(WEIGHTS, 5_505n)).to.equal("55.05 %");
    expect(priceWords(RAIN, 830n)).to.equal("83 mm");
    expect(priceWords(BARE, -37n)).to.equal("-37 ticks");
  });

  it("of a column have as many digits as tell one from the next", function () {
    expect([WEIGHTS, RAIN, BARE].map(priceDigits)).to.deep.equal([2, 1, 0]);
  });

  it("have no unit where their owner has given them none, and are counted as it says", function () {
    const root = { ...RAIN, head: { ...RAIN.head!, unit: "" } };
    expect(priceWords(root, 834n)).to.equal("83.4");
    expect(readPrice(root, "83.4")).to.equal(834n);
  });

  it("are read exactly, or not at all", function () {
    expect(readPrice(WEIGHTS, "55.05")).to.equal(5_505n);
    expect(readPrice(WEIGHTS, " 55.05 % ")).to.equal(5_505n);
    expect(readPrice(WEIGHTS, "5505t")).to.equal(5_505n);
    expect(readPrice(RAIN, "83.4mm")).to.equal(834n);
    expect(readPrice(BARE, "-37")).to.equal(-37n);
    expect(readPrice(WEIGHTS, "55.055")).to.deep.equal({
      problem: "Prices go by ticks of 0.01 %: this lies between two.",
    });
    expect(readPrice(RAIN, "83.45")).to.deep.equal({ problem: "Prices go by ticks of 0.1 mm: this lies between two." });
    expect(readPrice(BARE, "99999999999")).to.deep.equal({ problem: "No price is so large." });
    expect(readPrice(WEIGHTS, "")).to.deep.equal({ problem: "Give a price." });
    expect(readPrice(WEIGHTS, "a lot")).to.deep.equal({ problem: "This is no number." });
  });

  it("that are written for typing are read as what they were", function () {
    const root = fc.constantFrom(WEIGHTS, RAIN, BARE);
    fc.assert(
      fc.property(root, fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }), (one, ticks) => {
        expect(readPrice(one, typedDecimal(exactPrice(one, ticks)))).to.equal(ticks);
      }),
      FIXED,
    );
  });
});

describe("lots on the page", function () {
  it("are whole, and at least one", function () {
    expect(readLots("1,000")).to.equal(1_000n);
    expect(readLots("7")).to.equal(7n);
    for (const text of ["0", "-1", "1.5", "", "x"]) expect(readLots(text), text).to.have.property("problem");
  });
});
