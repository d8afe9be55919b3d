/** The windows of a history that cost most, against every window of every holder; and their picture. */
import { expect } from "chai";

import { fraction } from "../../src/protocol/amounts/fraction.js";
import { RiskError } from "../../src/risk/errors.js";
import type { Exposed } from "../../src/risk/exposed.js";
import { approximate } from "../../src/risk/exposure.js";
import { type Window, windowsOf } from "../../src/risk/historical.js";
import { gainOf } from "../../src/risk/ranking.js";
import { windowsPicture, worstWindows } from "../../src/risk/worst-windows.js";

const holder = (name: string, ...money: bigint[]): Exposed => {
  return { name, exposure: money.map((one) => fraction(one)), floats: money.map(Number) };
};
const HOLDERS = [holder(`0x${"ab".repeat(20)}`, 100n, -150n), holder("desk", -100n, 150n), holder("fund", 10n, 10n)];
/** Returns of the first asset +10 %, −10 %, 0 and about +20 %; of the second 0, +10 %, −10 % and 0. */
const PRICES: readonly (readonly [bigint, bigint])[] = [[100n, 100n], [110n, 100n], [99n, 110n], [99n, 99n], [118n, 99n]]; // prettier-ignore
const WINDOWS = windowsOf(
  PRICES.map((prices, day) => ({ name: `day ${day}`, prices })),
  1,
);

describe("worst windows", function () {
  it("are each holder's, the worst first, as every gain has it", function () {
    const { holders } = worstWindows(HOLDERS, WINDOWS, 2);
    expect(holders.map(({ name }) => name)).to.deep.equal(HOLDERS.map(({ name }) => name));
    holders.forEach(({ worst }, k) => {
      const gains = WINDOWS.map(({ returns }) => approximate(gainOf(HOLDERS[k]!.exposure, returns)));
      expect(worst.map(({ gain }) => approximate(gain))).to.deep.equal([...gains].sort((a, b) => a - b).slice(0, 2));
      for (const { window, gain } of worst) expect(gainOf(HOLDERS[k]!.exposure, window.returns)).to.deep.equal(gain);
    });
    // By hand: 100 · (−10 %) − 150 · (+10 %)
    expect(approximate(holders[0]!.worst[0]!.gain)).to.be.closeTo(-25, 1e-12);
  });

  it("are shown once each, as they came", function () {
    const { holders, shown } = worstWindows(HOLDERS, WINDOWS, 1);
    const worst = new Set<Window>(holders.flatMap((one) => one.worst.map(({ window }) => window)));
    expect(shown).to.deep.equal(WINDOWS.filter((window) => worst.has(window)));
    expect(shown.length).to.be.within(2, 3);
    expect(worstWindows(HOLDERS, [], 1).shown).to.deep.equal([]);
    expect(() => worstWindows(HOLDERS, WINDOWS, NaN)).to.throw(RiskError, "PARAMETER_INVALID");
  });

  it("are drawn as a row each, with every holder's gain in it", function () {
    const { table, caption } = windowsPicture(HOLDERS, WINDOWS.slice(0, 2), 2);
    expect(table).to.deep.equal({
      columns: ["scenario", "0xabab…abab", "desk", "fund"],
      rows: [
        ["day 0 to day 1", "10.00", "-10.00", "1.00"],
        ["day 1 to day 2", "-25.00", "25.00", "0.00"],
      ],
    });
    expect(caption).to.include("Gain from today's prices on");
  });
});
