/** Who has how much money at stake in each asset, in the unit of prices that people know. */
import { type Fraction, fraction, sum, times } from "../protocol/amounts/fraction.js";
import { type Allocation, totalAllocation } from "../protocol/value/allocations.js";
import { PRICE_SCALE } from "../protocol/value/stress-scenarios.js";
import { pricesOfUnits } from "../protocol/value/stress-units.js";
import type { Prices } from "../protocol/value/valuation.js";
import { approximate, exposureOf, relativeExposure } from "./exposure.js";

/** Somebody with something at stake. */
export interface Exposed {
  readonly name: string;
  /** d_k = (x_k − x̄_k) · S_k, exactly. */
  readonly exposure: readonly Fraction[];
  /** The same, for statistics. */
  readonly floats: readonly number[];
}

/** Everybody, by whether they have. */
export interface Stakes {
  /** In the sequence of the holders. */
  readonly exposed: readonly Exposed[];
  /** Of the others the names: no move changes what they have beyond their baseline. */
  readonly unexposed: readonly string[];
  /** What the whole basket is worth. */
  readonly worth: Fraction;
}

export interface StakesInput {
  readonly names: readonly string[];
  readonly allocations: readonly Allocation[];
  readonly baseline: readonly Allocation[];
  /** Of whole units, in `PRICE_SCALE`. */
  readonly prices: Prices;
  readonly decimals: readonly number[];
  /** Whether to count in parts of the basket, where a move of all assets alike is none. */
  readonly relative?: boolean;
}

/** @throws RuleError SHAPE_MISMATCH, FRACTION_UNDEFINED if it counts in a basket that is worth nothing */
export function stakesOf({ names, allocations, baseline, prices, decimals, relative = false }: StakesInput): Stakes {
  const units = pricesOfUnits(prices, decimals);
  const scale = PRICE_SCALE * 10n ** BigInt(Math.max(...decimals));
  const known = ({ numerator, denominator }: Fraction): Fraction => fraction(numerator, denominator * scale);
  const worth = totalAllocation(allocations).map((held, k) => known(times(held, units[k] ?? 0n)));
  const rows = allocations.map((own, holder): Exposed => {
    const money = exposureOf(own, baseline[holder] ?? [], units).map(known);
    const exposure = relative ? relativeExposure(money, worth) : money;
    return { name: names[holder] ?? "", exposure, floats: exposure.map(approximate) };
  });
  const isExposed = ({ exposure }: Exposed): boolean => exposure.some(({ numerator }) => numerator !== 0n);
  return {
    worth: sum(worth),
    exposed: rows.filter(isExposed),
    unexposed: rows.filter((row) => !isExposed(row)).map(({ name }) => name),
  };
}
