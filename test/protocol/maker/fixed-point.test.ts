import { expect } from "chai";

import { exp, type Fixed, ln, ONE } from "../../../src/protocol/maker/fixed-point.js";
import { createRandom } from "../../../stage/rng.js";
import { exact, exactExp, exactLn, inQuintillionths } from "./exact.js";

const POINTS = 1_500;
/** Of the error, two decimals. */
const HUNDREDTHS = 2n;

/** value − exact, in hundredths of 10^-18, at random points. */
function errors(label: string, from: bigint, to: bigint, of: (x: Fixed) => readonly [bigint, bigint]): bigint[] {
  const random = createRandom(1n, label);
  return Array.from({ length: POINTS }, () => {
    const [value, fair] = of(random.amount(from, to) as Fixed);
    return value * 100n - fair;
  });
}

const least = (xs: readonly bigint[]): bigint => xs.reduce((a, b) => (b < a ? b : a));
const most = (xs: readonly bigint[]): bigint => xs.reduce((a, b) => (b > a ? b : a));
const within = (xs: readonly bigint[], low: bigint, high: bigint): void => {
  expect(least(xs) >= low && most(xs) <= high, `${least(xs)} to ${most(xs)}, in hundredths`).to.equal(true);
};

describe("exp and ln of 18 decimals", () => {
  it("exp of −41 to 0 is off by no more than −1.00 to +1.60 units", () => {
    const found = errors("exp", -41n * ONE, 0n, (x) => [exp(x), inQuintillionths(exactExp(exact(x, ONE)), HUNDREDTHS)]);
    within(found, -100n, 160n);
  });

  it("ln of 1 to 16 is low by no more than 15 units, and never high", () => {
    const found = errors("ln", ONE, 16n * ONE, (x) => [ln(x), inQuintillionths(exactLn(exact(x, ONE)), HUNDREDTHS)]);
    within(found, -1_500n, 0n);
  });

  it("ln is never high for larger numbers either, whose quotients a push of the price asks for", () => {
    const found = errors("large", 16n * ONE, 2_048n * ONE, (x) => [
      ln(x),
      inQuintillionths(exactLn(exact(x, ONE)), HUNDREDTHS),
    ]);
    within(found, -1_800n, 0n);
  });

  it("they are exact where that is possible, and nothing is left below 10^-18", () => {
    expect([exp(0n as Fixed), ln(ONE as Fixed)]).to.deep.equal([ONE, 0n]);
    expect([exp(-41_446_531_673_892_822_323n as Fixed), exp(-41_446_531_673_892_822_322n as Fixed)]).to.deep.equal([
      0n,
      1n,
    ]);
  });
});
