/** How much of a book could really be filled: what the traders of its orders can bear, beside what is displayed. */
import type { Lots, Ticks } from "../amounts/units.js";
import { bearable } from "./margin.js";
import type { CountedLevel } from "./projections.js";
import type { RestingOrder } from "./queue.js";
import type { BookState } from "./state.js";

export interface CoveredLevel extends CountedLevel {
  /** At most `lots`. */
  readonly coveredLots: Lots;
}

/**
 * One side of a market, best first, as `levelsOf` has it. Each order is looked at by itself, as the book does when it meets it
 * (R13, R32): orders of one trader do not use up each other's collateral, so together they may bear less than the sum.
 * @param timestamp unix seconds; an order past its deadline can bear nothing
 * @param coveredOf what one order can bear, for who knows it already; computed anew by default
 */
export function coveredLevels(
  state: BookState,
  orders: Iterable<RestingOrder>,
  most: number,
  timestamp: bigint,
  coveredOf: typeof coveredLots = coveredLots,
): CoveredLevel[] {
  const levels: { priceTicks: Ticks; lots: Lots; orders: number; coveredLots: Lots }[] = [];
  for (const order of orders) {
    const lots = (order.lots < 0n ? -order.lots : order.lots) as Lots;
    const covered = coveredOf(state, order, timestamp);
    const last = levels.at(-1);
    if (last?.priceTicks === order.price) {
      last.lots = (last.lots + lots) as Lots;
      last.orders += 1;
      last.coveredLots = (last.coveredLots + covered) as Lots;
    } else if (levels.length === most) break;
    else levels.push({ priceTicks: order.price as Ticks, lots, orders: 1, coveredLots: covered });
  }
  return levels;
}

/** Lots of one order, above or at zero. */
export function coveredLots({ margin, markets, terms }: BookState, order: RestingOrder, timestamp: bigint): Lots {
  if (order.deadline < timestamp) return 0n as Lots;
  const { marketRootId, marketBranchId, traderId, price, lots } = order;
  const root = markets.known(marketRootId, marketBranchId);
  const borne = bearable(root, margin.load(traderId, root), { marketBranchId, lots, price }, terms.maxLots);
  return (borne < 0n ? -borne : borne) as Lots;
}
