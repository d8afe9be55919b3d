/** What the basket's prices say each asset weighs, over time. */
import { type Fraction, fraction } from "../protocol/amounts/fraction.js";
import { BASKET_ROOT_ID } from "../protocol/signing/package.js";
import type { Ticks } from "../protocol/amounts/units.js";
import { impliedWeights } from "../protocol/value/valuation.js";
import type { Moment } from "./observation.js";
import { numberOf } from "./rational.js";

export interface ImpliedWeights {
  readonly timestamp: bigint;
  /** Of each leg; they sum to 1. */
  readonly weights: readonly Fraction[];
}

/** After each call that moved a price of the basket, as long as every leg has one; of two legs one is enough, for the other is the rest. */
export function weightPath(moments: readonly Moment[], assets: number, scale: Ticks): ImpliedWeights[] {
  const doubled = Array.from({ length: assets }, (): bigint | undefined => undefined);
  const path: ImpliedWeights[] = [];
  for (const { market, timestamp, before, after } of moments) {
    if (market.marketRootId !== BASKET_ROOT_ID || after === undefined || after === before) continue;
    doubled[market.marketBranchId - 1] = after;
    const weights = impliedBy(doubled, scale);
    if (weights === undefined) continue;
    if (path.at(-1)?.timestamp === timestamp) path.pop();
    path.push({ timestamp, weights });
  }
  return path;
}

function impliedBy(doubled: readonly (bigint | undefined)[], scale: Ticks): Fraction[] | undefined {
  const left = (of: bigint | undefined): bigint | undefined => (of === undefined ? undefined : 2n * scale - of);
  const [first, second] = doubled;
  const all = doubled.length === 2 ? [first ?? left(second), second ?? left(first)] : doubled;
  const known = all.filter((one) => one !== undefined);
  if (known.length < all.length || known.every((one) => one === 0n)) return undefined;
  return impliedWeights(known as Ticks[]); // twice as many, of each alike
}

/** The last that was said by then. @param path by rising time */
export function weightsAt(path: readonly ImpliedWeights[], timestamp: bigint): ImpliedWeights | undefined {
  let [known, later] = [0, path.length]; // how many are of then or before, at least and at most
  while (known < later) {
    const middle = Math.floor((known + later) / 2);
    const { timestamp: own } = path[middle] ?? { timestamp };
    if (own <= timestamp) known = middle + 1;
    else later = middle;
  }
  return path[known - 1];
}

/** Of one stretch of the session, by how long it was still to go. */
export interface MaturityError {
  /** Seconds to t2, at the end of the stretch. */
  readonly toMaturity: bigint;
  /** Mean over the legs of |implied − final|, as it stood then; ticks. Undefined while no weights were implied. */
  readonly ticks: number | undefined;
}

/** As of each tenth of the session. @param final of each leg, parts of 1 */
export function errorsByMaturity(
  path: readonly ImpliedWeights[],
  final: readonly Fraction[],
  scale: Ticks,
  { t1, t2 }: { readonly t1: bigint; readonly t2: bigint },
): MaturityError[] {
  const STRETCHES = 10n;
  return Array.from({ length: Number(STRETCHES) }, (_, k) => {
    const toMaturity = ((t2 - t1) * (STRETCHES - 1n - BigInt(k))) / STRETCHES;
    const implied = weightsAt(path, t2 - toMaturity)?.weights;
    const off = implied?.map((weight, leg) => Math.abs(numberOf(weight) - numberOf(final[leg] ?? fraction(0n))));
    const mean = off === undefined ? undefined : off.reduce((sum, one) => sum + one, 0) / off.length;
    return { toMaturity, ticks: mean === undefined ? undefined : mean * Number(scale) };
  });
}
