/** The rows of a stress test, from flags and a file: prices after shocks, and outcomes of other markets. */
import { RuleError } from "../../protocol/amounts/errors.js";
import type { RootOutcome } from "../../protocol/margin/worth.js";
import type { MarketTable } from "../../protocol/market/market-table.js";
import { BASKET_ROOT_ID } from "../../protocol/signing/package.js";
import {
  PRICE_SCALE,
  SHOCK_SCALE,
  shocked,
  shockGrid,
  type ShockKind,
  type ShockRange,
} from "../../protocol/value/stress-scenarios.js";
import { parseTicks, parseTokenWei, type Ticks } from "../../protocol/amounts/units.js";
import type { Prices } from "../../protocol/value/valuation.js";
import type { CliContext } from "../context.js";
import { CliError } from "../errors.js";
import { readText } from "./files.js";
import { invalid, parseCount, splitOnce } from "./parse.js";
import { readRows, type Row } from "./table-file.js";
import { decimal } from "../output/text.js";

export interface ScenarioOptions {
  readonly prices?: readonly string[];
  readonly scenarios?: string;
  readonly grid?: readonly string[];
  readonly shocks: ShockKind;
  readonly outcome?: readonly string[];
}

/** One row: prices of whole assets in `SHOCKED_SCALE`. */
export interface Scenario {
  readonly name: string;
  readonly prices: Prices;
  readonly outcomes: readonly RootOutcome[];
}

const ROOT_COLUMN = /^root:(\d{1,10})$/;

/**
 * @param symbols of the assets; a number from 1 names one too
 * @param table whose roots outcomes may be given for; undefined if there is none
 * @throws CliError ARGUMENT_INVALID, FILE_…; RuleError AMOUNT_…, OUTCOMES_TOO_MANY, SHAPE_MISMATCH
 */
export function readScenarios(
  context: CliContext,
  options: ScenarioOptions,
  symbols: readonly string[],
  table: MarketTable | undefined,
): Scenario[] {
  const prices = basePrices(options.prices ?? [], symbols);
  const everywhere = (options.outcome ?? []).map((text) => outcomeOf(text, table));
  const spread = (options.grid ?? []).map((text) => rangeOf(text, symbols, options.shocks));
  const grid = spread.length === 0 ? [] : shockGrid(symbols.length, spread, nameOf(symbols, options.shocks));
  const generated = grid.map(({ name, shocks }): Scenario => {
    return { name, prices: shocked(prices, shocks, options.shocks), outcomes: everywhere };
  });
  const file = options.scenarios;
  const rows = file === undefined ? [] : readRows(file, readText(context, file), "scenario");
  const read = rows.map((row) => scenarioOf(row, { prices, symbols, table, everywhere, kind: options.shocks }));
  const all = [...read, ...generated];
  if (all.length > 0) return all;
  return [{ name: "as it is", prices: prices.map((price) => price * SHOCK_SCALE), outcomes: everywhere }];
}

/** The names of two assets' shocks, whose combinations `readScenarios` gives row by row. */
export interface ShockTable {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

/** Undefined unless the scenarios are exactly the combinations of two assets' shocks. @throws as `readScenarios` */
export function shockTable(options: ScenarioOptions, symbols: readonly string[]): ShockTable | undefined {
  const { grid, scenarios, shocks } = options;
  const [first, second, third] = grid ?? [];
  if (scenarios !== undefined || first === undefined || second === undefined || third !== undefined) return undefined;
  const namesOf = (text: string): string[] =>
    shockGrid(symbols.length, [rangeOf(text, symbols, shocks)], nameOf(symbols, shocks)).map(({ name }) => name);
  return { rows: namesOf(first), columns: namesOf(second) };
}

interface Base {
  readonly prices: Prices;
  readonly symbols: readonly string[];
  readonly table: MarketTable | undefined;
  readonly everywhere: readonly RootOutcome[];
  readonly kind: ShockKind;
}

function scenarioOf({ file, line, name, cells }: Row, { prices, symbols, table, everywhere, kind }: Base): Scenario {
  const shocks = symbols.map(() => 0n);
  const outcomes = new Map(everywhere.map((outcome) => [outcome.marketRootId, outcome]));
  for (const [column, text] of cells) {
    if (text === "") continue;
    inFile(file, `line ${line}, ${column}`, () => {
      const root = ROOT_COLUMN.exec(column)?.[1];
      if (root === undefined) shocks[assetIndex(column, symbols)] = parseShock(text, kind);
      else outcomes.set(Number(root), outcomeOf(`${root}=${text}`, table));
    });
  }
  const after = inFile(file, `line ${line}`, () => shocked(prices, shocks, kind));
  return { name, prices: after, outcomes: [...outcomes.values()] };
}

/** Says where in a file something is wrong. */
function inFile<Result>(file: string, place: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RuleError || error instanceof CliError)) throw error;
    throw new CliError("FILE_INVALID", { file, problems: [`${place}: ${error.message}`] }, error);
  }
}

