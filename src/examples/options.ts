import { Command, CommanderError } from "commander";

import { type AssetUnits, assetUnits, type TokenWei, tokenWei } from "../protocol/units.js";
import { parseDecimal } from "./decimals.js";
import { InputError } from "./errors.js";
import { formatMonth, parseMonth, type Month } from "./months.js";

/** What one run of the main job is to do. */
export interface RunOptions {
  /** Symbols of the basket's assets, 2 to 16, all different. */
  readonly symbols: readonly string[];
  /** Shares of each asset in the basket, in units of 1e-18 share. */
  readonly quantities: readonly AssetUnits[];
  /** Session tokens, in wei. */
  readonly supply: TokenWei;
  /** First and last month of trading. */
  readonly from: Month;
  readonly to: Month;
  /** A price file of the user's own; undefined for the one that comes with the project. */
  readonly priceFile: string | undefined;
  readonly traders: number;
  readonly seed: bigint;
  readonly json: boolean;
}

export type Request =
  { readonly kind: "help"; readonly text: string } | { readonly kind: "run"; readonly options: RunOptions };

const MIN_ASSETS = 2; // with one asset there is nothing to allocate
const MAX_ASSETS = 16; // the factory's own cap
const MIN_TRADERS = 2; // a trade has two sides
const MAX_TRADERS = 200; // each signs in this process: more is a matter of minutes
const MAX_MONTHS = 600; // likewise
const MAX_QUANTITY = 2n ** 128n - 1n; // uint128 in SessionParams
const MIN_SUPPLY = 10n ** 15n; // one lot of the basket
const MAX_SUPPLY = 2n ** 96n - 1n;
const MAX_SEED = 2n ** 64n - 1n;

type RawOptions = Readonly<Record<"assets" | "tokens" | "from" | "to" | "traders" | "seed", string>> & {
  readonly basket?: string;
  readonly prices?: string;
  readonly json?: true;
};

function describeCommand(): Command {
  return new Command("npm start --")
    .description(
      "Runs one session on real monthly prices, from its funding to the delivery of its basket, and proves it.",
    )
    .option("--assets <A,B,...>", `${MIN_ASSETS} to ${MAX_ASSETS} symbols of the price file`, "AAPL,MSFT")
    .option("--basket <q,q,...>", "shares of each asset in the basket (default: 100 of each)")
    .option("--tokens <N>", "session tokens that stand for the basket", "1000")
    .option("--from <YYYY-MM>", "first month of trading", "2008-01")
    .option("--to <YYYY-MM>", "last month of trading", "2008-12")
    .option("--prices <FILE.csv>", "own prices, columns symbol,date,price, one line a month (default: vega-datasets)")
    .option("--traders <count>", `how many trade, ${MIN_TRADERS} to ${MAX_TRADERS}`, "10")
    .option("--seed <number>", "the same seed gives the same result", "1")
    .option("--json", "one JSON document on stdout; progress goes to stderr")
    .allowExcessArguments(false);
}

/**
 * Reads the words after the command's name.
 * @throws InputError OPTION_UNKNOWN, OPTION_INVALID
 */
export function parseOptions(words: readonly string[]): Request {
  let help = "";
  const command = describeCommand()
    .exitOverride()
    .configureOutput({ writeOut: (text) => (help += text), writeErr: () => undefined });
  try {
    command.parse(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { kind: "help", text: help };
    const code = error.code === "commander.unknownOption" ? "OPTION_UNKNOWN" : "OPTION_INVALID";
    throw new InputError(code, { reason: error.message.replace(/^error: /, "") }, error);
  }
  return { kind: "run", options: toRunOptions(command.opts<RawOptions>()) };
}

function toRunOptions(raw: RawOptions): RunOptions {
  const symbols = parseSymbols(raw.assets);
  const [from, to] = parseWindow(raw.from, raw.to);
  return {
    symbols,
    quantities: parseQuantities(raw.basket ?? symbols.map(() => "100").join(","), symbols.length),
    supply: tokenWei(parseAmount("--tokens", raw.tokens, MIN_SUPPLY, MAX_SUPPLY, "between 0.001 and 79228162514")),
    from,
    to,
    priceFile: raw.prices,
    traders: Number(parseInteger("--traders", raw.traders, BigInt(MIN_TRADERS), BigInt(MAX_TRADERS))),
    seed: parseInteger("--seed", raw.seed, 0n, MAX_SEED),
    json: raw.json === true,
  };
}

function invalid(option: string, value: string, reason: string) {
  return new InputError("OPTION_INVALID", { option, value, reason });
}

function parseSymbols(text: string): string[] {
  const symbols = text.split(",").map((symbol) => symbol.trim());
  if (symbols.length < MIN_ASSETS || symbols.length > MAX_ASSETS) {
    throw invalid("--assets", text, `a basket has ${MIN_ASSETS} to ${MAX_ASSETS} assets`);
  }
  if (symbols.includes("")) throw invalid("--assets", text, "a symbol is empty");
  const repeated = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index);
  if (repeated !== undefined) throw invalid("--assets", text, `${repeated} is named twice`);
  return symbols;
}

function parseQuantities(text: string, count: number): AssetUnits[] {
  const parts = text.split(",");
  if (parts.length !== count) throw invalid("--basket", text, `one quantity for each of the ${count} assets is wanted`);
  return parts.map((part) =>
    assetUnits(parseAmount("--basket", part.trim(), 1n, MAX_QUANTITY, "above zero and below 3.4e20")),
  );
}

function parseAmount(option: string, text: string, least: bigint, most: bigint, range: string): bigint {
  const amount = parseDecimal(text);
  if (amount === undefined) throw invalid(option, text, "a plain decimal number with at most 18 decimals is wanted");
  if (amount < least || amount > most) throw invalid(option, text, `it must lie ${range}`);
  return amount;
}

function parseInteger(option: string, text: string, least: bigint, most: bigint): bigint {
  const value = /^\d{1,20}$/.test(text) ? BigInt(text) : -1n;
  if (value >= least && value <= most) return value;
  throw invalid(option, text, `a whole number from ${least.toString()} to ${most.toString()} is wanted`);
}

function parseWindow(fromText: string, toText: string): [from: Month, to: Month] {
  const [from, to] = [parseMonth(fromText), parseMonth(toText)];
  if (from === undefined) throw invalid("--from", fromText, "a month like 2008-01 is wanted");
  if (to === undefined) throw invalid("--to", toText, "a month like 2008-12 is wanted");
  if (to < from) throw invalid("--to", toText, `it lies before --from ${formatMonth(from)}`);
  if (to - from >= MAX_MONTHS) throw invalid("--to", toText, `a run has at most ${MAX_MONTHS} months`);
  return [from, to];
}
