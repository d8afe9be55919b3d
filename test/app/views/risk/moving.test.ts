import { expect } from "chai";

import {
  boxIn,
  covarianceIn,
  movingIn,
  type MovingInput,
  numberOf,
  pairsOf,
  readMoving,
  writeMoving,
} from "../../../../app/views/risk/moving.js";
import { InputError } from "../../../../src/input/errors.js";
import { RuleError } from "../../../../src/protocol/amounts/errors.js";
import { RiskError } from "../../../../src/risk/errors.js";

const typed = (text: string): MovingInput => readMoving(new URLSearchParams(text), 2);

describe("how assets move, as typed", () => {
  it("comes back from the address as it was", () => {
    const moving: MovingInput = {
      ...{ volatilities: ["20", "15.5"], correlations: new Map([["1-2", "-0.5"]]), sigmas: "2" },
      ...{ loss: "50", box: ["", "30"], all: "0.5", relative: true },
    };
    const params = new URLSearchParams("p1=10");
    writeMoving(moving, params);
    expect(params.toString()).to.equal("p1=10&v1=20&v2=15.5&c1-2=-0.5&k=2&lose=50&b2=30&all=0.5&rel=");
    expect(readMoving(params, 2)).to.deep.equal(moving);
  });

  it("is empty, of three standard deviations, where the address says nothing", () => {
    const nothing = typed("");
    expect(nothing).to.deep.equal({
      ...{ volatilities: ["", ""], correlations: new Map(), sigmas: "3" },
      ...{ loss: "", box: ["", ""], all: "0.9", relative: false },
    });
    const params = new URLSearchParams();
    writeMoving(nothing, params);
    expect(params.toString()).to.equal("");
  });

  it("is covariances once each asset has a volatility", () => {
    expect(covarianceIn(typed("v1=20"))).to.equal(undefined);
    const found = covarianceIn(typed("v1=20&v2=15&c1-2=0.5"))!;
    expect(found.flat().map((entry) => entry.toFixed(4))).to.deep.equal(["0.0400", "0.0150", "0.0150", "0.0225"]);
  });

  it("refuses what is no number, no correlation, and assets that are not there", () => {
    for (const text of ["v1=NaN&v2=1", "v1=1e3&v2=1", "v1=20&v2=15&c1-2=half"]) {
      expect(() => covarianceIn(typed(text)), text).to.throw(RuleError, "AMOUNT_MALFORMED");
    }
    expect(() => covarianceIn(typed("v1=-20&v2=1"))).to.throw(RiskError, "VOLATILITY_INVALID");
    for (const text of ["c1-2=1.5", "c1-1=0.5", "c1-3=0.5", "c0-1=0.5"]) {
      expect(() => covarianceIn(typed(`v1=20&v2=15&${text}`)), text).to.throw(RiskError, "CORRELATION_INVALID");
    }
    expect(numberOf("-0.25")).to.equal(-0.25);
  });

  it("is a box once each asset has its most", () => {
    expect([boxIn(typed("b1=20")), boxIn(typed("b1=20&b2=7.5"))]).to.deep.equal([undefined, [0.2, 0.075]]);
    expect(() => boxIn(typed("b1=20&b2=x"))).to.throw(RuleError, "AMOUNT_MALFORMED");
  });

  it("asks of each pair once", () => {
    expect(pairsOf(3)).to.deep.equal([[1, 2], [1, 3], [2, 3]]); // prettier-ignore
    expect(pairsOf(1)).to.deep.equal([]);
  });
});

describe("how assets move, by a file", () => {
  const symbols = ["AU", "AG"];

  it("is the matrix that stands there, rows and columns by symbol or number", () => {
    const matrix = "asset,AG,1\n2,0.09,0.03\nAU,0.03,0.04\n";
    expect(movingIn("m.csv", matrix, symbols, 1)).to.deep.equal({
      covariance: [
        [0.04, 0.03],
        [0.03, 0.09],
      ],
      source: "covariances of m.csv",
    });
    expect(() => movingIn("m.csv", "asset,AU,AG\nAU,1,0\n", symbols, 1)).to.throw(InputError, "no row for AG");
    expect(() => movingIn("m.csv", "asset,AU,AG\nAU,1,2\nAG,2,1\n", symbols, 1)).to.throw(RiskError);
  });

  it("is estimated from prices, from all windows of so many lines", () => {
    const prices = "date,AU,AG\n2026-01-01,100,100\n2026-01-02,110,100\n2026-01-03,99,110\n";
    const { covariance, source } = movingIn("p.csv", prices, symbols, 1);
    expect(source).to.equal("2 windows of 1 in p.csv");
    // Of returns +0.1, −0.1 and 0, +0.1: deviations of 0.1 and 0.05, n − 1 below
    const expected = [0.02, -0.01, -0.01, 0.005];
    covariance.flat().forEach((entry, k) => expect(entry).to.be.closeTo(expected[k]!, 1e-12));
    expect(() => movingIn("p.csv", prices, symbols, 2)).to.throw(RiskError, "OBSERVATIONS_TOO_FEW");
    expect(() => movingIn("p.csv", "date,AU\n2026-01-01,1\n", symbols, 1)).to.throw(InputError, "no column AG");
  });
});
