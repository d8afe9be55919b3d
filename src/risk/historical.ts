/** Moves that have happened: every window of a price history, as it was, with nothing fitted to it. */
import { requireEqual } from "../protocol/amounts/matrix.js";
import { type Fraction, fraction } from "../protocol/amounts/fraction.js";
import { RiskError } from "./errors.js";
import { approximate } from "./exposure.js";

/** Prices at one time, in any fixed point that is the same for all times of an asset. */
export interface Observation {
  /** What it is called: a date. */
  readonly name: string;
  readonly prices: readonly bigint[];
}

export interface Window {
  readonly from: string;
  readonly to: string;
  /** r_k = S_k(to) / S_k(from) − 1, exactly. */
  readonly returns: readonly Fraction[];
}

/**
 * Every window of so many periods, overlapping ones too, the first first.
 * @param periods between the first and the last observation of a window
 * @throws RiskError PARAMETER_INVALID, OBSERVATIONS_TOO_FEW, PRICE_NOT_POSITIVE; RuleError SHAPE_MISMATCH
 */
export function windowsOf(history: readonly Observation[], periods: number): Window[] {
  if (!Number.isInteger(periods) || periods < 1) {
    throw new RiskError("PARAMETER_INVALID", { what: "periods", value: periods });
  }
  if (history.length <= periods) {
    throw new RiskError("OBSERVATIONS_TOO_FEW", { observations: history.length, least: periods + 1 });
  }
  const assets = history[0]?.prices.length ?? 0;
  for (const { name, prices } of history) {
    requireEqual(`prices of ${name}`, prices.length, assets);
    prices.forEach((price, k) => {
      if (price <= 0n) throw new RiskError("PRICE_NOT_POSITIVE", { at: name, asset: k + 1, price });
    });
  }
  return history.slice(periods).map((last, at): Window => {
    const first = history[at] ?? last;
    const returns = last.prices.map((price, k) => {
      const before = first.prices[k] ?? price;
      return fraction(price - before, before);
    });
    return { from: first.name, to: last.name, returns };
  });
}

/** Their returns as floats, for estimating from them: one row for each window. */
export function returnsOf(windows: readonly Window[]): number[][] {
  return windows.map(({ returns }) => returns.map(approximate));
}
