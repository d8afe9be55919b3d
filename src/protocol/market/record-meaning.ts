/** What a record of bounds says beside what is known already. */
import type { MarketRecord } from "../signing/market-record.js";
import type { Bounds } from "./bounds.js";
import { rootAfter } from "./market-chain.js";
import { marketBounds, type MarketRoot } from "./market-table.js";

export interface RecordMeaning {
  /** What the market can pay today. */
  readonly today: Bounds;
  /** What it can pay after the record. */
  readonly after: Bounds;
  /** Whether one outcome of the root is left then, for good. */
  readonly settles: boolean;
  /** Whether what is said and what is known have a value in common. Otherwise the book takes the nearest that is possible. */
  readonly overlaps: boolean;
}

/** @param record of an existing market of the root. @throws Refusal what the book would revert with */
export function meaningOf(root: MarketRoot, record: MarketRecord): RecordMeaning {
  const said = { lower: record.marketMin, upper: record.marketMax };
  const today = boundsOf(root, record);
  const next = rootAfter(root, record);
  const overlaps = said.lower <= today.upper && said.upper >= today.lower;
  return { today, after: boundsOf(next, record), settles: next.settled, overlaps };
}

function boundsOf(root: MarketRoot, { marketBranchId }: MarketRecord): Bounds {
  const { marketRootId } = root;
  return marketBounds({ roots: new Map([[marketRootId, root]]) }, { marketRootId, marketBranchId });
}
