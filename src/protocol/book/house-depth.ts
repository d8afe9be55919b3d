/** Depth of the house: what an automated maker or complete sets would add to a market's own orders. It rests nowhere. */
import { ZeroAddress } from "ethers";

import { MAX_LOTS } from "../amounts/limits.js";
import { type Lots, lots as toLots, opposite, type Ticks } from "../amounts/units.js";
import { makerDepth } from "../maker/taking.js";
import { marketBounds } from "../market/market-table.js";
import type { MarketRef } from "../signing/package.js";
import type { Depth, Level } from "../value/quote.js";
import { type House, makerMarketIn } from "./houses.js";
import { isOver } from "./orders.js";
import { planSets } from "./set-plan.js";
import { type BookState, findMarket } from "./state.js";

/** How far a house's depth is looked at. */
export interface HouseDepthLimits {
  /** Of the block that an order would be in, unix seconds. */
  readonly timestamp: bigint;
  /** With which houses are called. */
  readonly maxMatches: number;
  /** Most of each side. */
  readonly levels: number;
}

const NONE: Depth = { bids: [], asks: [] };

/**
 * As if it rested: of a maker at each tick the lots that bring its own price there; of a router the sets that it would make for who
 * takes all that is to be had, with the float and the steps that it has. A trade through a maker has one price for all its lots,
 * their mean, and stops where the book is cheaper: so these are prices of the margin.
 */
export function houseDepthIn(
  state: BookState,
  house: House,
  market: MarketRef,
  { timestamp, maxMatches, levels }: HouseDepthLimits,
): Depth {
  const found = findMarket(state, market.marketRootId, market.marketBranchId);
  if (levels === 0 || found === undefined || isOver(state, found, timestamp)) return NONE;
  if (house.kind === "maker") {
    const now = makerMarketIn(state, house, market);
    return now === undefined ? NONE : makerDepth(now, levels);
  }
  const traderId = state.traders.find(house.address)?.traderId;
  if (traderId === undefined) return NONE;
  const { lower, upper } = marketBounds(state.markets.table, market);
  const made = (quantityLots: Lots, priceTicks: Ticks): Level[] => {
    const everything = { ...market, trader: ZeroAddress, quantityLots, priceTicks };
    const plan = planSets(state, { traderId, maxSteps: maxMatches }, everything, timestamp);
    return (plan?.rungs ?? []).slice(0, levels).map(({ price, lots }) => ({ priceTicks: price, lots }));
  };
  const most = toLots(MAX_LOTS);
  return { bids: made(opposite(most), lower), asks: made(most, upper) };
}
