/** Contracts that people know by name, as what has to be held of a root's markets. */
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { type Lots, lots as toLots, opposite, type TickLots, type Ticks } from "../../../src/protocol/amounts/units.js";
import { type IntervalRoot, marketBounds, type MarketRoot } from "../../../src/protocol/market/market-table.js";
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import {
  butterfly,
  call,
  callSpread,
  type Composition,
  digital,
  forward,
  type Leg,
  put,
  putSpread,
  reversed,
  straddle,
} from "../../../src/protocol/value/composition.js";
import { type Ladder, openLadder } from "../../../src/protocol/value/strips.js";

interface IntervalShape {
  readonly words: string;
  /** What one lot of it pays, in words. */
  readonly pays: string;
  readonly strikes: 1 | 2 | 3;
}

/** On a number. */
export const INTERVAL_SHAPES = {
  call: { words: "call", pays: "what the outcome is above the strike, nothing below", strikes: 1 },
  put: { words: "put", pays: "what the outcome is below the strike, nothing above", strikes: 1 },
  forward: { words: "forward", pays: "what the outcome is above the strike; below it is owed", strikes: 1 },
  callSpread: { words: "call spread", pays: "as a call, up to the second strike and no more", strikes: 2 },
  putSpread: { words: "put spread", pays: "as a put, down to the first strike and no more", strikes: 2 },
  straddle: { words: "straddle", pays: "how far the outcome is from the strike", strikes: 1 },
  butterfly: { words: "butterfly", pays: "most at the middle strike, nothing beyond the outer ones", strikes: 3 },
  digital: {
    words: "digital",
    pays: "the width between the strikes from the second on, nothing up to the first",
    strikes: 2,
  },
} as const satisfies Record<string, IntervalShape>;

/** On what is one of several: an event's outcomes, the basket's assets. */
export const SIMPLEX_SHAPES = {
  any: { words: "any of those that are chosen", pays: "if one of them comes true", picks: "several" },
  none: { words: "none of those that are chosen", pays: "if none of them comes true", picks: "several" },
  rather: { words: "the first rather than the second", pays: "the first, and owes the second", picks: "two" },
} as const;

export type IntervalShapeName = keyof typeof INTERVAL_SHAPES;
export type SimplexShapeName = keyof typeof SIMPLEX_SHAPES;

/** Whether it is built of few orders, or of the narrowest markets, which may be dealt in more. */
export type Build = "few" | "narrow";

/** What is wished for, as it is typed and kept in the address. */
export interface Wish {
  readonly shape: IntervalShapeName | SimplexShapeName;
  readonly side: "buy" | "sell";
  /** Of an interval, ticks, rising. */
  readonly strikes: readonly bigint[];
  /** Of a simplex: numbers of outcomes. */
  readonly picks: readonly number[];
  /** As typed. */
  readonly lots: string;
  readonly build: Build;
}

export function isIntervalShape(shape: Wish["shape"]): shape is IntervalShapeName {
  return Object.hasOwn(INTERVAL_SHAPES, shape);
}

/** Where a strike can be: edges of markets that are still open, by rising ticks. */
export function strikePoints(root: IntervalRoot): bigint[] {
  const { span, branches } = openLadder(root);
  const all = branches.flatMap(({ strikes }): bigint[] => [strikes.lower, strikes.upper]);
  return [...new Set([span.lower, span.upper, ...all])].sort((a, b) => (a < b ? -1 : 1));
}

/** As many strikes as a shape has, spread over the points; those that were there stay where they are. */
export function fittingStrikes(
  shape: IntervalShapeName,
  strikes: readonly bigint[],
  points: readonly bigint[],
): bigint[] {
  const count = INTERVAL_SHAPES[shape].strikes;
  const rising = (some: readonly bigint[]): bigint[] => [...some].sort((a, b) => (a < b ? -1 : 1));
  const kept = rising([...new Set(strikes)].filter((strike) => points.includes(strike))).slice(0, count);
  const inner = points.slice(1, -1);
  const from = (inner.length >= count ? inner : points).filter((point) => !kept.includes(point));
  const missing = count - kept.length;
  const spread = Array.from({ length: missing }, (_, k) => from[Math.floor(((k + 0.5) * from.length) / missing)]);
  return rising([...new Set([...kept, ...spread.filter((point) => point !== undefined)])]);
}

/** Why nothing can be composed of it, in words. */
export interface Unfit {
  readonly problem: string;
}

/**
 * What has to be held; on the basket of two assets, which has one book, of the first leg alone.
 * @param lots above zero
 */
export function composed(root: MarketRoot, wish: Wish, lots: bigint): Composition | Unfit {
  try {
    const made = root.kind === "interval" ? onInterval(root, wish, toLots(lots)) : onSimplex(root, wish, lots);
    if ("problem" in made) return made;
    return wish.side === "sell" ? reversed(made) : made;
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return { problem: PROBLEMS[error.code] ?? error.message };
  }
}

