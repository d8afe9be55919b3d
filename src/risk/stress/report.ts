/** A stress test on one page of Markdown: what for, by whom, over what, and what came of it. */
import { add, compare, type Fraction, fraction } from "../../protocol/amounts/fraction.js";
import type { AfterOrder } from "./after.js";
import type { Comparison } from "./comparison.js";
import { cellOf, expectedGains, shownColumns, type StressRun, unitOf } from "./table.js";

/** More is no page. */
const MOST_HOLDERS = 15;
const MOST_SCENARIOS = 8;

export interface ReportParts {
  readonly comparison: Comparison | undefined;
  readonly after: AfterOrder | undefined;
}

export function reportOf(run: StressRun, { comparison, after }: ReportParts): string {
  return [
    "# Stress test",
    headOf(run),
    holdersPart(run),
    scenariosPart(run),
    after === undefined ? "" : afterPart(run, after),
    comparison === undefined ? "" : comparisonPart(comparison),
    notes(run),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

function headOf({ source, holders: { at, symbols, names }, scenarios }: StressRun): string {
  const rows: [string, string][] = [
    ["Objective", source?.objective ?? "not stated"],
    ["Author", source?.author ?? "not stated"],
    ["Date of the scenarios", source?.date ?? "not stated"],
    ["Scenarios", source === undefined ? "from the command line" : `${source.file}, sha256 ${source.sha256}`],
    ...(source === undefined ? [] : ([["As a description's hash", source.keccak256]] as [string, string][])),
    ["Holdings", at === undefined ? "of a file" : `session ${at.session}, block ${at.blockNumber}`],
    ...(at === undefined ? [] : ([["Head of the book", at.head]] as [string, string][])),
    ["Size", `${names.length} holders, ${scenarios.length} scenarios, ${symbols.length} assets`],
  ];
  return markdownTable(["", ""], rows);
}

function holdersPart(run: StressRun): string {
  const { stressed, holders } = run;
  const expected = expectedGains(run);
  const zero = fraction(0n);
  const gainOf = (column: number): Fraction => stressed.worstProfits[column]?.value ?? zero;
  const columns = shownColumns(run).sort((a, b) => compare(gainOf(a), gainOf(b)));
  const rows = columns
    .slice(0, MOST_HOLDERS)
    .map((column) => [
      holders.names[column] ?? "",
      cellOf(run, gainOf(column)),
      stressed.worstProfits[column]?.name ?? "",
      cellOf(run, stressed.worstValues[column]?.value),
      ...(expected === undefined ? [] : [cellOf(run, expected[column])]),
    ]);
  const header = ["holder", "worst gain", "in", "worst value", ...(expected === undefined ? [] : ["expected gain"])];
  return `## Who loses most, in ${unitOf(run)}\n\n${markdownTable(header, rows)}${more(columns.length, MOST_HOLDERS, "holders")}`;
}

/** Σ |gain| / 2 over all holders: what changes hands. */
function redistributedIn(profits: readonly Fraction[]): Fraction {
  const total = profits.reduce((all, { numerator, denominator }) => {
    return add(all, fraction(numerator < 0n ? -numerator : numerator, denominator));
  }, fraction(0n));
  return fraction(total.numerator, total.denominator * 2n);
}

function scenariosPart(run: StressRun): string {
  const { rows } = run.stressed;
  const ranked = rows
    .map((row, index) => ({ row, index, moved: redistributedIn(row.profits) }))
    .sort((a, b) => compare(b.moved, a.moved) || a.index - b.index);
  const lines = ranked
    .slice(0, MOST_SCENARIOS)
    .map(({ row, index, moved }) => [
      row.name,
      cellOf(run, moved),
      cellOf(run, row.total),
      run.scenarios[index]?.source ?? "",
    ]);
  const table = markdownTable(["scenario", "changes hands", "basket is worth", "source"], lines);
  return `## What changes most hands, in ${unitOf(run)}\n\n${table}${more(rows.length, MOST_SCENARIOS, "scenarios")}`;
}

function afterPart(run: StressRun, { trader, worst, limit, isWithin }: AfterOrder): string {
  const said = limit === undefined ? "no limit was given" : isWithin ? "within the limit" : "**beyond the limit**";
  const moved = `${cellOf(run, worst.before)} before, ${cellOf(run, worst.after)} after`;
  return `## Before an order\n\n${escaped(trader)}: worst gain ${moved} (${escaped(worst.name)}); ${said}.`;
}

function comparisonPart({ file, changes, compared, scenarios, holders }: Comparison): string {
  const counts = `${changes.length} of ${compared} gains have changed`;
  const names = `${scenarios.added.length} scenarios are new and ${scenarios.gone.length} gone, ${holders.added.length} holders are new and ${holders.gone.length} gone`;
  return `## Since ${escaped(file)}\n\n${counts}; ${names}.`;
}

function notes(run: StressRun): string {
  const sum = run.stressed.rows.every(({ profitTotal }) => profitTotal.numerator === 0n)
    ? "In every scenario gains and losses sum to zero, exactly."
    : "Gains and losses do not sum to zero: the baseline is not the basket.";
  return `${sum} Amounts are exact fractions, rounded half away from zero to ${run.digits} digits; a market without an outcome counts at its worst for everybody.`;
}

function more(all: number, shown: number, what: string): string {
  return all <= shown ? "" : `\n\n${all - shown} more ${what} in the JSON document.`;
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(header), `| ${header.map(() => "---").join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Names are other people's: nothing in them is markup. */
function escaped(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ").replaceAll(/[\\`*_{}[\]<>#|]/g, "\\$&");
}
