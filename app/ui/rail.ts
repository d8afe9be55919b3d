/** Where something that is dragged can stop: at certain points, or at every step of a grid. All of it whole numbers. */

export interface Rail {
  readonly low: bigint;
  readonly high: bigint;
  /** The stop that is nearest; of two as near the lower one. */
  readonly snap: (value: number) => bigint;
  /** So many stops further, and never beyond the ends. */
  readonly step: (from: bigint, by: number) => bigint;
}

/** @param points rising, one at least @throws RangeError for none */
export function pointsRail(points: readonly bigint[]): Rail {
  const [low, high] = [points[0], points.at(-1)];
  if (low === undefined || high === undefined) throw new RangeError("a rail has one point at least");
  const snap = (value: number): bigint =>
    points.reduce(
      (best, point) => (Math.abs(Number(point) - value) < Math.abs(Number(best) - value) ? point : best),
      low,
    );
  return {
    low,
    high,
    snap,
    step(from, by) {
      const at = points.indexOf(snap(Number(from)));
      return points[Math.min(Math.max(at + by, 0), points.length - 1)] ?? low;
    },
  };
}

/** Every `stride` from `low` on, and `high`. @throws RangeError unless low ≤ high and the stride is above zero */
export function gridRail(low: bigint, high: bigint, stride: bigint): Rail {
  if (low > high || stride <= 0n) throw new RangeError("a grid rises, in steps above zero");
  const within = (value: bigint): bigint => (value < low ? low : value > high ? high : value);
  return {
    low,
    high,
    snap(value) {
      if (!(value > Number(low))) return low; // and what is no number
      if (value >= Number(high)) return high;
      const steps = Math.floor((value - Number(low)) / Number(stride));
      const below = within(low + BigInt(steps) * stride);
      const above = within(below + stride);
      return Number(above) - value < value - Number(below) ? above : below;
    },
    step(from, by) {
      const at = within(from);
      const beyond = (at - low) % stride;
      // From between two stops the next one is less than a stride away.
      const start = beyond !== 0n && by < 0 ? at - beyond + stride : at - beyond;
      return within(start + BigInt(by) * stride);
    },
  };
}

/** The part of a rail between two others' places, those excluded. */
export interface Between {
  readonly above?: bigint | undefined;
  readonly below?: bigint | undefined;
}

/** Keeps a stop between its neighbours. @returns undefined if that is no place between them */
export function kept(value: bigint, { above, below }: Between): bigint | undefined {
  const isHigh = above === undefined || value > above;
  return isHigh && (below === undefined || value < below) ? value : undefined;
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: 5,
  PageDown: -5,
};

/** Where a key takes it; undefined for a key that moves nothing. */
export function keyedTo(rail: Rail, from: bigint, key: string): bigint | undefined {
  if (key === "Home") return rail.low;
  if (key === "End") return rail.high;
  const by = STEPS[key];
  return by === undefined ? undefined : rail.step(from, by);
}
