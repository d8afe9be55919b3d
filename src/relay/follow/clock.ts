/** The chain's time, as the next block will have it. The machine's own clock may jump, so only its steady one is read. */
import type { ChainNode } from "../../node/node.js";

export interface ChainClock {
  /** Unix seconds that a block made now would have, as far as is known. */
  now(): bigint;
  /** A block was seen. */
  saw(timestamp: bigint): void;
  /** Asks the node, which may have been idle for long. */
  refresh(): Promise<void>;
}

/** @param steady ms of a clock that never jumps */
export function createChainClock(node: ChainNode, steady: () => number): ChainClock {
  let base = 0n;
  let since = steady();
  const now = (): bigint => base + BigInt(Math.floor((steady() - since) / 1000));
  const set = (timestamp: bigint): void => {
    [base, since] = [timestamp, steady()];
  };
  return {
    now,
    saw: set,
    async refresh() {
      const pending = await node.pendingTime().catch(() => undefined); // a node that does not say is no fault
      if (pending !== undefined && pending > now()) set(pending);
    },
  };
}
