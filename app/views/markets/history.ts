/** All rows of one root's history, page by page, and never without end. */
import type { SessionSource } from "../../data/source.js";
import type { BoundsRow, PricePoint } from "./steps.js";

const ROWS_A_PAGE = 1_000;
const MOST_PAGES = 20;

export interface AllBounds {
  readonly rows: readonly BoundsRow[];
  /** Whether there are older ones that were not asked for. */
  readonly isCut: boolean;
}

/** The newest rows of a root's bounds. */
export async function boundsOf(source: Pick<SessionSource, "history">, marketRootId: number): Promise<AllBounds> {
  const rows: BoundsRow[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, next } = await source.history("bounds", {
      marketRootId,
      limit: ROWS_A_PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    rows.push(...items);
    if (next === null) return { rows, isCut: false };
    cursor = next;
  }
  return { rows, isCut: true };
}

/** What branch 1 was traded at, by rising time: the newest thousand trades. */
export async function pricesOf(source: Pick<SessionSource, "history">, marketRootId: number): Promise<PricePoint[]> {
  const { items } = await source.history("fills", { marketRootId, marketBranchId: 1, limit: ROWS_A_PAGE });
  return items.map(({ timestamp, priceTicks }) => ({ timestamp, priceTicks })).reverse();
}
