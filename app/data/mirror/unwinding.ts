/** What closing an account's positions would cost now, by the replayed book: plain data that passes from a worker to its page. */
import type { MakerHouse } from "../../../src/protocol/book/houses.js";
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
  /** What is shown there and its traders could not be held to. */
  readonly uncoveredLots: bigint;
  /** Σ price × lots, in ticks × lots. */
  readonly tickLots: bigint;
  /** Beside trading the same at the middle, wei, rounded up; undefined without a middle. */
  readonly costWei: bigint | undefined;
  /** What an automated maker alone asks for all of these lots; undefined if none does. */
  readonly maker: (Pick<UnwoundPart, "tickLots" | "costWei"> & { readonly address: string }) | undefined;
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
  makers: readonly MakerHouse[],
): ForeseenUnwinding {
  const { state } = projector;
  const known = state.traders.find(trader);
  const positions = known === undefined ? [] : openPositions(state, known.traderId);
  const options = { timestamp: tip.timestamp, without: known?.traderId };
  return {
    block: tip.number,
    positions: positions.map((position) => ({
      ...position,
      parts: unwindings(state, position, options, makers).map(({ part, lots, walk, costWei, maker }) => ({
        percent: part,
        lots,
        filledLots: walk.filledLots,
        uncoveredLots: walk.uncoveredLots,
        tickLots: walk.tickLots,
        costWei: costWei && ceilWei(costWei),
        maker: maker && { ...maker, costWei: maker.costWei && ceilWei(maker.costWei) },
      })),
    })),
  };
}
