import { Command, Option } from "commander";

import { compare, type Fraction, fraction } from "../../protocol/amounts/fraction.js";
import { type Numeraire, stressTable, type StressTable, type WorstScenario } from "../../protocol/value/stress.js";
import { SHOCKED_SCALE } from "../../protocol/value/stress-scenarios.js";
import { inKnownUnit, pricesOfUnits, stressScale } from "../../protocol/value/stress-units.js";
import type { BaselineName } from "../../protocol/value/stress-holders.js";
import { holdersOnChain, OUTSIDE, UNDECIDED } from "../book-holders.js";
import type { CliContext } from "../context.js";
import { writeText } from "../input/files.js";
import { parseCount } from "../input/parse.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { type Holders, holdersInFile } from "../input/holders-file.js";
import {
  assetIndex,
  readScenarios,
  type ScenarioOptions,
  type ShockTable,
  shockTable,
} from "../input/stress-scenarios.js";
import { heatMap, heatMaps, type HeatTable } from "../../pictures/heat-map.js";
import { printPicture } from "../output/svg/print.js";
import { decimal, fixed, paragraphs, table } from "../output/text.js";

interface Options extends SettingOptions, ScenarioOptions {
  readonly allocations?: string;
  readonly numeraire: string;
  readonly baseline: BaselineName;
  readonly digits: string;
  readonly svg?: string;
}

/** `session stress`: what each holder would have in each scenario. */
export function stressCommand(context: CliContext): Command {
  const command = new Command("stress")
    .description(
      "Multiply scenarios with allocations: what each holder would have, its worst scenario, and gains and losses against a baseline.",
    )
    .option("--prices <asset=price...>", "today's price of one whole unit of each asset, by symbol or number")
    .option("--scenarios <file>", "CSV or JSON: a column `scenario`, one for each asset shocked, root:N for outcomes")
    .option("--grid <asset:from..to:steps...>", "generated shocks, such as AAPL:-30%..30%:7; several are combined")
    .addOption(
      new Option("--shocks <kind>", "relative: S·(1 + shock); absolute: S + shock")
        .choices(["relative", "absolute"])
        .default("relative"),
    )
    .option("--outcome <root=outcome...>", "how another market ends in every scenario: 2=350, or for an event 3=1")
    .option(
      "--allocations <file>",
      "CSV or JSON instead of a session: a column `holder`, one for each asset, base:ASSET for the baseline",
    )
    .option("--numeraire <unit>", "price (the prices' unit), basket (parts of it), or an asset", "price")
    .addOption(
      new Option(
        "--baseline <name>",
        "gains count from what each has paid in, or from equal parts; a file has its own, or equal parts",
      )
        .choices(["deposits", "equal"])
        .default("deposits"),
    )
    .option("--digits <count>", "digits after the point, rounded half away from zero", "2")
    .option("--svg <file>", "write gains and losses as a heat map; two assets' --grid as a table for each holder");
  return withSettings(command, "rpc", "session", "fromBlock")
    .addHelpText(
      "after",
      `
A root whose outcome is not given counts at its worst for everybody; what that leaves over stands in a column of its own.

Examples:
  session stress --prices AAPL=190 TSLA=240 --grid AAPL:-30%..30%:7
  session stress --prices 1=190,2=240 --scenarios shocks.csv --shocks absolute --numeraire TSLA --svg stress.svg
  session stress --allocations holdings.csv --prices AAPL=190,TSLA=240 --grid AAPL:-20%..20%:5 TSLA:-20%..20%:5`,
    )
    .action(async (options: Options) => {
      await run(context, options);
    });
}

async function run(context: CliContext, options: Options): Promise<void> {
  const MAX_DIGITS = 18;
  const digits = parseCount("--digits", options.digits, 0, MAX_DIGITS);
  const holders =
    options.allocations === undefined
      ? await holdersOnChain(context, options, options.baseline)
      : holdersInFile(context, options.allocations);
  const { symbols, decimals, names } = holders;
  const scenarios = readScenarios(context, options, symbols, holders.table);
  const numeraire = numeraireOf(options.numeraire, symbols);
  const stressed = stressTable(
    scenarios.map(({ name, prices, outcomes }) => ({
      name,
      prices: pricesOfUnits(prices, decimals),
      allocations: holders.allocationsIn(outcomes),
    })),
    holders.baseline,
    numeraire,
  );
  const scale = stressScale(numeraire, decimals);
  const shown = columnsOf(names, stressed);
  const unit = options.numeraire === "price" ? "the prices' unit" : options.numeraire;
  const cell = (value: Fraction | undefined): string => {
    const { numerator, denominator } = value ?? fraction(0n);
    return fixed(numerator, denominator * scale, digits);
  };
  if (options.svg !== undefined) {
    const picture = pictureOf({ stressed, names, shown, cell, unit, scale, grid: shockTable(options, symbols) });
    writeText(context, options.svg, picture);
  }
  const wholePrices = scenarios.map(({ prices }) => prices.map((price) => decimal(price, SHOCKED_SCALE, MAX_DIGITS)));
  context.answer({
    document: documentOf(stressed, holders, { unit: options.numeraire, digits, cell, scale, wholePrices }),
    text: paragraphs(
      `Value of each holding in ${unit}:\n${tableOf(stressed, "values", names, shown, cell)}`,
      `Gain or loss against the baseline:\n${tableOf(stressed, "profits", names, shown, cell)}`,
      options.svg === undefined ? "" : `Picture: ${options.svg}`,
    ),
  });
}

