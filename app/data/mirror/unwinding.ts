/** What closing an account's positions would cost now, by the replayed book: plain data that passes from a worker to its page. */
import type { MarketRef } from "../../../src/protocol/signing/package.js";
import { ceilWei, openPositions, unwindings } from "../../../src/risk/unwind.js";
import type { Followed } from "./follow.js";

/** Of one part of a position. */
export interface UnwoundPart {
  /** Of 100. */
  readonly percent: number;
  /** What would be traded: − sold, + bought back. */
  readonly lots: bigint;
  /** What of it the book can give. */
  readonly filledLots: bigint;
  /** Σ price × lots, in ticks × lots. */
  readonly tickLots: bigint;
  /** Beside trading the same at the middle, wei, rounded up; undefined without a middle. */
  readonly costWei: bigint | undefined;
}

export interface Unwound extends MarketRef {
  /** + long. */
  readonly lots: bigint;
  readonly parts: readonly UnwoundPart[];
}

export interface ForeseenUnwinding {
  readonly block: number;
  readonly positions: readonly Unwound[];
}

export function unwindingOf(
  { projector, tip }: Pick<Followed, "projector" | "tip">,
  trader: string,
): ForeseenUnwinding {
  const { state } = projector;
  const known = state.traders.find(trader);
  const positions = known === undefined ? [] : openPositions(state, known.traderId);
  const options = { timestamp: tip.timestamp, without: known?.traderId };
  return {
    block: tip.number,
    positions: positions.map((position) => ({
      ...position,
      parts: unwindings(state, position, options).map(({ part, lots, walk, costWei }) => ({
        percent: part,
        lots,
        filledLots: walk.filledLots,
        tickLots: walk.tickLots,
        costWei: costWei === undefined ? undefined : ceilWei(costWei),
      })),
    })),
  };
}
