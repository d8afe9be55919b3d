/** All rows of one root's history, page by page, and never without end. */
import type { SessionSource } from "../../data/source.js";
import type { HistoryPage } from "../../../src/wire/history.js";
import type { BoundsRow, PricePoint } from "./steps.js";

const ROWS_A_PAGE = 1_000;
const MOST_PAGES = 20;

/** At which block it holds: what is behind the newest is asked for again (`isBehind`). */
type Dated = Pick<HistoryPage<"bounds">, "block">;

export interface AllBounds extends Dated {
  readonly rows: readonly BoundsRow[];
  /** Whether there are older ones that were not asked for. */
  readonly isCut: boolean;
}

export interface Prices extends Dated {
  readonly points: readonly PricePoint[];
}

/** The newest rows of a root's bounds. */
export async function boundsOf(source: Pick<SessionSource, "history">, marketRootId: number): Promise<AllBounds> {
  const query = { marketRootId, limit: ROWS_A_PAGE };
  const { items, next, block } = await source.history("bounds", query);
  const rows: BoundsRow[] = [...items];
  let cursor = next;
  for (let pages = 1; cursor !== null && pages < MOST_PAGES; pages += 1) {
    const more = await source.history("bounds", { ...query, cursor });
    rows.push(...more.items);
    cursor = more.next;
  }
  return { rows, isCut: cursor !== null, block };
}

/** What branch 1 was traded at, by rising time: the newest thousand trades. */
export async function pricesOf(source: Pick<SessionSource, "history">, marketRootId: number): Promise<Prices> {
  const { items, block } = await source.history("fills", { marketRootId, marketBranchId: 1, limit: ROWS_A_PAGE });
  return { points: items.map(({ timestamp, priceTicks }) => ({ timestamp, priceTicks })).reverse(), block };
}