function numeraireOf(text: string, symbols: readonly string[]): Numeraire {
  return text === "price" || text === "basket" ? text : { asset: assetIndex(text, symbols) };
}

/** Columns in which there is something: there may be no undecided market, and nothing outside the book. */
function columnsOf(names: readonly string[], { rows }: StressTable): number[] {
  const zero = fraction(0n);
  const isEmpty = (column: number): boolean =>
    rows.every(({ values, profits }) =>
      [values, profits].every((entries) => compare(entries[column] ?? zero, zero) === 0),
    );
  return names.flatMap((name, column) => ((name === UNDECIDED || name === OUTSIDE) && isEmpty(column) ? [] : [column]));
}

type Cell = (value: Fraction | undefined) => string;

function tableOf(
  { rows, worstValues, worstProfits }: StressTable,
  what: "values" | "profits",
  names: readonly string[],
  shown: readonly number[],
  cell: Cell,
): string {
  const worst = what === "values" ? worstValues : worstProfits;
  const lines = rows.map((row) => [
    row.name,
    ...shown.map((column) => cell(row[what][column])),
    cell(what === "values" ? row.total : row.profitTotal),
  ]);
  const last = ["worst", ...shown.map((column) => cell(worst[column]?.value)), ""];
  return table(["scenario", ...shown.map((column) => shortName(names[column] ?? "")), "total"], [...lines, last]);
}

function shortName(name: string): string {
  return /^0x[0-9a-fA-F]{40}$/.test(name) ? `${name.slice(0, 6)}…${name.slice(-4)}` : name;
}

interface Drawn {
  readonly stressed: StressTable;
  readonly names: readonly string[];
  readonly shown: readonly number[];
  readonly cell: Cell;
  readonly unit: string;
  readonly scale: bigint;
  readonly grid: ShockTable | undefined;
}

/** Scenarios by holders; of two assets' shocks a table for each holder, one asset's by the other's. */
function pictureOf({ stressed: { rows }, names, shown, cell, unit, scale, grid }: Drawn): string {
  const approximate = (value: Fraction | undefined): number => {
    const { numerator, denominator } = value ?? fraction(0n);
    const MILLIONTHS = 1_000_000n;
    return Number((numerator * MILLIONTHS) / (denominator * scale)) / Number(MILLIONTHS); // for the colour alone
  };
  const gain = (row: number, column: number): HeatTable["cells"][number][number] => {
    const profit = rows[row]?.profits[column];
    return { text: cell(profit), value: approximate(profit) };
  };
  const nameOf = (column: number): string => shortName(names[column] ?? "");
  const heading = { title: "Stress test", caption: `Gain or loss against the baseline, in ${unit}` };
  if (grid === undefined) {
    const cells = rows.map((_, row) => shown.map((column) => gain(row, column)));
    return printPicture(heatMap({ ...heading, rows: rows.map(({ name }) => name), columns: shown.map(nameOf), cells }));
  }
  const across = grid.columns.length;
  const tables = shown.map((column) => ({
    name: nameOf(column),
    table: { ...grid, cells: grid.rows.map((_, r) => grid.columns.map((__, c) => gain(r * across + c, column))) },
  }));
  return printPicture(heatMaps(heading, tables));
}

interface Shape {
  readonly unit: string;
  readonly digits: number;
  readonly cell: Cell;
  readonly scale: bigint;
  readonly wholePrices: readonly (readonly string[])[];
}

/** Rounded for people, and the exact fraction in lowest terms beside it. */
function documentOf(stressed: StressTable, { names, symbols }: Holders, shape: Shape): object {
  const { cell, scale, wholePrices } = shape;
  const number = (value: Fraction): object => {
    const exact = inKnownUnit(value, scale);
    return { rounded: cell(value), numerator: exact.numerator, denominator: exact.denominator };
  };
  const worst = ({ name, value }: WorstScenario): object => ({ scenario: name, ...number(value) });
  return {
    numeraire: shape.unit,
    rounding: `half away from zero, ${shape.digits} digits`,
    assets: symbols,
    holders: names.map((name, holder) => ({
      name,
      worstValue: worstOf(stressed.worstValues[holder], worst),
      worstProfit: worstOf(stressed.worstProfits[holder], worst),
    })),
    scenarios: stressed.rows.map(({ name, values, profits, total, profitTotal }, row) => ({
      name,
      prices: wholePrices[row],
      values: values.map(number),
      profits: profits.map(number),
      total: number(total),
      profitTotal: number(profitTotal),
    })),
  };
}

function worstOf(scenario: WorstScenario | undefined, print: (scenario: WorstScenario) => object): object | undefined {
  return scenario === undefined ? undefined : print(scenario);
}
