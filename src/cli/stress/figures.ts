/** How statistics and moves of a stress test are told. */
import { type Fraction, reduced } from "../../protocol/amounts/fraction.js";
import { SHOCK_SCALE } from "../../protocol/value/stress-scenarios.js";
import type { ToldMove } from "../../risk/told-move.js";
import { decimal, fixed } from "../../protocol/amounts/decimals.js";

/** `-24.5786%` */
export function percentText(shock: bigint): string {
  const DIGITS = 4;
  return `${shock > 0n ? "+" : ""}${decimal(shock * 100n, SHOCK_SCALE, DIGITS)}%`;
}

/** `AU -24.5786%, AG +26.3343%`; with a word where that cannot be. */
export function moveText({ shocks, isPossible }: ToldMove, symbols: readonly string[]): string {
  const parts = shocks.map((shock, k) => `${symbols[k] ?? ""} ${percentText(shock)}`);
  return `${parts.join(", ")}${isPossible ? "" : " (no price falls below zero)"}`;
}

/** By asset, as parts of the price, with the decimals that they were rounded to. */
export function moveDocument({ shocks, isPossible }: ToldMove, symbols: readonly string[]): object {
  const DIGITS = 6;
  return {
    returns: symbols.map((asset, k) => ({ asset, part: fixed(shocks[k] ?? 0n, SHOCK_SCALE, DIGITS) })),
    isPossible,
  };
}

/** An amount rounded for people, with the exact fraction in lowest terms. */
export function amountDocument(value: Fraction, digits: number): object {
  const { numerator, denominator } = reduced(value);
  return { rounded: fixed(numerator, denominator, digits), numerator, denominator };
}

export function amountText({ numerator, denominator }: Fraction, digits: number): string {
  return fixed(numerator, denominator, digits);
}

const SIGNIFICANT = 12;

/** A statistic: a float, cut to what it is good for. */
export function figure(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT));
}

/** For people: `21.36`, `0.0096206`. */
export function figureText(value: number, digits = 6): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e-6 && size < 1e15 ? value.toFixed(Math.max(2, digits)) : value.toExponential(4);
}
