import { expect } from "chai";

import { millimetres, ROOT, TICK_VALUE } from "../../../lab/rainfall/contract.js";
import { findDeal, type Proposal, quoteDeal, riskOfAll } from "../../../lab/rainfall/deals.js";
import { worthOf } from "../../../lab/rainfall/forecast.js";
import { openStrips } from "../../../lab/rainfall/view.js";
import { butterfly, callSpread, payoffAt } from "../../../src/protocol/value/composition.js";
import { lots, ticks, type TokenWei } from "../../../src/protocol/amounts/units.js";
import { forecast, viewAt } from "./views.js";

const view = viewAt(0); // the book quotes 90 mm, two ticks each way
const ladder = openStrips(view);
const spread = { lower: millimetres(80), upper: millimetres(110) };
const build: Proposal["build"] = (units) => callSpread(ladder, spread, units);
const BUDGET = (10n ** 21n) as TokenWei;

function proposal(...totals: number[]): Proposal {
  return { name: "spread", build, worthOf: (composition) => worthOf(forecast(...totals), ROOT, composition) };
}

describe("deals", () => {
  it("quote a composition leg by leg from the book: 100 ticks in the money, and two for each of three legs", () => {
    const bought = quoteDeal(view, { name: "spread", build }, "buy", lots(5n))!;
    expect(bought.premium).to.equal(5n * 106n);
    expect(
      bought.intents.map(({ marketBranchId, price, lots: size, style }) => [marketBranchId, price, size, style]),
    ).to.deep.equal([
      [11, 902n, 5n, "take"],
      [12, 902n, 5n, "take"],
      [13, 1002n, 5n, "take"],
    ]);
    const sold = quoteDeal(view, { name: "spread", build }, "sell", lots(5n))!;
    expect(sold.premium).to.equal(5n * 94n);
    expect(sold.intents.every(({ lots: size }) => size === -5n)).to.equal(true);
  });

  it("pay what the textbook says, whatever the outcome", () => {
    const { composition } = quoteDeal(view, { name: "spread", build }, "buy", lots(5n))!;
    for (const y of [0n, 800n, 950n, 1100n, 3000n]) {
      const textbook = y < 800n ? 0n : y > 1100n ? 300n : y - 800n;
      expect(payoffAt(composition, ticks(y))).to.equal(5n * textbook);
    }
  });

  it("are not to be had where the book or the strikes do not suffice", () => {
    expect(quoteDeal(view, { name: "spread", build }, "buy", lots(41n))).to.equal(undefined);
    const off = { ...spread, lower: millimetres(85) };
    const odd = { name: "odd", build: (units: ReturnType<typeof lots>) => callSpread(ladder, off, units) };
    expect(quoteDeal(view, odd, "buy", lots(1n))).to.equal(undefined);
  });

  it("are bought if worth more than they cost, sold if worth less, and left alone in between", () => {
    const appetite = { edge: 5n, budget: BUDGET, sizes: [10n, 1n] };
    expect(findDeal(view, proposal(1100), appetite)).to.include({ side: "buy", units: 10n });
    expect(findDeal(view, proposal(800), appetite)).to.include({ side: "sell", units: 10n });
    expect(findDeal(view, proposal(900), appetite)).to.equal(undefined);
    expect(findDeal(view, proposal(800), { ...appetite, sides: ["buy"] })).to.equal(undefined);
  });

  it("are as large as the budget allows", () => {
    const one = quoteDeal(view, { name: "spread", build }, "buy", lots(1n))!;
    const perLot = riskOfAll(view, one.intents); // 102 + 2 + 2 ticks
    expect(perLot).to.equal(106n * TICK_VALUE);
    const budget = (perLot * 3n) as TokenWei;
    expect(findDeal(view, proposal(1100), { edge: 5n, budget, sizes: [4n, 3n, 2n] })).to.include({ units: 3n });
    expect(findDeal(view, proposal(1100), { edge: 5n, budget, sizes: [4n] })).to.equal(undefined);
  });

  it("put bought legs first, so that they back what is sold", () => {
    const strikes = { lower: millimetres(70), middle: millimetres(90), upper: millimetres(110) };
    const wings: Proposal["build"] = (units) => butterfly(ladder, strikes, units);
    for (const side of ["buy", "sell"] as const) {
      const { intents } = quoteDeal(view, { name: "butterfly", build: wings }, side, lots(2n))!;
      expect(intents.map(({ lots: size }) => size)).to.deep.equal([2n, 2n, -2n, -2n]);
    }
  });
});
