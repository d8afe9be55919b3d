/** What one block means for the index: rows of its tables, and what subscribers are told. */
import type { MarketRef } from "../protocol/signing/package.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import type { Level } from "../relay/levels.js";
import type {
  historyAllocations,
  historyBounds,
  historyFills,
  historyMarkets,
  historyOffsets,
  historyOrders,
  historyWeights,
} from "../relay/history/schema.js";

/** A row without its place, which the store gives it. */
type Row<Table extends { readonly $inferInsert: object }> = Omit<
  Table["$inferInsert"],
  "book" | "blockNumber" | "position"
>;

export interface HistoryRows {
  readonly orders: Row<typeof historyOrders>[];
  readonly fills: Row<typeof historyFills>[];
  readonly offsets: Row<typeof historyOffsets>[];
  readonly bounds: Row<typeof historyBounds>[];
  readonly allocations: Row<typeof historyAllocations>[];
  readonly markets: Row<typeof historyMarkets>[];
  readonly weights: Row<typeof historyWeights>[];
}

/** A block of the chain that the index has to hold. */
export interface IndexedBlock {
  readonly number: number;
  readonly hash: Hash;
  /** Unix seconds. */
  readonly timestamp: bigint;
  /** The order chain's head after it. */
  readonly head: Hash;
}

/** A package that a transaction tried in vain. Anybody can bring a package badly, so it says nothing final about it. */
export interface SkippedPackage {
  readonly link: Hash;
  readonly trader: string;
  readonly transactionHash: Hash;
  readonly code: string;
}

/** Levels of a market that a block changed; those that are gone have no lots. */
export interface BookChange extends MarketRef {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export interface BlockRows extends IndexedBlock {
  readonly rows: HistoryRows;
  readonly skipped: readonly SkippedPackage[];
  readonly changes: readonly BookChange[];
}

export function isEmpty({ rows, skipped }: BlockRows): boolean {
  return skipped.length === 0 && Object.values(rows).every((list: readonly unknown[]) => list.length === 0);
}
