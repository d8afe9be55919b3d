/** Measures over time, by hand: what prices knew, what weights they implied, what flow told of prices elsewhere. */
import { expect } from "chai";

import { informationAt, informationPath, type KnownMarket } from "../../src/measures/informativeness.js";
import type { Moment } from "../../src/measures/observation.js";
import { foresightOf, referenceRow, rowAt, volatilityOf } from "../../src/measures/reference.js";
import { errorsByMaturity, weightPath, weightsAt } from "../../src/measures/weight-path.js";
import { fraction } from "../../src/protocol/amounts/fraction.js";
import { assetUnits, ticks } from "../../src/protocol/amounts/units.js";

const SCALE = ticks(10_000n);
const WINDOW = { t1: 0n, t2: 100n };

/** @param price after it, ticks; halves are meant */
function moment(root: number, branch: number, timestamp: number, price: number, before?: number, flow = 0): Moment {
  return {
    market: { marketRootId: root, marketBranchId: branch },
    checkpoint: timestamp,
    timestamp: BigInt(timestamp),
    before: before === undefined ? undefined : BigInt(2 * before),
    after: BigInt(2 * price),
    flow: BigInt(flow),
    volume: BigInt(Math.abs(flow)),
  };
}

describe("what prices knew", function () {
  const known = (branch: number, value: bigint): KnownMarket => ({
    market: { marketRootId: 2, marketBranchId: branch },
    value: fraction(value),
    start: 50n,
    range: 100n,
  });

  it("is one less the squared error that is left of the first, over all markets", function () {
    // v = 100 and 60 from 50: 50² + 10² = 2 600 at first; then 25² + 10², then 25² + 0.
    const path = informationPath([known(1, 100n), known(2, 60n)], [moment(2, 1, 10, 75), moment(2, 2, 60, 60)], WINDOW);
    expect(path.map(({ elapsed }) => elapsed)).to.deep.equal([0, 0.1, 0.6]);
    [0, 1 - 725 / 2_600, 1 - 625 / 2_600].forEach((wanted, k) => {
      expect(path[k]!.information).to.be.closeTo(wanted, 1e-12);
    });
    expect(informationAt(path, 0.59)).to.equal(path[1]!.information);
    expect(informationAt([], 0.5)).to.equal(0);
  });

  it("falls below zero where prices went the wrong way, and looks at halves of ticks", function () {
    const path = informationPath([known(1, 100n)], [moment(2, 1, 10, 0), moment(2, 1, 20, 99.5, 0)], WINDOW);
    expect(path.map(({ information }) => information)).to.deep.equal([0, 1 - 4, 1 - 0.25 / 2_500]);
  });

  it("is nothing where all came as the first prices said, or nothing is known", function () {
    expect(informationPath([known(1, 50n)], [moment(2, 1, 10, 70)], WINDOW)).to.deep.equal([]);
    expect(informationPath([], [moment(2, 1, 10, 70)], WINDOW)).to.deep.equal([]);
  });
});

describe("implied weights", function () {
  it("are prices as parts of their sum, once every leg has one", function () {
    const path = weightPath([moment(1, 1, 10, 4_000), moment(1, 2, 20, 3_000), moment(1, 3, 30, 1_000)], 3, SCALE);
    expect(path).to.have.length(1);
    expect(path[0]!.timestamp).to.equal(30n);
    expect(path[0]!.weights.map(({ numerator, denominator }) => Number(numerator) / Number(denominator))).to.deep.equal(
      [0.5, 0.375, 0.125],
    );
  });

  it("of two legs follow from one, and markets beside the basket say nothing", function () {
    const path = weightPath([moment(2, 1, 5, 77), moment(1, 2, 10, 4_000), moment(1, 2, 20, 4_000, 4_000)], 2, SCALE);
    expect(path.map(({ timestamp }) => timestamp)).to.deep.equal([10n]); // a price that stays is no news
    expect(weightsAt([], 9n)).to.equal(undefined);
    const longer = [...path, ...path.map((one) => ({ ...one, timestamp: one.timestamp + 1_000n }))];
    for (let time = 0n; time < 1_200n; time += 1n)
      expect(weightsAt(longer, time)).to.equal(longer.findLast(({ timestamp }) => timestamp <= time));
    expect(weightsAt(path, 9n)).to.equal(undefined);
    expect(weightsAt(path, 99n)!.weights.map(({ numerator, denominator }) => Number((numerator * 10n) / denominator))).to.deep.equal([6, 4]); // prettier-ignore
  });

  it("are off by so many ticks at each tenth, and by nothing that is not there yet", function () {
    const path = weightPath([moment(1, 1, 15, 6_000), moment(1, 1, 95, 7_000, 6_000)], 2, SCALE);
    const errors = errorsByMaturity(path, [fraction(7n, 10n), fraction(3n, 10n)], SCALE, WINDOW);
    expect(errors.map(({ toMaturity }) => toMaturity)).to.deep.equal([90n, 80n, 70n, 60n, 50n, 40n, 30n, 20n, 10n, 0n]);
    expect(errors[0]!.ticks).to.equal(undefined);
    expect(errors[1]!.ticks).to.be.closeTo(1_000, 1e-6);
    expect(errors[9]!.ticks).to.be.closeTo(0, 1e-6);
  });
});