const PROBLEMS: Partial<Record<string, string>> = {
  STRIKES_MISSING: "No markets are open that would make it up between these strikes. Choose others.",
  COMPOSITION_INVALID: "There is nothing to trade between these strikes. Choose others.",
};

function onInterval(root: IntervalRoot, { shape, strikes, build }: Wish, units: Lots): Composition | Unfit {
  if (!isIntervalShape(shape)) return { problem: "This is a contract on an event, not on a number." };
  const ladder = build === "few" ? openLadder(root) : narrowest(openLadder(root));
  const [first, second, third] = strikes as readonly Ticks[]; // as the root's own points
  const missing = { problem: "Choose the strikes." };
  if (first === undefined || strikes.length !== INTERVAL_SHAPES[shape].strikes) return missing;
  switch (shape) {
    case "call":
      return call(ladder, first, units);
    case "put":
      return put(ladder, first, units);
    case "forward":
      return forward(ladder, first, units);
    case "straddle":
      return straddle(ladder, first, units);
    default:
  }
  if (second === undefined) return missing;
  const span = { lower: first, upper: second };
  switch (shape) {
    case "callSpread":
      return callSpread(ladder, span, units);
    case "putSpread":
      return putSpread(ladder, span, units);
    case "digital":
      return digital(ladder, span, (units * (second - first)) as TickLots); // whole lots of the width
    case "butterfly":
      return third === undefined ? missing : butterfly(ladder, { lower: first, middle: second, upper: third }, units);
  }
}

/** Markets that hold no other one within them. */
function narrowest({ span, branches }: Ladder): Ladder {
  return {
    span,
    branches: branches.filter(({ strikes: own, marketBranchId }) =>
      branches.every(
        ({ strikes, marketBranchId: other }) =>
          other === marketBranchId ||
          strikes.lower < own.lower ||
          strikes.upper > own.upper ||
          (strikes.lower === own.lower && strikes.upper === own.upper && other > marketBranchId),
      ),
    ),
  };
}

function onSimplex(root: Exclude<MarketRoot, IntervalRoot>, { shape, picks }: Wish, lots: bigint): Composition | Unfit {
  if (isIntervalShape(shape)) return { problem: "This is a contract on a number, not on an event." };
  const chosen = [...new Set(picks)].filter((pick) => root.weights[pick - 1] !== undefined);
  if (shape === "rather") {
    const [first, second] = picks;
    if (first === undefined || second === undefined || first === second) return { problem: "Choose two of them." };
    return held(root, [
      [first, lots],
      [second, -lots],
    ]);
  }
  if (chosen.length === 0) return { problem: "Choose one at least." };
  if (chosen.length === root.weights.length) return { problem: "All of them together are certain: choose fewer." };
  if (shape === "any")
    return held(
      root,
      chosen.map((pick) => [pick, lots] as const),
    );
  // What is not any of them pays the scale less what they pay.
  const without = held(
    root,
    chosen.map((pick) => [pick, -lots] as const),
  );
  return "problem" in without ? without : { ...without, constant: (without.constant + lots * root.scale) as TickLots };
}

/** Lots by outcome, netted; an outcome that is decided pays what it pays without being traded. */
function held(
  root: Exclude<MarketRoot, IntervalRoot>,
  wanted: readonly (readonly [number, bigint])[],
): Composition | Unfit {
  const isTurned = root.marketRootId === BASKET_ROOT_ID && root.weights.length === 2;
  const byBranch = new Map<number, bigint>();
  let constant = 0n;
  for (const [branch, lots] of wanted) {
    // Two assets have one book: w2 = scale − w1.
    const at = isTurned ? 1 : branch;
    const isOther = isTurned && branch === 2;
    if (isOther) constant += lots * root.scale;
    byBranch.set(at, (byBranch.get(at) ?? 0n) + (isOther ? -lots : lots));
  }
  const table = { roots: new Map([[root.marketRootId, root]]) };
  const legs: Leg[] = [];
  for (const [marketBranchId, lots] of [...byBranch].sort(([a], [b]) => a - b)) {
    const strikes = marketBounds(table, { marketRootId: root.marketRootId, marketBranchId });
    if (strikes.lower === strikes.upper) constant += lots * strikes.lower;
    else if (lots !== 0n) legs.push({ marketBranchId, strikes, lots: toLots(lots) });
  }
  if (legs.length === 0) return { problem: "What these pay is decided: there is nothing left to trade." };
  return { legs, constant: constant as TickLots };
}

/** The sides of a leg. */
export function sizeOf({ lots }: Pick<Leg, "lots">): Lots {
  return lots < 0n ? opposite(lots) : lots;
}
