/** The rows of a stress test, from flags and a file: prices after shocks, and outcomes of other markets. */
import type { MarketTable } from "../../protocol/market/market-table.js";
import {
  PRICE_SCALE,
  SHOCK_SCALE,
  shocked,
  shockGrid,
  type ShockKind,
  type ShockRange,
} from "../../protocol/value/stress-scenarios.js";
import { parseTokenWei } from "../../protocol/amounts/units.js";
import type { Prices } from "../../protocol/value/valuation.js";
import type { CliContext } from "../context.js";
import { assetIndex } from "../../input/asset-names.js";
import { readBytes, readText } from "./files.js";
import { splitOnce } from "./parse.js";
import { invalid } from "../../input/errors.js";
import { type FileIdentity, identityOf, type ScenarioHead, splitHead } from "../../risk/stress/scenario-head.js";
import { outcomesOf, parseShock, type Scenario, scenariosIn } from "../../risk/stress/scenario-rows.js";
import { decimal } from "../../protocol/amounts/decimals.js";

export interface ScenarioOptions {
  readonly prices?: readonly string[];
  readonly scenarios?: string;
  readonly grid?: readonly string[];
  readonly shocks: ShockKind;
  readonly reference?: string;
  readonly outcome?: readonly string[];
}

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
  const everywhere = outcomesOf(options.outcome ?? [], table);
  const spread = (options.grid ?? []).map((text) => rangeOf(text, symbols, options.shocks));
  const reference = options.reference === undefined ? undefined : assetIndex(options.reference, symbols);
  if (options.shocks === "ratio" && reference === undefined)
    throw invalid("--shocks", "ratio", "--reference beside it");
  const grid = spread.length === 0 ? [] : shockGrid(symbols.length, spread, nameOf(symbols, options.shocks));
  const generated = grid.map(({ name, shocks }): Scenario => {
    return { name, prices: shocked(prices, shocks, options.shocks, reference), outcomes: everywhere };
  });
  const base = { prices, symbols, table, everywhere, kind: options.shocks, reference };
  const read =
    options.scenarios === undefined ? [] : scenariosIn(options.scenarios, readText(context, options.scenarios), base);
  const all = [...read, ...generated];
  if (all.length > 0) return all;
  return [{ name: "as it is", prices: prices.map((price) => price * SHOCK_SCALE), outcomes: everywhere }];
}

/** What a scenario file says of itself, and its hashes. @throws CliError FILE_… */
export function sourceOf(context: CliContext, file: string): ScenarioHead & FileIdentity {
  const { head } = splitHead(file, readText(context, file));
  return { ...head, ...identityOf(file, readBytes(context, file)) };
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

/** `AAPL=187.5`, one for each asset, in `PRICE_SCALE`. */
export function basePrices(texts: readonly string[], symbols: readonly string[]): Prices {
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

function nameOf(symbols: readonly string[], kind: ShockKind): (asset: number, shock: bigint) => string {
  return (asset, shock) => {
    const DIGITS = 6;
    const size =
      kind !== "absolute" ? `${decimal(shock * 100n, SHOCK_SCALE, DIGITS)}%` : decimal(shock, PRICE_SCALE, DIGITS);
    return `${symbols[asset] ?? ""} ${shock > 0n ? "+" : ""}${size}`;
  };
}
