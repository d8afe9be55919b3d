/** Gas that may be spent on something in a day. What was spent comes back evenly, in a day all of it. */

const DAY_MS = 86_400_000n;

export interface Purse {
  /** @returns false, and nothing is taken, if there is not so much */
  take(gas: bigint): boolean;
  /** What there is now. */
  left(): bigint;
}

/** Full at first. @param now ms of a clock that never jumps */
export function createPurse(perDay: bigint, now: () => number): Purse {
  // In millionths of millionths of what comes back in a millisecond there is nothing to round: gas times the ms of a day.
  let [held, at] = [perDay * DAY_MS, now()];
  const fill = (): void => {
    const elapsed = Math.floor(now() - at);
    at += elapsed;
    const filled = held + BigInt(elapsed) * perDay;
    held = filled < perDay * DAY_MS ? filled : perDay * DAY_MS;
  };
  return {
    take(gas) {
      fill();
      if (gas * DAY_MS > held) return false;
      held -= gas * DAY_MS;
      return true;
    },
    left() {
      fill();
      return held / DAY_MS;
    },
  };
}
