import { Command } from "commander";

import { type AssetUnits, assetUnits, type TokenWei, tokenWei } from "../../src/protocol/amounts/units.js";
import { pathFromCaller } from "../command/paths.js";
import { formatMonth, type Month } from "../command/months.js";
import {
  type CommonOptions,
  invalid,
  parseAmount,
  parseCommonOptions,
  parseMonthOption,
  type RawCommonOptions,
  readWords,
  type Request,
  withCommonOptions,
} from "../command/options.js";
import { MAX_ASSETS, MAX_SUPPLY } from "../../src/protocol/amounts/limits.js";
import { knownOf } from "./price-source.js";

/** What one run of the main job is to do. */
export interface RunOptions extends CommonOptions {
  /** Symbols of the basket's assets, 2 to 16, all different. */
  readonly symbols: readonly string[];
  /** Shares of each asset in the basket, in units of 1e-18 share. */
  readonly quantities: readonly AssetUnits[];
  /** Session tokens, in wei. */
  readonly supply: TokenWei;
  /** First and last month of trading. */
  readonly from: Month;
  readonly to: Month;
  /** Whether orders are sent straight to the book, instead of through a relay. */
  readonly direct: boolean;
  /** Whether an automated maker quotes, with a sponsor's money. */
  readonly maker: boolean;
  /** What a unit of gas costs, wei, and what an ether does, in units of 1e-18 of the prices' currency. For the report alone. */
  readonly gasPrice: bigint;
  readonly etherPrice: bigint;
  /** Whether every month is told, not only what came of all. */
  readonly verbose: boolean;
  /** Price files of the user's own, as whole paths; none for the one that comes with the project. */
  readonly priceFiles: readonly string[];
}

const MIN_ASSETS = 2; // with one asset there is nothing to allocate
const MAX_MONTHS = 600; // a month takes a third of a second
const MAX_QUANTITY = 2n ** 128n - 1n; // uint128 in SessionParams
const MAX_PRICE = 10n ** 24n; // a million
const GWEI_PER_ETHER = 10n ** 9n;
const MIN_SUPPLY = 10n ** 15n; // one lot of the basket

type RawOptions = RawCommonOptions &
  Readonly<Record<"tokens" | "gasPrice" | "ethPrice", string>> & {
    readonly assets?: string;
    readonly from?: string;
    readonly to?: string;
    readonly basket?: string;
    readonly prices?: readonly string[];
    readonly direct?: true;
    readonly maker: boolean;
    readonly verbose?: true;
  };

function describeCommand(): Command {
  const command = new Command("npm start --")
    .description(
      "Runs one session on real monthly prices, from its funding to the delivery of its basket, and proves it.",
    )
    .option(
      "--assets <A,B,...>",
      `${MIN_ASSETS} to ${MAX_ASSETS} symbols of the price file (default: AAPL,MSFT; of own prices all)`,
    )
    .option("--basket <q,q,...>", "shares of each asset in the basket (default: 100 of each)")
    .option("--tokens <N>", "session tokens that stand for the basket", "1000")
    .option("--from <YYYY-MM>", "first month of trading (default: 2008-01; of own prices the last year's)")
    .option("--to <YYYY-MM>", "last month of trading (default: 2008-12; of own prices the last one)")
    .option(
      "--prices <FILE...>",
      "own prices: symbol,date,price; date and a column a symbol; or one file a symbol with date,open,high,low,close. Of days the month's last counts",
    )
    .option("--gas-price <gwei>", "what a unit of gas costs, for the price that is told in the end", "1")
    .option("--eth-price <money>", "what an ether costs in the prices' currency, likewise", "3000")
    .option("--verbose", "tell every month: prices, weights, the book; and what the compiler says")
    .option("--no-maker", "without an automated maker and its sponsor")
    .option("--direct", "send orders straight to the book instead of through a relay: the same result");
  return withCommonOptions(command);
}

/**
 * Reads the words after the command's name.
 * @throws InputError OPTION_UNKNOWN, OPTION_INVALID; PRICES_… if what is not said is to follow from the user's own files
 */
export function parseOptions(words: readonly string[]): Request<RunOptions> {
  const command = describeCommand();
  const help = readWords(command, words);
  if (help !== undefined) return { kind: "help", text: help };
  return { kind: "run", options: toRunOptions(command.opts<RawOptions>()) };
}

function toRunOptions(raw: RawOptions): RunOptions {
  const priceFiles = (raw.prices ?? []).map((path) => pathFromCaller(path) ?? path);
  const named = raw.assets === undefined ? undefined : parseSymbols(raw.assets);
  const until = raw.to === undefined ? undefined : parseMonthOption("--to", raw.to, "2008-12");
  const isWhole = named !== undefined && raw.from !== undefined && raw.to !== undefined;
  const known = priceFiles.length === 0 || isWhole ? undefined : knownOf(priceFiles, named, until);
  const symbols = named ?? (known === undefined ? ["AAPL", "MSFT"] : parseSymbols(known.symbols.join(",")));
  const to = raw.to ?? (known === undefined ? "2008-12" : formatMonth(known.to));
  const [from, last] = parseWindow(raw.from ?? (known === undefined ? "2008-01" : formatMonth(known.from)), to);
  return {
    symbols,
    quantities: parseQuantities(raw.basket ?? symbols.map(() => "100").join(","), symbols.length),
    supply: tokenWei(parseAmount("--tokens", raw.tokens, MIN_SUPPLY, MAX_SUPPLY, "between 0.001 and 79228162514")),
    from,
    to: last,
    direct: raw.direct === true,
    maker: raw.maker,
    gasPrice: parseAmount("--gas-price", raw.gasPrice, 0n, MAX_PRICE, "between 0 and a million gwei") / GWEI_PER_ETHER,
    etherPrice: parseAmount("--eth-price", raw.ethPrice, 0n, MAX_PRICE, "between 0 and a million"),
    verbose: raw.verbose === true,
    priceFiles,
    ...parseCommonOptions(raw),
  };
}

/** @throws InputError OPTION_INVALID */
export function parseSymbols(text: string): string[] {
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

function parseWindow(fromText: string, toText: string): [from: Month, to: Month] {
  const from = parseMonthOption("--from", fromText, "2008-01");
  const to = parseMonthOption("--to", toText, "2008-12");
  if (to < from) throw invalid("--to", toText, `it lies before --from ${formatMonth(from)}`);
  if (to - from >= MAX_MONTHS) throw invalid("--to", toText, `a run has at most ${MAX_MONTHS} months`);
  return [from, to];
}
