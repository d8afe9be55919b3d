/** What a price or an outcome of a market is counted in: a weight in percent, its owner's unit, or ticks. */
import type { Root } from "../data/names.js";
import { percentText, unitsText } from "./numbers.js";

export interface UnitText {
  /** All its digits, with a point. */
  readonly exact: string;
  readonly unit: string;
}

export type Counted = Pick<Root, "kind" | "head" | "outcomes">;

/** Ticks of a market, exactly, with their unit. */
export function amountOf(root: Counted, value: bigint): UnitText {
  if (root.kind !== "interval") return { exact: percentText(value, root.outcomes.upper), unit: "%" };
  const head = root.head ?? undefined;
  return { exact: unitsText(value, head), unit: unitNameOf(root) };
}

export function unitNameOf(root: Counted): string {
  if (root.kind !== "interval") return "%";
  const head = root.head ?? undefined;
  return head === undefined ? "ticks" : head.unit;
}

/** `83.0 mm`, `55.05 %`: for sentences, labels and tables. */
export function amountText(root: Counted, value: bigint): string {
  const { exact, unit } = amountOf(root, value);
  return `${exact} ${unit}`.trimEnd();
}

const MOST_DIGITS = 6;

/** How many digits after the point tell one price of the market from the next: all of a column have as many. */
export function priceDigits(root: Counted): number {
  const [, rest = ""] = amountOf(root, 1n).exact.split(".");
  return Math.min(rest.length, MOST_DIGITS);
}
