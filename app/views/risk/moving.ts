/** How assets may move, as the page asks for it: what is typed, kept in the address, and the covariances that come of it. */
import { InputError } from "../../../src/input/errors.js";
import { columnTable } from "../../../src/input/text-table.js";
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { type Correlation, covariancesOf, sampleCovariance } from "../../../src/risk/covariance.js";
import { covariancesIn } from "../../../src/risk/covariance-file.js";
import { returnsOf, windowsOf } from "../../../src/risk/historical.js";
import type { Square } from "../../../src/risk/vectors.js";
import { observationsIn } from "../../data/prices.js";

/** As typed. */
export interface MovingInput {
  /** Standard deviation of each asset's return, in percent. */
  readonly volatilities: readonly string[];
  /** By pair, `1-2`, from -1 to 1; a pair that is missing has none. */
  readonly correlations: ReadonlyMap<string, string>;
  /** How plausible the worst move is to be, in standard deviations. */
  readonly sigmas: string;
  /** What the likeliest move is to lose, in the prices' unit; empty if it is not asked for. */
  readonly loss: string;
  /** By how much of its price each asset moves at most, in percent; with any of them empty there is no box. */
  readonly box: readonly string[];
  /** To what all correlations may go. */
  readonly all: string;
  /** Whether to count in parts of the basket, where a move of all assets alike is none. */
  readonly relative: boolean;
}

const DEFAULT_SIGMAS = "3";
const DEFAULT_ALL = "0.9";

/** From the query of an address. */
export function readMoving(params: URLSearchParams, assets: number): MovingInput {
  const correlations = [...params].flatMap(([name, value]): [string, string][] => {
    const pair = /^c(\d{1,2}-\d{1,2})$/.exec(name)?.[1];
    return pair === undefined || value === "" ? [] : [[pair, value]];
  });
  return {
    volatilities: Array.from({ length: assets }, (_, k) => params.get(`v${k + 1}`) ?? ""),
    correlations: new Map(correlations),
    sigmas: params.get("k") ?? DEFAULT_SIGMAS,
    loss: params.get("lose") ?? "",
    box: Array.from({ length: assets }, (_, k) => params.get(`b${k + 1}`) ?? ""),
    all: params.get("all") ?? DEFAULT_ALL,
    relative: params.has("rel"),
  };
}

/** Adds what `readMoving` reads back. */
export function writeMoving(moving: MovingInput, params: URLSearchParams): void {
  const { volatilities, correlations, sigmas, loss, box, all, relative } = moving;
  const each = (name: string, texts: readonly string[]): void => {
    texts.forEach((text, k) => {
      if (text !== "") params.set(`${name}${k + 1}`, text);
    });
  };
  each("v", volatilities);
  for (const [pair, text] of correlations) if (text !== "") params.set(`c${pair}`, text);
  if (sigmas !== DEFAULT_SIGMAS) params.set("k", sigmas);
  if (loss !== "") params.set("lose", loss);
  each("b", box);
  if (all !== DEFAULT_ALL) params.set("all", all);
  if (relative) params.set("rel", "");
}

/** The pairs of so many assets, by their numbers from 1. */
export function pairsOf(assets: number): readonly (readonly [number, number])[] {
  return Array.from({ length: assets }, (_, i) =>
    Array.from({ length: assets - i - 1 }, (__, j) => [i + 1, i + j + 2] as const),
  ).flat();
}

/** @returns undefined while a volatility is missing. @throws RuleError AMOUNT_MALFORMED; RiskError */
export function covarianceIn({ volatilities, correlations }: MovingInput): Square | undefined {
  if (volatilities.some((text) => text === "")) return undefined;
  const pairs = [...correlations].map(([pair, text]): Correlation => {
    const [first = 0, second = 0] = pair.split("-").map(Number);
    return { pair: [first - 1, second - 1], value: numberOf(text) };
  });
  return covariancesOf(
    volatilities.map((text) => numberOf(text) / 100),
    pairs,
  );
}

/** A matrix that a file says, or from whose prices it is estimated. */
export interface FileMoving {
  readonly covariance: Square;
  /** In words. */
  readonly source: string;
}

/**
 * Of a table with a column `asset`, the covariances themselves; of one with a column `date`, estimated from all windows of so many lines.
 * @throws InputError FILE_INVALID; RiskError OBSERVATIONS_TOO_FEW, PARAMETER_INVALID, or for a matrix that is none of covariances
 */
export function movingIn(file: string, text: string, symbols: readonly string[], periods: number): FileMoving {
  if (!columnTable(text).columns.includes("date")) {
    return { covariance: covariancesIn(file, text, symbols), source: `covariances of ${file}` };
  }
  const { observations, problems } = observationsIn(text, symbols);
  if (problems.length > 0) throw new InputError("FILE_INVALID", { file, problems });
  const windows = windowsOf(observations, periods);
  return {
    covariance: sampleCovariance(returnsOf(windows)),
    source: `${windows.length} windows of ${periods} in ${file}`,
  };
}

/** The most that each asset moves, in parts of its price; undefined while one is missing. @throws RuleError AMOUNT_MALFORMED */
export function boxIn({ box }: MovingInput): number[] | undefined {
  return box.some((text) => text === "") ? undefined : box.map((text) => numberOf(text) / 100);
}

/** A float for statistics, of plain decimals alone. @throws RuleError AMOUNT_MALFORMED */
export function numberOf(text: string): number {
  if (/^-?\d{1,12}(\.\d{1,12})?$/.test(text)) return Number(text);
  throw new RuleError("AMOUNT_MALFORMED", { text });
}
