/** Gas that may be spent on something in a day. What was spent comes back evenly, in a day all of it. */

const DAY_MS = 86_400_000n;

export interface Purse {
  /** @returns false, and nothing is taken, if there is not so much */
  take(gas: bigint): boolean;
  /** What was taken and was not used; never more than a full purse has. */
  giveBack(gas: bigint): void;
  /** What there is now. */
  left(): bigint;
}

/** Full at first. @param now ms of a clock that never jumps */
export function createPurse(perDay: bigint, now: () => number): Purse {
  // In millionths of millionths of what comes back in a millisecond there is nothing to round: gas times the ms of a day.
  let [held, at] = [perDay * DAY_MS, now()];
  const add = (more: bigint): void => {
    held = held + more < perDay * DAY_MS ? held + more : perDay * DAY_MS;
  };
  const fill = (): void => {
    const elapsed = Math.floor(now() - at);
    at += elapsed;
    add(BigInt(elapsed) * perDay);
  };
  return {
    take(gas) {
      fill();
      if (gas * DAY_MS > held) return false;
      held -= gas * DAY_MS;
      return true;
    },
    giveBack(gas) {
      fill();
      add(gas * DAY_MS);
    },
    left() {
      fill();
      return held / DAY_MS;
    },
  };
}
