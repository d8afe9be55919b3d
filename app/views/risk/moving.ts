/** How assets may move, as the page asks for it: what is typed, kept in the address, and the covariances that come of it. */
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { type Correlation, covariancesOf } from "../../../src/risk/covariance.js";
import type { Square } from "../../../src/risk/vectors.js";

/** As typed. */
export interface MovingInput {
  /** Standard deviation of each asset's return, in percent. */
  readonly volatilities: readonly string[];
  /** By pair, `1-2`, from -1 to 1; a pair that is missing has none. */
  readonly correlations: ReadonlyMap<string, string>;
  /** How plausible the worst move is to be, in standard deviations. */
  readonly sigmas: string;
}

const DEFAULT_SIGMAS = "3";

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
  };
}

/** Adds what `readMoving` reads back. */
export function writeMoving({ volatilities, correlations, sigmas }: MovingInput, params: URLSearchParams): void {
  volatilities.forEach((text, k) => {
    if (text !== "") params.set(`v${k + 1}`, text);
  });
  for (const [pair, text] of correlations) if (text !== "") params.set(`c${pair}`, text);
  if (sigmas !== DEFAULT_SIGMAS) params.set("k", sigmas);
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

/** A float for statistics, of plain decimals alone. @throws RuleError AMOUNT_MALFORMED */
export function numberOf(text: string): number {
  if (/^-?\d{1,12}(\.\d{1,12})?$/.test(text)) return Number(text);
  throw new RuleError("AMOUNT_MALFORMED", { text });
}
