/** Prices from elsewhere beside a session's: what the basket's assets truly weighed, and what flow knew of it. */
import type { AssetUnits } from "../protocol/amounts/units.js";
import { fraction, type Fraction } from "../protocol/amounts/fraction.js";
import { BASKET_ROOT_ID } from "../protocol/signing/package.js";
import { basketWeights, type Prices } from "../protocol/value/valuation.js";
import type { Moment } from "./observation.js";
import { numberOf } from "./rational.js";
import { type Line, lineThrough } from "./regression.js";
import { type ImpliedWeights, weightsAt } from "./weight-path.js";

/** What the whole basket consisted of by price, at one moment. */
export interface ReferenceRow {
  /** From when on it is known, Unix seconds. */
  readonly timestamp: bigint;
  /** Of each leg; they sum to 1. */
  readonly weights: readonly Fraction[];
}

/** @param prices of each asset's smallest unit, in any one measure; above zero, and whole numbers: scale them up */
export function referenceRow(
  timestamp: bigint,
  quantities: readonly AssetUnits[],
  prices: readonly bigint[],
): ReferenceRow {
  return { timestamp, weights: basketWeights(quantities, prices) };
}

/** What every asset cost elsewhere at one moment. */
export interface PricesThen {
  /** From when on they were known, Unix seconds. */
  readonly timestamp: bigint;
  /** Of each asset's smallest unit, in any one measure; above zero, and whole numbers: scale them up. */
  readonly prices: Prices;
}

/** Prices from elsewhere, and how they are to be read. */
export interface PricesElsewhere {
  /** By rising time. */
  readonly rows: readonly PricesThen[];
  /** How old a row may be and still count, seconds. */
  readonly maxAge: bigint;
}

export function referenceRows(rows: readonly PricesThen[], quantities: readonly AssetUnits[]): ReferenceRow[] {
  return rows.map(({ timestamp, prices }) => referenceRow(timestamp, quantities, prices));
}

/** Whether a row counts for anything from t1 to t2: prices of other days measure nothing. */
export function isOfSession(
  rows: readonly Pick<PricesThen, "timestamp">[],
  { t1, t2 }: { readonly t1: bigint; readonly t2: bigint },
  maxAge: bigint,
): boolean {
  return rows.some(({ timestamp }) => timestamp >= t1 - maxAge && timestamp <= t2);
}

/** The newest row that was known by then and is not older than that; undefined if there is none. @param maxAge seconds */
export function rowAt(rows: readonly ReferenceRow[], timestamp: bigint, maxAge: bigint): ReferenceRow | undefined {
  const found = rows.findLast((row) => row.timestamp <= timestamp);
  return found !== undefined && timestamp - found.timestamp <= maxAge ? found : undefined;
}

/** Flow into a leg between two rows, and what its true weight did in the h rows after it. */
export interface Foresight {
  readonly leg: number;
  readonly horizon: number;
  /** Of the change, ticks, on flow, lots. Undefined where there are too few rows, or no flow. */
  readonly line: Line | undefined;
  /** Pairs that were left out because a gap lies in them. */
  readonly skipped: number;
}

/** Rows apart by more than so many times what is usual have a gap between them. */
const GAP = 4n;

/** @param scale ticks that make a weight of 1 */
export function foresightOf(
  rows: readonly ReferenceRow[],
  moments: readonly Moment[],
  leg: number,
  horizon: number,
  scale: bigint,
): Foresight {
  const flows = flowsBetween(rows, moments, leg);
  const usual = usualSpacing(rows);
  const [x, y]: [number[], number[]] = [[], []];
  let skipped = 0;
  for (let k = 1; k + horizon < rows.length; k += 1) {
    if (hasGap(rows.slice(k - 1, k + horizon + 1), usual)) {
      skipped += 1;
      continue;
    }
    const weightOf = (row: number): number => numberOf(rows[row]?.weights[leg - 1] ?? fraction(0n));
    x.push(Number(flows[k] ?? 0n));
    y.push((weightOf(k + horizon) - weightOf(k)) * Number(scale));
  }
  // Changes over several rows overlap: so do their errors.
  return { leg, horizon, line: lineThrough(x, y, Math.max(horizon - 1, 0)), skipped };
}

/** Of each row the lots that takers bought in the leg since the row before, less those that they sold. */
function flowsBetween(rows: readonly ReferenceRow[], moments: readonly Moment[], leg: number): bigint[] {
  const flows = rows.map(() => 0n);
  let row = 0;
  for (const { market, timestamp, flow } of moments) {
    if (market.marketRootId !== BASKET_ROOT_ID || market.marketBranchId !== leg) continue;
    while (row < rows.length && (rows[row]?.timestamp ?? timestamp) < timestamp) row += 1;
    if (row > 0 && row < rows.length) flows[row] = (flows[row] ?? 0n) + flow;
  }
  return flows;
}

/** The median of what lies between two rows. */
function usualSpacing(rows: readonly ReferenceRow[]): bigint {
  const spacings = rows.slice(1).map(({ timestamp }, k) => timestamp - (rows[k]?.timestamp ?? timestamp));
  const sorted = spacings.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor(sorted.length / 2)] ?? 0n;
}

function hasGap(rows: readonly ReferenceRow[], usual: bigint): boolean {
  return rows.slice(1).some(({ timestamp }, k) => timestamp - (rows[k]?.timestamp ?? timestamp) > GAP * usual);
}

/** How much a leg's odds against the rest moved, a year's worth: by the session's prices, and by those from elsewhere. */
export interface Volatility {
  readonly leg: number;
  /** Moves that both are of. */
  readonly count: number;
  /** √(Σ(Δ ln(w / (1 − w)))² / years). */
  readonly implied: number;
  readonly reference: number;
}

const YEAR = 365.25 * 86_400;

/** At the same moments for both, those of the rows; undefined if fewer than two rows have implied weights. */
export function volatilityOf(
  rows: readonly ReferenceRow[],
  path: readonly ImpliedWeights[],
  leg: number,
): Volatility | undefined {
  const pairs = rows.flatMap(({ timestamp, weights }) => {
    const implied = logOdds(weightsAt(path, timestamp)?.weights[leg - 1]);
    const reference = logOdds(weights[leg - 1]);
    return implied === undefined || reference === undefined ? [] : [{ timestamp, implied, reference }];
  });
  const [first, last] = [pairs[0], pairs.at(-1)];
  if (first === undefined || last === undefined || first.timestamp === last.timestamp) return undefined;
  const years = Number(last.timestamp - first.timestamp) / YEAR;
  const moved = (of: "implied" | "reference"): number => {
    const squares = pairs.slice(1).map((pair, k) => (pair[of] - (pairs[k]?.[of] ?? 0)) ** 2);
    return Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / years);
  };
  return { leg, count: pairs.length - 1, implied: moved("implied"), reference: moved("reference") };
}

/** Undefined at 0 and 1, where they are infinite. */
function logOdds(weight: Fraction | undefined): number | undefined {
  if (weight === undefined || weight.numerator <= 0n || weight.numerator >= weight.denominator) return undefined;
  return Math.log(Number(weight.numerator) / Number(weight.denominator - weight.numerator));
}