describe("prices elsewhere", function () {
  const QUANTITIES = [100n, 100n].map(assetUnits);
  const row = (day: number, first: number) =>
    referenceRow(BigInt(day), QUANTITIES, [BigInt(first), BigInt(100 - first)]);

  it("count until they are too old, and not before they are known", function () {
    const rows = [row(10, 50), row(20, 60)];
    expect(rowAt(rows, 9n, 100n)).to.equal(undefined);
    expect(rowAt(rows, 25n, 5n)).to.equal(rows[1]);
    expect(rowAt(rows, 26n, 5n)).to.equal(undefined);
  });

  it("are told by flow if what was bought before they rose is in proportion to it", function () {
    // Weights .50 .51 .53 .52 .56; flow before each move is 100 lots a hundredth.
    const rows = [50, 50, 51, 53, 52, 56].map((first, k) => row(10 * k, first));
    const flows = [1, 2, -1, 4].map((lots, k) => moment(1, 1, 10 * (k + 1), 5_000, 5_000, 100 * lots));
    const { line, skipped } = foresightOf(rows, flows, 1, 1, 10_000n);
    expect(skipped).to.equal(0);
    expect(line!.count).to.equal(4);
    expect(line!.slope).to.be.closeTo(1, 1e-9); // ticks a lot
    expect(line!.rSquared).to.be.closeTo(1, 1e-9);
    expect(foresightOf(rows, flows, 2, 1, 10_000n).line).to.equal(undefined); // nobody traded there
  });

  it("say nothing over a gap, and nothing where they are too few", function () {
    const rows = [50, 50, 51, 53, 52, 56].map((first, k) => row(k < 3 ? 10 * k : 10 * k + 500, first));
    const flows = [1, 2, -1, 4].map((lots, k) => moment(1, 1, 10 * (k + 1), 5_000, 5_000, 100 * lots));
    const { line, skipped } = foresightOf(rows, flows, 1, 1, 10_000n);
    expect([line, skipped]).to.deep.equal([undefined, 2]); // the pairs that reach over it; two are left
    expect(foresightOf(rows, flows, 1, 20, 10_000n).line).to.equal(undefined);
    expect(foresightOf([], [], 1, 1, 10_000n).line).to.equal(undefined);
  });

  it("move by so much a year, and implied weights at the same moments by theirs", function () {
    const YEAR = 31_557_600;
    const rows = [referenceRow(0n, QUANTITIES, [1n, 1n]), referenceRow(BigInt(YEAR), QUANTITIES, [3n, 1n])];
    const path = weightPath([moment(1, 1, 0, 5_000), moment(1, 1, 7, 9_000, 5_000)], 2, SCALE);
    const { count, implied, reference } = volatilityOf(rows, path, 1)!;
    expect(count).to.equal(1);
    expect(implied).to.be.closeTo(Math.log(9), 1e-9);
    expect(reference).to.be.closeTo(Math.log(3), 1e-9);
    expect(volatilityOf(rows.slice(1), path, 1)).to.equal(undefined);
    expect(volatilityOf(rows, [], 1)).to.equal(undefined);
  });
});
