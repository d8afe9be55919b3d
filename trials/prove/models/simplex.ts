/** Simplex roots, whole: every holding, scale and pair of bounds within the limits, judged by paying out at all weights. */
import { clampInto } from "../../../src/protocol/market/bounds.js";
import { boundedSimplexWorst, simplexWorst } from "../../../src/protocol/margin/worst-case.js";
import { boundsOf, intervals, judge, lotsOf, range, ticks, tuples, type Verdict } from "./choices.js";
import { pairs } from "./interval.js";

export interface SimplexLimits {
  readonly legs: number;
  readonly scale: number;
  /** Lots of a leg: from −lots to lots. */
  readonly lots: number;
}

type Weights = readonly (readonly [number, number])[];
type Least = (held: readonly number[], bounds: Weights, scale: number) => number;

/** What the library says. */
export const libraryPour: Least = (held, bounds, scale) => {
  const legs = held.map((lots, k) => ({ lots: lotsOf(lots), weight: boundsOf(bounds[k] ?? [0, 0]) }));
  return Number(boundedSimplexWorst(legs, ticks(scale)).worst);
};

/** Without the upper bounds: all that is left goes to the worst leg, whether it has room or not. */
export const poursTooMuch: Least = (held, bounds, scale) => {
  const rest = bounds.reduce((left, [lower]) => left - lower, scale);
  return held.reduce((sum, lots, k) => sum + lots * (bounds[k]?.[0] ?? 0), rest * Math.min(...held));
};

/** The pour is the minimum over all weights within the bounds. Bounds that no weights meet are left out. */
export function pourIsTheMinimum({ legs, scale, lots }: SimplexLimits, least = libraryPour): Verdict {
  const possible = boundsAndWeights(legs, scale);
  const held = tuples(range(-lots, lots), legs);
  return judge(
    pairs(held, possible),
    ([lotsHeld, { bounds, weights }]) => leastOf(lotsHeld, weights) === least(lotsHeld, bounds, scale),
  );
}

/** What the library says of weights that are free. */
export const libraryVertex = (held: readonly number[], scale: number): number =>
  Number(simplexWorst(held.map(lotsOf), ticks(scale)).worst);

/** As if nobody could hold less of a later leg than of the first. */
export const firstLegOnly = (held: readonly number[], scale: number): number => (held[0] ?? 0) * scale;

/** Without bounds the minimum is at a vertex. */
export function minimumAtVertices({ legs, scale, lots }: SimplexLimits, least = libraryVertex): Verdict {
  const all = weightsWithin(
    range(1, legs).map((): [number, number] => [0, scale]),
    scale,
  );
  return judge(tuples(range(-lots, lots), legs), (held) => least(held, scale) === leastOf(held, all));
}

type Tighten = (before: readonly [number, number], record: readonly [number, number]) => readonly [number, number];

export const libraryClamps: Tighten = (before, record) => {
  const after = clampInto(boundsOf(before), boundsOf(record));
  return [Number(after.lower), Number(after.upper)];
};

/** A record that replaces what was known. */
export const replaces: Tighten = (_, record) => record;

/** After any record on any leg that leaves weights with the right sum, no holding is worth less at worst. */
export function tighteningNeverRaisesNeed({ legs, scale, lots }: SimplexLimits, tighten = libraryClamps): Verdict {
  const possible = new Map(boundsAndWeights(legs, scale).map((root) => [key(root.bounds), root]));
  const held = tuples(range(-lots, lots), legs);
  const worst = new Map(
    [...possible].map(([name, { bounds }]) => [name, held.map((own) => libraryPour(own, bounds, scale))]),
  );
  const changes = [...possible].flatMap(([name, { bounds }]) =>
    range(0, legs - 1).flatMap((leg) =>
      intervals(0, scale).map((record) => {
        const after = bounds.map((old, k) => (k === leg ? tighten(old, record) : old));
        return { name, after: key(after) };
      }),
    ),
  );
  const allowed = changes.filter(({ after }) => possible.has(after));
  return judge(
    pairs(range(0, held.length - 1), allowed),
    ([index, { name, after }]) => (worst.get(after)?.[index] ?? Number.NaN) >= (worst.get(name)?.[index] ?? Number.NaN),
  );
}

interface Root {
  readonly bounds: Weights;
  readonly weights: readonly (readonly number[])[];
}

function boundsAndWeights(legs: number, scale: number): Root[] {
  return tuples(intervals(0, scale), legs)
    .map((bounds) => ({ bounds, weights: weightsWithin(bounds, scale) }))
    .filter(({ weights }) => weights.length > 0);
}

/** All whole weights within the bounds that add up to `scale`. */
function weightsWithin(bounds: Weights, scale: number): number[][] {
  const [first, ...others] = bounds;
  if (first === undefined) return scale === 0 ? [[]] : [];
  return range(first[0], Math.min(first[1], scale)).flatMap((weight) =>
    weightsWithin(others, scale - weight).map((rest) => [weight, ...rest]),
  );
}

function leastOf(held: readonly number[], weights: readonly (readonly number[])[]): number {
  return Math.min(...weights.map((at) => at.reduce((sum, weight, k) => sum + weight * (held[k] ?? 0), 0)));
}

const key = (bounds: Weights): string => bounds.map((pair) => pair.join()).join(";");
