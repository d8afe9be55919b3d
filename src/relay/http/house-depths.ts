/**
 * What houses would add to markets, at the newest block that was followed. A maker with many breakpoints takes tens of milliseconds, so of
 * each market it is computed once a block, however often it is asked for.
 */
import type { MarketRef } from "../../protocol/signing/package.js";
import { type DepthView, housesView } from "../../views/markets.js";
import { MOST_HOUSE_LEVELS } from "../../wire/state.js";
import type { ConfirmedBook } from "../tracker/confirmed.js";
import type { Routing } from "../queue/routing.js";

export interface HouseDepthDependencies {
  readonly confirmed: Pick<ConfirmedBook, "book" | "block">;
  readonly routing: Pick<Routing, "houses" | "maxMatches">;
}

/** @param market that is there @param levels most of each side of each house */
export type HouseDepths = (market: MarketRef, levels: number) => DepthView["house"];

export function createHouseDepths({ confirmed, routing }: HouseDepthDependencies): HouseDepths {
  const { houses, maxMatches } = routing;
  let at: string | undefined;
  const known = new Map<string, DepthView["house"]>();
  const depthOf = (market: MarketRef): DepthView["house"] => {
    const { book, block } = confirmed;
    if (block?.hash !== at) known.clear();
    at = block?.hash;
    const key = `${market.marketRootId}/${market.marketBranchId}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const timestamp = (block?.timestamp ?? 0n) + 1n; // of the block that comes next
    const depth = housesView(book, market, houses, { timestamp, maxMatches, levels: MOST_HOUSE_LEVELS });
    known.set(key, depth);
    return depth;
  };
  return (market, levels) => {
    if (levels === 0 || houses.length === 0) return [];
    return depthOf(market).map((house) => {
      return { ...house, bids: house.bids.slice(0, levels), asks: house.asks.slice(0, levels) };
    });
  };
}
