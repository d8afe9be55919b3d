/**
 * Shocks and the scenarios made of them. A price has `PRICE_SCALE` to 1 and a shock `SHOCK_SCALE`; a shocked price has both, so
 * that S · (1 + shock) and S + shock are whole numbers and nothing is rounded.
 */
import { RuleError } from "../amounts/errors.js";
import { requireEqual } from "../amounts/matrix.js";
import type { Prices } from "./valuation.js";

/** Units to 1 of a price before shocks. */
export const PRICE_SCALE = 10n ** 18n;
/** Units to 1 of a shock: a part of the price if relative, an amount of the price's unit if absolute. */
export const SHOCK_SCALE = 10n ** 18n;
/** Units to 1 of a shocked price. */
export const SHOCKED_SCALE = PRICE_SCALE * SHOCK_SCALE;

/** `relative`: S · (1 + shock). `absolute`: S + shock. `ratio`: of the price to that of a reference asset, S/S_ref · (1 + shock). */
export type ShockKind = "relative" | "absolute" | "ratio";

/** A name, and a shock for each asset. */
export interface ShockScenario {
  readonly name: string;
  readonly shocks: readonly bigint[];
}

/** Shocks of one asset from `from` to `to` in `steps` equal steps, both ends included. */
export interface ShockRange {
  /** Index of the asset, from 0. */
  readonly asset: number;
  readonly from: bigint;
  readonly to: bigint;
  readonly steps: number;
}

/** More scenarios are no table that anybody reads. */
export const MAX_SCENARIOS = 10_000;

/**
 * Prices after a shock, in `SHOCKED_SCALE`.
 * @param prices in `PRICE_SCALE`
 * @param reference index of the asset to whose price ratios are; its own shock is of its price, and moves all others with it
 * @throws RuleError SHAPE_MISMATCH, AMOUNT_OUT_OF_RANGE if a price would fall below zero, AMOUNT_NOT_EXACT if a shock of a ratio and that
 * of the reference come to more digits than a shock has
 */
export function shocked(prices: Prices, shocks: readonly bigint[], kind: ShockKind, reference?: number): Prices {
  requireEqual("shocks", shocks.length, prices.length);
  if (kind === "ratio") return shocked(prices, jointShocks(shocks, reference), "relative");
  return prices.map((price, k) => {
    const shock = shocks[k] ?? 0n;
    const value = kind === "relative" ? price * (SHOCK_SCALE + shock) : price * SHOCK_SCALE + shock * PRICE_SCALE;
    if (value >= 0n) return value;
    throw new RuleError("AMOUNT_OUT_OF_RANGE", { what: "shocked price", asset: k + 1, value, least: 0n });
  });
}

/** (1 + s_k)(1 + s_ref) − 1 of each asset but the reference. */
function jointShocks(shocks: readonly bigint[], reference: number | undefined): bigint[] {
  const own = reference === undefined ? undefined : shocks[reference];
  if (own === undefined) {
    throw new RuleError("SHAPE_MISMATCH", { what: "reference", index: reference ?? -1, length: shocks.length });
  }
  return shocks.map((shock, k) => {
    if (k === reference) return shock;
    const product = (SHOCK_SCALE + shock) * (SHOCK_SCALE + own);
    if (product % SHOCK_SCALE === 0n) return product / SHOCK_SCALE - SHOCK_SCALE;
    throw new RuleError("AMOUNT_NOT_EXACT", { text: `shock of asset ${k + 1}`, unitsPerOne: SHOCK_SCALE });
  });
}

/**
 * Every combination of the ranges' steps; the last range changes fastest. Assets without a range stay as they are.
 * @param assets how many there are
 * @param nameOf what to call one step
 * @throws RuleError OUTCOMES_TOO_MANY, SHAPE_MISMATCH (fewer than two steps, no such asset, one named twice)
 */
export function shockGrid(
  assets: number,
  ranges: readonly ShockRange[],
  nameOf: (asset: number, shock: bigint) => string,
): ShockScenario[] {
  ranges.forEach((range, index) => {
    requireRange(range, assets, ranges.slice(0, index));
  });
  const count = ranges.reduce((product, { steps }) => product * steps, 1);
  if (count > MAX_SCENARIOS) throw new RuleError("OUTCOMES_TOO_MANY", { count, limit: MAX_SCENARIOS });
  const still = Array.from({ length: assets }, () => 0n);
  return ranges.reduce<ShockScenario[]>(
    (grid, range) =>
      grid.flatMap(({ name, shocks }) =>
        stepsOf(range).map((shock) => ({
          name: [name, nameOf(range.asset, shock)].filter((part) => part !== "").join(" "),
          shocks: shocks.with(range.asset, shock),
        })),
      ),
    [{ name: "", shocks: still }],
  );
}

/** Equal steps as far as the shock's unit goes: inner ones are rounded towards `from`, by less than 1e-18. */
function stepsOf({ from, to, steps }: ShockRange): bigint[] {
  const last = BigInt(steps - 1);
  return Array.from({ length: steps }, (_, step) => from + ((to - from) * BigInt(step)) / last);
}

function requireRange({ asset, steps }: ShockRange, assets: number, before: readonly ShockRange[]): void {
  if (!Number.isInteger(steps) || steps < 2) {
    throw new RuleError("SHAPE_MISMATCH", { what: "steps", expected: 2, actual: steps });
  }
  if (!Number.isInteger(asset) || asset < 0 || asset >= assets) {
    throw new RuleError("SHAPE_MISMATCH", { what: "asset", index: asset, length: assets });
  }
  if (before.some((range) => range.asset === asset)) {
    throw new RuleError("SHAPE_MISMATCH", { what: "ranges of one asset", asset: asset + 1, expected: 1, actual: 2 });
  }
}
