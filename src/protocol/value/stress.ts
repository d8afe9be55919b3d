/**
 * Stress tests (paper: "a straightforward matrix multiplication"): a row for each scenario, a column for each holder, entries
 * π = x · S in a numeraire of choice, and what each holder gains or loses against a baseline. Everything is exact; nothing here
 * is rounded. Prices are integers in one fixed point, as in `valuation.ts`.
 */
import type { Allocation } from "./allocations.js";
import { RuleError } from "../amounts/errors.js";
import { compare, type Fraction, fraction, sum } from "../amounts/fraction.js";
import { requireEqual } from "../amounts/matrix.js";
import { allocationValue, type Prices, profitAndLoss } from "./valuation.js";

/** One way in which the world could end, and who holds what of the basket then. */
export interface StressScenario {
  readonly name: string;
  /** S, one entry for each asset. */
  readonly prices: Prices;
  /** x, one for each holder. They differ between scenarios if other markets end differently. */
  readonly allocations: readonly Allocation[];
}

/** In what values are counted: the prices' own unit, units of one asset (index from 0), or parts of the whole basket. */
export type Numeraire = "price" | "basket" | { readonly asset: number };

export interface StressRow {
  readonly name: string;
  readonly prices: Prices;
  /** π of each holder. */
  readonly values: readonly Fraction[];
  /** π less what the baseline would be worth, of each holder; it sums to zero if allocations and baseline have one sum. */
  readonly profits: readonly Fraction[];
  /** Σ π. */
  readonly total: Fraction;
  /** Σ of the profits. */
  readonly profitTotal: Fraction;
}

/** Where a holder fares worst: the first such row. */
export interface WorstScenario {
  readonly row: number;
  readonly name: string;
  readonly value: Fraction;
}

export interface StressTable {
  readonly rows: readonly StressRow[];
  /** The scenario of least value, and that of least profit, for each holder. */
  readonly worstValues: readonly WorstScenario[];
  readonly worstProfits: readonly WorstScenario[];
}

/**
 * @param baseline x̄ of each holder
 * @throws RuleError SHAPE_MISMATCH (no scenario, holders or assets differ in number, no such numeraire), FRACTION_UNDEFINED if
 * the numeraire is worth nothing in a scenario
 */
export function stressTable(
  scenarios: readonly StressScenario[],
  baseline: readonly Allocation[],
  numeraire: Numeraire = "price",
): StressTable {
  if (scenarios.length === 0) throw new RuleError("SHAPE_MISMATCH", { what: "scenarios", expected: 1, actual: 0 });
  const rows = scenarios.map((scenario) => rowOf(scenario, baseline, numeraire));
  const worst = (column: (row: StressRow) => readonly Fraction[]): WorstScenario[] =>
    baseline.map((_, holder) => leastOf(rows, (row) => column(row)[holder] ?? fraction(0n)));
  return { rows, worstValues: worst(({ values }) => values), worstProfits: worst(({ profits }) => profits) };
}

function rowOf(scenario: StressScenario, baseline: readonly Allocation[], numeraire: Numeraire): StressRow {
  const { name, prices, allocations } = scenario;
  requireEqual("holders", allocations.length, baseline.length);
  const worth = allocations.map((allocated) => allocationValue(allocated, prices));
  const unit = unitOf(numeraire, prices, sum(worth));
  const values = worth.map((value) => over(value, unit));
  const profits = allocations.map((allocated, holder) =>
    over(profitAndLoss(allocated, baseline[holder] ?? [], prices), unit),
  );
  return { name, prices, values, profits, total: sum(values), profitTotal: sum(profits) };
}

function unitOf(numeraire: Numeraire, prices: Prices, total: Fraction): Fraction {
  if (numeraire === "price") return fraction(1n);
  if (numeraire === "basket") return total;
  const price = prices[numeraire.asset];
  if (price !== undefined) return fraction(price);
  throw new RuleError("SHAPE_MISMATCH", { what: "numeraire", index: numeraire.asset, length: prices.length });
}

/** Keeps one denominator in a row, so that its sums stay short. */
function over({ numerator, denominator }: Fraction, unit: Fraction): Fraction {
  return fraction(numerator * unit.denominator, denominator * unit.numerator);
}

function leastOf(rows: readonly StressRow[], entry: (row: StressRow) => Fraction): WorstScenario {
  return rows
    .map((row, index): WorstScenario => ({ row: index, name: row.name, value: entry(row) }))
    .reduce((least, one) => (compare(one.value, least.value) < 0 ? one : least));
}
