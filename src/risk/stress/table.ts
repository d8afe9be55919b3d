/** A stress test's table as it is told: values and gains of each holder in each scenario, for people and for programs. */
import { compare, type Fraction, fraction, sum } from "../../protocol/amounts/fraction.js";
import { SHOCK_SCALE, SHOCKED_SCALE } from "../../protocol/value/stress-scenarios.js";
import { inKnownUnit } from "../../protocol/value/stress-units.js";
import type { StressTable, WorstScenario } from "../../protocol/value/stress.js";
import { OUTSIDE, UNDECIDED } from "../../protocol/value/stress-holders.js";
import type { Holders } from "./holders.js";
import type { FileIdentity, ScenarioHead } from "./scenario-head.js";
import type { Scenario } from "./scenario-rows.js";
import { decimal, fixed } from "../../protocol/amounts/decimals.js";

export const MAX_DIGITS = 18;

/** One run: what was asked of whom, and what came of it. */
export interface StressRun {
  readonly stressed: StressTable;
  readonly holders: Holders;
  readonly scenarios: readonly Scenario[];
  /** As it was asked for: price, basket or an asset. */
  readonly numeraire: string;
  /** By which entries are divided to be in the unit that people know. */
  readonly scale: bigint;
  readonly digits: number;
  /** Where the scenarios were read from. */
  readonly source: (ScenarioHead & FileIdentity) | undefined;
}

/** In words. */
export function unitOf({ numeraire }: StressRun): string {
  return numeraire === "price" ? "the prices' unit" : numeraire;
}

/** Rounded for people. */
export function cellOf({ scale, digits }: StressRun, value: Fraction | undefined): string {
  const { numerator, denominator } = value ?? fraction(0n);
  return fixed(numerator, denominator * scale, digits);
}

/** Columns in which there is something: there may be no undecided market, and nothing outside the book. */
export function shownColumns({ holders: { names }, stressed: { rows } }: StressRun): number[] {
  const zero = fraction(0n);
  const isEmpty = (column: number): boolean =>
    rows.every(({ values, profits }) =>
      [values, profits].every((entries) => compare(entries[column] ?? zero, zero) === 0),
    );
  return names.flatMap((name, column) => ((name === UNDECIDED || name === OUTSIDE) && isEmpty(column) ? [] : [column]));
}

/** Σ p · gain / Σ p of each holder; undefined unless every scenario has a probability and one of them is above zero. */
export function expectedGains({ stressed, scenarios, holders }: StressRun): Fraction[] | undefined {
  const total = scenarios.reduce((all, { probability }) => all + (probability ?? 0n), 0n);
  if (total === 0n || scenarios.some(({ probability }) => probability === undefined)) return undefined;
  return holders.names.map((_, holder) =>
    sum(
      stressed.rows.map(({ profits }, row) => {
        const { numerator, denominator } = profits[holder] ?? fraction(0n);
        return fraction(numerator * (scenarios[row]?.probability ?? 0n), denominator * total);
      }),
    ),
  );
}

/** Rounded for people, and the exact fraction in lowest terms beside it. */
export function tableDocument(run: StressRun): object {
  const { stressed, holders, scenarios, numeraire, digits, source } = run;
  const number = (value: Fraction): object => numberDocument(run, value);
  const worst = ({ name, value }: WorstScenario): object => ({ scenario: name, ...number(value) });
  const expected = expectedGains(run);
  return {
    numeraire,
    rounding: `half away from zero, ${digits} digits`,
    ...(holders.at === undefined ? {} : { at: holders.at }),
    ...(source === undefined ? {} : { source }),
    assets: holders.symbols,
    holders: holders.names.map((name, holder) => ({
      name,
      worstValue: told(stressed.worstValues[holder], worst),
      worstProfit: told(stressed.worstProfits[holder], worst),
      ...(expected === undefined ? {} : { expectedProfit: told(expected[holder], number) }),
    })),
    scenarios: stressed.rows.map(({ name, values, profits, total, profitTotal }, row) => ({
      name,
      prices: scenarios[row]?.prices.map((price) => decimal(price, SHOCKED_SCALE, MAX_DIGITS)),
      ...sourceDocument(scenarios[row]),
      values: values.map(number),
      profits: profits.map(number),
      total: number(total),
      profitTotal: number(profitTotal),
    })),
  };
}

export function numberDocument(run: StressRun, value: Fraction): object {
  const exact = inKnownUnit(value, run.scale);
  return { rounded: cellOf(run, value), numerator: exact.numerator, denominator: exact.denominator };
}

/** What a file says of a scenario beside its shocks. */
function sourceDocument(scenario: Scenario | undefined): object {
  const { probability, source, date } = scenario ?? {};
  return {
    ...(probability === undefined ? {} : { probability: decimal(probability, SHOCK_SCALE, MAX_DIGITS) }),
    ...(source === undefined ? {} : { source }),
    ...(date === undefined ? {} : { date }),
  };
}

function told<Value>(value: Value | undefined, print: (value: Value) => object): object | undefined {
  return value === undefined ? undefined : print(value);
}
