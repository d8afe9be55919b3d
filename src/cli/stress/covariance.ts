/** How assets move together, as a command line says it: volatilities and correlations, a matrix in a file, or a history of prices. */
import type { Command } from "commander";

import { covariancesIn } from "../../risk/covariance-file.js";
import { type Correlation, covariancesOf, sampleCovariance } from "../../risk/covariance.js";
import { returnsOf, windowsOf } from "../../risk/historical.js";
import type { Square } from "../../risk/vectors.js";
import type { CliContext } from "../context.js";
import { invalid } from "../../input/errors.js";
import { assetIndex } from "../../input/asset-names.js";
import { readText } from "../input/files.js";
import { parsePart, parseParts } from "../input/numbers.js";
import { splitOnce } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { readPrices } from "../input/price-file.js";

export interface CovarianceOptions {
  readonly volatility?: readonly string[];
  readonly correlation?: readonly string[];
  readonly covariance?: string;
  readonly history?: string;
  readonly periods: string;
  readonly skipGaps?: true;
}

const MAX_PERIODS = 100_000;

export const PERIODS_FLAG = [
  "--periods <count>",
  "how many rows of the history a move takes: 5 rows of days are a week",
  "1",
] as const;
export const SKIP_GAPS_FLAG = ["--skip-gaps", "leave out days on which a price is missing"] as const;

export function withCovariance(command: Command): Command {
  return command
    .option("--volatility <asset=part...>", "standard deviation of each asset's return: AU=20%,AG=15%")
    .option("--correlation <asset/asset=value...>", "of pairs: AU/AG=0.5; others have none")
    .option("--covariance <file>", "instead: CSV or JSON, a column `asset` and one for each asset")
    .option("--history <file>", "instead: estimated from prices, a column `date` and one for each asset")
    .option(...PERIODS_FLAG)
    .option(...SKIP_GAPS_FLAG);
}

/** A matrix, and in words where it is from. */
export interface Moving {
  readonly covariance: Square;
  readonly source: string;
}

/** @throws CliError ARGUMENT_INVALID, FILE_…; RiskError */
export function covarianceFrom(context: CliContext, options: CovarianceOptions, symbols: readonly string[]): Moving {
  const given = [options.volatility, options.covariance, options.history].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw invalid("--volatility", (options.volatility ?? []).join(","), "one of --volatility, --covariance, --history");
  }
  if (options.correlation !== undefined && options.volatility === undefined) {
    throw invalid("--correlation", options.correlation.join(","), "--volatility beside it");
  }
  if (options.covariance !== undefined) {
    const covariance = covariancesIn(options.covariance, readText(context, options.covariance), symbols);
    return { covariance, source: `covariances of ${options.covariance}` };
  }
  if (options.history !== undefined) {
    const windows = windowsIn(context, { ...options, history: options.history }, symbols);
    const source = `${windows.length} windows of ${options.periods} in ${options.history}`;
    return { covariance: sampleCovariance(returnsOf(windows)), source };
  }
  const volatilities = parseParts("--volatility", options.volatility ?? [], symbols);
  const correlations = pairsIn(options.correlation ?? [], symbols);
  return { covariance: covariancesOf(volatilities, correlations), source: "volatilities and correlations as given" };
}

/** @throws CliError FILE_…, ARGUMENT_INVALID; RiskError OBSERVATIONS_TOO_FEW */
export function windowsIn(
  context: CliContext,
  { history, periods, skipGaps }: Pick<CovarianceOptions, "periods" | "skipGaps"> & { readonly history: string },
  symbols: readonly string[],
): ReturnType<typeof windowsOf> {
  const observed = readPrices(context, history, symbols, skipGaps === true);
  return windowsOf(observed, parseCount("--periods", periods, 1, MAX_PERIODS));
}

/** Each pair once, whichever of its assets comes first. */
function pairsIn(texts: readonly string[], symbols: readonly string[]): Correlation[] {
  const words = texts.flatMap((one) => one.split(","));
  const correlations = words.map((one) => pairIn(one, symbols));
  const names = correlations.map(({ pair }) => [...pair].sort((a, b) => a - b).join("/"));
  const twice = names.findIndex((name, k) => names.indexOf(name) < k);
  if (twice >= 0) throw invalid("--correlation", words[twice] ?? "", "each pair once");
  return correlations;
}

/** `AU/AG=0.5` */
function pairIn(text: string, symbols: readonly string[]): Correlation {
  const [names, value] = splitOnce(text, "=");
  const [first, second] = splitOnce(names, "/");
  const pair = [assetIndex(first, symbols), assetIndex(second, symbols)] as const;
  return { pair, value: parsePart("--correlation", value, -1, 1) };
}
