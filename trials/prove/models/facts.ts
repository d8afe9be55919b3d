/** The facts that the collateral check rests on, with the sizes at which they are counted through. */
import type { Verdict } from "./choices.js";
import * as interval from "./interval.js";
import * as simplex from "./simplex.js";

/** `small` runs with the tests; `full` is for `npm run trial prove -- --full`. */
export type Size = "small" | "full";

export interface Fact {
  readonly name: string;
  /** The code: no case may contradict the fact. */
  readonly check: (size: Size) => Verdict;
  /** Code with a known fault: some case must contradict the fact. */
  readonly twin: string;
  readonly checkTwin: (size: Size) => Verdict;
}

const BREAKPOINTS = { small: { top: 4, branches: 3, lots: 2 }, full: { top: 6, branches: 3, lots: 2 } } as const;
const ROOTS = { small: { top: 3, branches: 1, lots: 2 }, full: { top: 3, branches: 2, lots: 1 } } as const;
const SIZES = {
  small: { top: 3, branches: 2, lots: 1, size: 3 },
  full: { top: 4, branches: 2, lots: 2, size: 3 },
} as const;
const RECORDS = { small: { top: 4, branches: 2, lots: 1 }, full: { top: 5, branches: 2, lots: 2 } } as const;
const VERTICES = { small: { legs: 4, scale: 4, lots: 2 }, full: { legs: 5, scale: 6, lots: 3 } } as const;
const WEIGHTS = { small: { legs: 3, scale: 3, lots: 2 }, full: { legs: 4, scale: 2, lots: 2 } } as const;
const ELIMINATIONS = { small: { legs: 3, scale: 2, lots: 2 }, full: { legs: 3, scale: 3, lots: 2 } } as const;

export const FACTS: readonly Fact[] = [
  {
    name: "interval: the minimum is at a bound or a strike between",
    check: (size) => interval.minimumAtBreakpoints(BREAKPOINTS[size]),
    twin: "only the corners of the root are looked at",
    checkTwin: (size) => interval.minimumAtBreakpoints(BREAKPOINTS[size], interval.cornersOnly),
  },
  {
    name: "two roots: the worst joint outcome is the sum of both worst cases",
    check: (size) => interval.separable(ROOTS[size]),
    twin: "the worse of the two stands for both",
    checkTwin: (size) => interval.separable(ROOTS[size], Math.min),
  },
  {
    name: "orders: no partial fill is worse than both nothing and everything",
    check: (size) => interval.concaveInSize(SIZES[size]),
    twin: "only everything is looked at, so that an unfilled order gives credit",
    checkTwin: (size) => interval.concaveInSize(SIZES[size], (_, all) => all),
  },
  {
    name: "interval: tightening never raises need",
    check: (size) => interval.tighteningNeverRaisesNeed(RECORDS[size]),
    twin: "bounds follow the record instead of being clamped",
    checkTwin: (size) => interval.tighteningNeverRaisesNeed(RECORDS[size], interval.followsTheRecord),
  },
  {
    name: "simplex: without bounds the minimum is at a vertex",
    check: (size) => simplex.minimumAtVertices(VERTICES[size]),
    twin: "the first leg stands for all",
    checkTwin: (size) => simplex.minimumAtVertices(VERTICES[size], simplex.firstLegOnly),
  },
  {
    name: "simplex: the pour is the minimum within the bounds",
    check: (size) => simplex.pourIsTheMinimum(WEIGHTS[size]),
    twin: "upper bounds do not limit the pour",
    checkTwin: (size) => simplex.pourIsTheMinimum(WEIGHTS[size], simplex.poursTooMuch),
  },
  {
    name: "simplex: tightening never raises need",
    check: (size) => simplex.tighteningNeverRaisesNeed(ELIMINATIONS[size]),
    twin: "a record replaces the bounds instead of being clamped",
    checkTwin: (size) => simplex.tighteningNeverRaisesNeed(ELIMINATIONS[size], simplex.replaces),
  },
];
