/** A stress test as a terminal shows it: tables with a line for each scenario. */
import { fixed } from "../../protocol/amounts/decimals.js";
import { type Fraction, fraction } from "../../protocol/amounts/fraction.js";
import type { AfterOrder } from "../../risk/stress/after.js";
import { changed, type Comparison, type Difference } from "../../risk/stress/comparison.js";
import { cellOf, shownColumns, type StressRun, unitOf } from "../../risk/stress/table.js";
import { paragraphs, table } from "../output/text.js";
import { shortName } from "../../risk/stress/holders.js";

export function tableText(run: StressRun, what: "values" | "profits"): string {
  const { rows, worstValues, worstProfits } = run.stressed;
  const shown = shownColumns(run);
  const worst = what === "values" ? worstValues : worstProfits;
  const cell = (value: Fraction | undefined): string => cellOf(run, value);
  const lines = rows.map((row) => [
    row.name,
    ...shown.map((column) => cell(row[what][column])),
    cell(what === "values" ? row.total : row.profitTotal),
  ]);
  const last = ["worst", ...shown.map((column) => cell(worst[column]?.value)), ""];
  const names = shown.map((column) => shortName(run.holders.names[column] ?? ""));
  return table(["scenario", ...names, "total"], [...lines, last]);
}

export function afterText(run: StressRun, { trader, rows, worst, limit, isWithin }: AfterOrder): string {
  const cell = (value: Fraction): string => cellOf(run, value);
  const verdict = limit === undefined ? "" : limitText(run, limit, worst, isWithin);
  return paragraphs(
    `Gain of ${shortName(trader)} in ${unitOf(run)}, before and after the order:\n${table(
      ["scenario", "before", "after"],
      [...rows, { ...worst, name: "worst" }].map(({ name, before, after }) => [name, cell(before), cell(after)]),
    )}`,
    verdict,
  );
}

function limitText(run: StressRun, limit: Fraction, worst: AfterOrder["worst"], isWithin: boolean): string {
  const asked = cellOf(run, fraction(limit.numerator * run.scale, limit.denominator));
  return isWithin
    ? `Within the limit: no scenario loses more than ${asked}.`
    : `Beyond the limit: ${worst.name} loses ${cellOf(run, fraction(-worst.after.numerator, worst.after.denominator))}, more than ${asked}.`;
}

export function comparisonText({ file, changes, compared, scenarios, holders }: Comparison, digits: number): string {
  const shown = ({ numerator, denominator }: Fraction): string => fixed(numerator, denominator, digits);
  const named = (what: string, { added, gone }: Difference): string[] => [
    ...(added.length === 0 ? [] : [`New ${what}: ${added.map(shortName).join(", ")}.`]),
    ...(gone.length === 0 ? [] : [`Gone ${what}: ${gone.map(shortName).join(", ")}.`]),
  ];
  const words = [...named("scenarios", scenarios), ...named("holders", holders)];
  const head = `Since ${file}: ${changes.length} of ${compared} gains have changed.`;
  if (changes.length === 0) return [head, ...words].join("\n");
  const rows = changes.map((change) => [
    change.scenario,
    shortName(change.holder),
    shown(change.before),
    shown(change.after),
    shown(changed(change)),
  ]);
  return [head, ...words, table(["scenario", "holder", "before", "now", "change"], rows)].join("\n");
}