/** `AAPL=187.5`, one for each asset. */
function basePrices(texts: readonly string[], symbols: readonly string[]): Prices {
  const found = symbols.map((): bigint | undefined => undefined);
  for (const text of texts.flatMap((one) => one.split(","))) {
    const [name, price] = splitOnce(text, "=");
    const asset = assetIndex(name, symbols);
    if (found[asset] !== undefined) throw invalid("--prices", texts.join(","), `one price for ${symbols[asset] ?? ""}`);
    found[asset] = parseTokenWei(price); // 18 decimals, as PRICE_SCALE
  }
  const missing = symbols.filter((_, k) => found[k] === undefined);
  if (missing.length > 0) throw invalid("--prices", texts.join(","), `a price for ${missing.join(", ")} too`);
  const prices = found.map((price) => price ?? 0n);
  if (prices.some((price) => price < 0n)) throw invalid("--prices", texts.join(","), "no price below zero");
  return prices;
}

/** `AAPL:-30%..30%:7` */
function rangeOf(text: string, symbols: readonly string[], kind: ShockKind): ShockRange {
  const [, name, from, to, steps] = /^(.+):([^:]+)\.\.([^:]+):(\d{1,5})$/.exec(text) ?? [];
  if (name === undefined || from === undefined || to === undefined || steps === undefined) {
    throw invalid("--grid", text, "ASSET:FROM..TO:STEPS, such as AAPL:-30%..30%:7");
  }
  const asset = assetIndex(name, symbols);
  return { asset, from: parseShock(from, kind), to: parseShock(to, kind), steps: Number(steps) };
}

/** `-30%` or `-0.3`; an absolute shock is an amount of the prices' unit. */
function parseShock(text: string, kind: ShockKind): bigint {
  if (!text.endsWith("%")) return parseTokenWei(text); // 18 decimals, as SHOCK_SCALE
  if (kind === "absolute") throw invalid("shock", text, "an amount: --shocks absolute takes no %");
  const hundredfold = parseTokenWei(text.slice(0, -1));
  if (hundredfold % 100n === 0n) return hundredfold / 100n;
  throw new RuleError("AMOUNT_NOT_EXACT", { text, unitsPerOne: SHOCK_SCALE });
}

function nameOf(symbols: readonly string[], kind: ShockKind): (asset: number, shock: bigint) => string {
  return (asset, shock) => {
    const DIGITS = 6;
    const size =
      kind === "relative" ? `${decimal(shock * 100n, SHOCK_SCALE, DIGITS)}%` : decimal(shock, PRICE_SCALE, DIGITS);
    return `${symbols[asset] ?? ""} ${shock > 0n ? "+" : ""}${size}`;
  };
}

/** `2=350`: the outcome y of an interval root, or the number of the outcome that an event has. */
function outcomeOf(text: string, table: MarketTable | undefined): RootOutcome {
  const [, number, value] = /^(\d{1,10})=(.+)$/.exec(text) ?? [];
  if (number === undefined || value === undefined) throw invalid("--outcome", text, "ROOT=OUTCOME, such as 2=350");
  const root = table?.roots.get(Number(number));
  if (root === undefined || root.marketRootId === BASKET_ROOT_ID) {
    throw invalid("--outcome", text, "a root of this session other than the basket, which the prices decide");
  }
  const { marketRootId } = root;
  if (root.kind === "interval") return { marketRootId, values: [parseTicks(value)] };
  const leg = parseCount("--outcome", value, 1, root.weights.length);
  return { marketRootId, values: root.weights.map((_, k) => (k === leg - 1 ? root.scale : (0n as Ticks))) };
}

/** The number of an asset from 1, or a symbol that only one of them has: tokens call themselves as they like. @returns an index from 0 */
export function assetIndex(name: string, symbols: readonly string[]): number {
  const word = name.trim();
  const number = /^\d{1,2}$/.test(word) ? Number(word) : 0;
  if (number >= 1 && number <= symbols.length) return number - 1;
  const first = symbols.indexOf(word);
  const numbers = `a number from 1 to ${symbols.length}`;
  if (first < 0) throw invalid("asset", name, `one of ${symbols.join(", ")}, or ${numbers}`);
  if (first !== symbols.lastIndexOf(word)) throw invalid("asset", name, `${numbers}: several assets are called that`);
  return first;
}
