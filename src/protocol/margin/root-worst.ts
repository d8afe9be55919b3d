/**
 * The worst case of one root alone, for the book's own checks: the same figure as `worstOfRoot`, which judges it, without the
 * weights and values that only people want to see. A book asks for it up to four times for every order.
 */
import { clamp, type Bounds } from "../market/bounds.js";
import { worstOfRoot } from "./worth.js";
import type { IntervalRoot, MarketRoot } from "../market/market-table.js";
import type { Lots, Ticks } from "../amounts/units.js";

export interface LeanWorst {
  /** Wei. */
  readonly worst: bigint;
  /** As the book names the outcome. */
  readonly bindingOutcome: bigint;
}

/** @param lots one entry for each branch or leg of the root */
export function leanWorstOfRoot(root: MarketRoot, lots: readonly bigint[]): LeanWorst {
  if (root.kind === "interval") return intervalWorst(root, lots);
  // Bounded roots are few: weights have to be poured, which the plain way does. Its brand says what `fits` will check.
  if (root.bounded) return worstOfRoot(root, lots as readonly Lots[]);
  let least = lots[0] ?? 0n;
  let leg = 1;
  for (let k = 1; k < lots.length; k += 1) {
    const held = lots[k] ?? 0n;
    if (held < least) [least, leg] = [held, k + 1];
  }
  return { worst: least * root.scale * root.tickValue, bindingOutcome: BigInt(leg) };
}

/** A strike of branch `branch` (from 0): beyond it the branch pays more with the outcome, or no longer does. */
interface Kink {
  readonly at: Ticks;
  readonly branch: number;
  readonly rises: boolean;
}

/** By rising strike. Strikes never change, so they are sorted once for each list of them. */
const KINKS = new WeakMap<readonly Bounds[], readonly Kink[]>();

function kinksOf(strikes: readonly Bounds[]): readonly Kink[] {
  const known = KINKS.get(strikes);
  if (known !== undefined) return known;
  const kinks = strikes
    .flatMap(({ lower, upper }, branch) => [
      { at: lower, branch, rises: true },
      { at: upper, branch, rises: false },
    ])
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  KINKS.set(strikes, kinks);
  return kinks;
}

/** One sweep upwards from the lower bound, as in `worst-case.ts`. */
function intervalWorst({ bounds, strikes, tickValue }: IntervalRoot, lots: readonly bigint[]): LeanWorst {
  let at = bounds.lower;
  let value = 0n;
  for (let b = 0; b < strikes.length; b += 1) {
    const held = lots[b] ?? 0n;
    const span = strikes[b];
    if (held !== 0n && span !== undefined) value += held * clamp(at, span);
  }
  let slope = 0n;
  let least = value;
  let outcome = at;
  for (const kink of kinksOf(strikes)) {
    const held = lots[kink.branch] ?? 0n;
    if (held === 0n) continue;
    const next = clamp(kink.at, bounds);
    value += slope * (next - at);
    if (value < least) [least, outcome] = [value, next];
    at = next;
    slope += kink.rises ? held : -held;
  }
  return { worst: least * tickValue, bindingOutcome: outcome };
}
