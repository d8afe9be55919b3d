import { expect } from "chai";

import { openLaboratory } from "../../../lab/laboratory/laboratory.js";
import { libraryGround } from "../../../lab/laboratory/library-ground.js";
import { judge, perStake } from "../../../lab/pairs/judge.js";
import { delivered, sharesAfter, worthOfChange } from "../../../lab/pairs/plain.js";
import { summaryOf } from "../../../lab/pairs/statistics.js";
import { type BookedPair, lotsFor, PEOPLE, STAKE, tradePair } from "../../../lab/pairs/trading.js";
import type { TradedPair } from "../../../lab/pairs/rule.js";
import type { Price } from "../../../lab/stocks/price-file.js";
import { assetUnits, tokenWei } from "../../../src/protocol/amounts/units.js";
import { RuleError } from "../../../src/protocol/amounts/errors.js";

const ONE = 10n ** 18n;
const at = (...whole: number[]): Price[] =>
  whole.map((price) => (BigInt(Math.round(price * 1000)) * ONE) / 1000n) as Price[];
/** The second loses, is bought, and comes back; then it loses again until the end. */
const PRICES = [at(100, 50), at(110, 45), at(120, 62), at(125, 50), at(100, 49)];
const PAIR: TradedPair = {
  window: { start: 0, begin: 0, end: 4 },
  symbols: [0, 1],
  trades: [
    { long: 1, short: 0, opens: 1, closes: 2, isCrossed: true },
    { long: 1, short: 0, opens: 3, closes: 4, isCrossed: false },
  ],
};

async function booked(
  cost: bigint,
  pair = PAIR,
): Promise<{ readonly pair: BookedPair; readonly ground: Awaited<ReturnType<typeof libraryGround>> }> {
  const ground = await libraryGround(PEOPLE);
  return { pair: await tradePair(openLaboratory(ground), { prices: PRICES }, pair, cost), ground };
}

describe("A pair in a session", () => {
  it("is bought in as many lots as make the stake on either side", async () => {
    const { terms, each } = await libraryGround(PEOPLE);
    const basket = { quantities: [assetUnits(10_000n * ONE), assetUnits(20_000n * ONE)], supply: tokenWei(2n * each) };
    // V = 2 000 000, w = 1/2, N' = 2·10⁹ lots: L = 2·10⁹ · 10 000 / (2 000 000 · 1/4)
    expect(lotsFor(STAKE, basket, at(100, 50), { ...terms, each })).to.equal(40_000_000n);
  });

  it("pays the loser's relative price less the winner's, but for half a tick at each end", async () => {
    const { pair } = await booked(0n);
    const [first, second] = pair.trades.map(({ payoff }) => perStake(payoff));
    expect(first).to.be.closeTo(62 / 45 - 120 / 110, 4e-4);
    expect(second).to.be.closeTo(49 / 50 - 100 / 125, 4e-4);
  });

  it("pays less by the cost of each turn", async () => {
    const [free, dear] = [await booked(0n), await booked(20n)];
    const paid = ({ pair }: typeof free) => pair.trades.map(({ payoff }) => perStake(payoff));
    const [before, after] = [paid(free), paid(dear)];
    // 20 ticks of L lots each time, in baskets: of D, 0.002 · V · V' / (v_1 · v_2), V' the basket's value at the close
    expect(before[0]! - after[0]!).to.be.closeTo((2 * 0.002 * 2.0 * 2.44) / (1.1 * 0.9), 1e-8);
    expect(before[1]! - after[1]!).to.be.closeTo((0.002 * 2.25 * 1.98) / (1.25 * 1.0), 1e-8);
  });

  it("agrees with plain shares to the last unit, at any cost", async () => {
    for (const cost of [0n, 7n]) {
      const { pair, ground } = await booked(cost);
      expect(judge([pair, pair], { ...ground.terms, each: ground.each })).to.deep.equal({
        ...{ trades: 4, payoffs: 4, accounts: 4, deliveries: 4, sessions: 2, zeroSums: 2 },
      });
    }
  });

  it("is caught where a lot, a tick or a claim is another", async () => {
    const { pair, ground } = await booked(0n);
    const terms = { ...ground.terms, each: ground.each };
    const [first, ...rest] = pair.trades;
    const [fill, ...fills] = first!.fills;
    for (const wrong of [{ lots: fill!.lots + 1n }, { price: fill!.price + 1n }, { leg: 1 - fill!.leg }]) {
      const altered = { ...pair, trades: [{ ...first!, fills: [{ ...fill!, ...wrong }, ...fills] }, ...rest] };
      const { payoffs, deliveries } = judge([altered], terms);
      expect(payoffs, Object.keys(wrong).join()).to.be.below(2);
      expect(deliveries).to.be.below(2);
    }
    const [quoter, follower] = pair.claims;
    const richer = { ...pair, claims: [quoter!, follower!.map((claim) => claim + 1n)] };
    expect(judge([richer], terms).zeroSums).to.equal(0);
  });

  it("is refused where the turn is more than all that is held", async () => {
    const ground = await libraryGround(PEOPLE);
    const poor = { ...ground, each: 10n ** 18n };
    const [first] = PAIR.trades;
    const huge = { ...PAIR, trades: [first!] };
    await tradePair(openLaboratory(poor), { prices: PRICES }, huge, 0n);
    const dear = [at(100, 50), at(100, 0.001), at(100, 50), at(100, 50), at(100, 50)];
    const failure = await tradePair(openLaboratory(poor), { prices: dear }, huge, 0n).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(failure instanceof RuleError || failure instanceof RangeError).to.equal(true);
  });
});

describe("Plain shares", () => {
  const BASKET = { quantities: [100n, 30n], supply: 1_000n, lotValue: 10n, scale: 4n };

  it("move by what a lot buys and what it costs", () => {
    // 500 of 1 000 tokens are 50 and 15 shares; 3 lots of the first at 1/4 bring 3·10·(3/4)/1000 of 100, and cost 3·10·(1/4)/1000 of 30.
    const after = sharesAfter(BASKET, 500n, [{ leg: 0, price: 1n, lots: 3n }]);
    expect(after.map((amount) => Number(amount) / 4_000)).to.deep.equal([52.25, 14.775]);
    expect(delivered(BASKET, after)).to.deep.equal([52n, 14n]);
    const { numerator, denominator } = worthOfChange(BASKET, sharesAfter(BASKET, 500n, []), after, [2n, 10n]);
    expect(Number(numerator) / Number(denominator)).to.equal(2.25 * 2 - 0.225 * 10);
  });
});

describe("A summary of payoffs", () => {
  it("has the mean, its t by hand, and who won", () => {
    // deviations -0.2, 0, 0.2: variance 0.04, error √(0.04/3)
    const { t, ...rest } = summaryOf([-0.1, 0.1, 0.3]);
    expect(rest.mean).to.be.closeTo(0.1, 1e-12);
    expect([rest.trades, rest.won]).to.deep.equal([3, 2]);
    expect(t).to.be.closeTo(0.1 / Math.sqrt(0.04 / 3), 1e-12);
  });

  it("has no t of one payoff, of none, or of equal ones", () => {
    expect(summaryOf([])).to.deep.equal({ trades: 0, mean: 0, t: undefined, won: 0 });
    expect(summaryOf([0.5]).t).to.equal(undefined);
    expect(summaryOf([0.5, 0.5]).t).to.equal(undefined);
  });
});
