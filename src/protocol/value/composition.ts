/**
 * Textbook contracts on the outcome y of an interval root, composed of its branches (paper: "to construct standard forward and
 * option contracts"). For every y the composition pays what the textbook says, to the tick:
 *
 *     Σ lots · clamp(y, K1, K2) + constant = textbook payoff(y)
 *
 * The constant is no trade. A branch always pays its lower strike, which its price contains; the constant takes that out on
 * both sides, so a composition's price compares with its payoff: gain = payoff(y) − premium (see `quote.ts`).
 * Payoffs are ticks × lots; `units` is how many contracts, in lots, + bought and − sold.
 */
import { type Bounds, clamp } from "../market/bounds.js";
import { RuleError } from "../amounts/errors.js";
import { type Ladder, stack } from "./strips.js";
import type { IntervalBranch } from "../judge/outcomes.js";
import { type Lots, lots as toLots, opposite, type TickLots, type Ticks } from "../amounts/units.js";

/** What to hold of one branch. */
export interface Leg extends IntervalBranch {
  /** + long, − short; never zero. */
  readonly lots: Lots;
}

export interface Composition {
  /** By rising branch number, each once. */
  readonly legs: readonly Leg[];
  /** What the textbook payoff has beyond that of the legs, in every outcome. */
  readonly constant: TickLots;
}

/** What a composition pays at y. */
export function payoffAt({ legs, constant }: Composition, y: Ticks): TickLots {
  return legs.reduce<bigint>((sum, { strikes, lots }) => sum + lots * clamp(y, strikes), constant) as TickLots;
}

/** The same contract from the other side. */
export function reversed({ legs, constant }: Composition): Composition {
  const turned = legs.map((leg) => ({ ...leg, lots: opposite(leg.lots) }));
  return { legs: turned, constant: opposite(constant) };
}

/** y − strike. */
export function forward(ladder: Ladder, strike: Ticks, units: Lots): Composition {
  requireStrikes(ladder, [strike]);
  return compose(ladder, [{ span: ladder.span, units }], units * (ladder.span.lower - strike));
}

/** max(y − strike, 0). */
export function call(ladder: Ladder, strike: Ticks, units: Lots): Composition {
  requireStrikes(ladder, [strike]);
  return compose(ladder, [{ span: above(ladder, strike), units }], 0n);
}

/** max(strike − y, 0). */
export function put(ladder: Ladder, strike: Ticks, units: Lots): Composition {
  requireStrikes(ladder, [strike]);
  return compose(
    ladder,
    [{ span: below(ladder, strike), units: opposite(units) }],
    units * (strike - ladder.span.lower),
  );
}

/** max(y − lower, 0) − max(y − upper, 0): from 0 up to upper − lower. */
export function callSpread(ladder: Ladder, span: Bounds, units: Lots): Composition {
  requireStrikes(ladder, [span.lower, span.upper]);
  return compose(ladder, [{ span, units }], 0n);
}

/** max(upper − y, 0) − max(lower − y, 0): from upper − lower down to 0. */
export function putSpread(ladder: Ladder, span: Bounds, units: Lots): Composition {
  requireStrikes(ladder, [span.lower, span.upper]);
  return compose(ladder, [{ span, units: opposite(units) }], units * (span.upper - span.lower));
}

/** Strikes of a butterfly, rising. With equal wings it pays 0 outside them, and the width of a wing at the middle. */
export interface ButterflyStrikes {
  readonly lower: Ticks;
  readonly middle: Ticks;
  readonly upper: Ticks;
}

/** max(y − lower, 0) − 2 · max(y − middle, 0) + max(y − upper, 0). */
export function butterfly(ladder: Ladder, { lower, middle, upper }: ButterflyStrikes, units: Lots): Composition {
  requireStrikes(ladder, [lower, middle, upper]);
  const rise = { span: { lower, upper: middle }, units };
  const fall = { span: { lower: middle, upper }, units: opposite(units) };
  return compose(ladder, [rise, fall], 0n);
}

/** |y − strike|: a call and a put. */
export function straddle(ladder: Ladder, strike: Ticks, units: Lots): Composition {
  requireStrikes(ladder, [strike]);
  const falling = { span: below(ladder, strike), units: opposite(units) };
  const rising = { span: above(ladder, strike), units };
  return compose(ladder, [falling, rising], units * (strike - ladder.span.lower));
}

/**
 * Digital strip: 0 up to the lower strike, `payout` from the upper strike on, a straight line between. One tick wide it is a
 * digital at every whole outcome: `payout` if y ≥ upper, else 0.
 * @param payout ticks × lots, negative if sold; a multiple of the width, so that whole lots make it up
 * @throws RuleError COMPOSITION_INVALID, STRIKES_MISSING
 */
export function digital(ladder: Ladder, span: Bounds, payout: TickLots): Composition {
  requireStrikes(ladder, [span.lower, span.upper]);
  const width = span.upper - span.lower;
  if (payout % width !== 0n) throw invalid({ reason: "payout is no multiple of the width", payout, width });
  return compose(ladder, [{ span, units: payout / width }], 0n);
}

// ------------------------------------------------------------------ in detail

/** `units` times the gain of y over `span`: clamp(y, lower, upper) − lower. */
interface Part {
  readonly span: Bounds;
  readonly units: bigint;
}

/** @param constant what the textbook payoff has beyond the gains */
function compose(ladder: Ladder, parts: readonly Part[], constant: bigint): Composition {
  const held = new Map<number, { readonly branch: IntervalBranch; readonly lots: bigint }>();
  let rest = constant;
  for (const { span, units } of parts) {
    for (const { direction, marketBranchId, strikes } of stack(ladder, span)) {
      const lots = (held.get(marketBranchId)?.lots ?? 0n) + direction * units;
      held.set(marketBranchId, { branch: { marketBranchId, strikes }, lots });
      rest -= direction * units * strikes.lower;
    }
  }
  const legs = [...held.values()]
    .filter(({ lots }) => lots !== 0n)
    .map(({ branch, lots }) => ({ ...branch, lots: toLots(lots) }))
    .sort((a, b) => a.marketBranchId - b.marketBranchId);
  if (legs.length === 0) throw invalid({ reason: "nothing to trade" });
  return { legs, constant: rest as TickLots };
}

function above({ span }: Ladder, strike: Ticks): Bounds {
  return { lower: strike, upper: span.upper };
}

function below({ span }: Ladder, strike: Ticks): Bounds {
  return { lower: span.lower, upper: strike };
}

function requireStrikes({ span }: Ladder, strikes: readonly Ticks[]): void {
  for (const [index, strike] of strikes.entries()) {
    const { lower, upper } = span;
    if (strike !== clamp(strike, span)) throw invalid({ reason: "strike outside the root", strike, lower, upper });
    const before = strikes[index - 1];
    if (before !== undefined && before >= strike) throw invalid({ reason: "strikes do not rise", before, strike });
  }
}

function invalid(values: Record<string, string | bigint>): RuleError {
  return new RuleError("COMPOSITION_INVALID", values);
}
