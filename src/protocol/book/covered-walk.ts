/** What a book would really give for so many lots: price by price, as far as the traders of its orders can bear it. */
import type { Lots, Ticks } from "../amounts/units.js";
import type { MarketRef } from "../signing/package.js";
import type { Level } from "../value/quote.js";
import { bearable, coverOf, type Exposure } from "./margin.js";
import { isOver } from "./orders.js";
import { type BookState, findMarket } from "./state.js";

export interface WalkOptions {
  /** Unix seconds; what is past its deadline by then gives nothing. */
  readonly timestamp: bigint;
  /** Whose own orders are passed over: they would be taken out (R31). */
  readonly without?: number | undefined;
}

export interface CoveredWalk {
  /** Lots at each price, the best first. */
  readonly levels: readonly Level[];
  /** Of what was asked for. */
  readonly filledLots: Lots;
  /** Σ price × lots: what a buyer would pay and a seller get, in ticks × lots. */
  readonly tickLots: bigint;
  /** What orders on the way display, and cannot bear. */
  readonly uncoveredLots: Lots;
}

/**
 * Walks the opposite side as a taker without a limit would (R31, R32), each order cut to what its trader can bear after what it has
 * borne before on this walk. The taker's own collateral is not looked at, and a market that is crossed is walked as it stands.
 * @param lots + buys, − sells
 */
export function walkCovered(
  state: BookState,
  at: MarketRef,
  lots: bigint,
  { timestamp, without }: WalkOptions,
): CoveredWalk {
  const market = findMarket(state, at.marketRootId, at.marketBranchId);
  const levels: { priceTicks: Ticks; lots: Lots }[] = [];
  if (market === undefined || lots === 0n || isOver(state, market, timestamp)) return summed(levels, 0n);
  const { root, marketBranchId, queues } = market;
  const exposures = new Map<number, Exposure>();
  const buys = lots > 0n;
  let left = buys ? lots : -lots;
  let uncovered = 0n;
  for (const { traderId, price, deadline, lots: offered } of queues.side(!buys)) {
    if (left === 0n) break;
    if (deadline < timestamp || traderId === without) continue;
    const size = least(offered < 0n ? -offered : offered, left);
    const exposure = exposures.get(traderId) ?? state.margin.load(traderId, root);
    const borne = bearable(root, exposure, { marketBranchId, lots: buys ? -size : size, price }, state.terms.maxLots);
    const taken = borne < 0n ? -borne : borne;
    uncovered += size - taken;
    if (taken === 0n) continue;
    exposures.set(traderId, coverOf(root, exposure, marketBranchId, borne, price).after);
    left -= taken;
    const last = levels.at(-1);
    if (last?.priceTicks === price) last.lots = (last.lots + taken) as Lots;
    else levels.push({ priceTicks: price as Ticks, lots: taken as Lots }); // as the book keeps them
  }
  return summed(levels, uncovered);
}

function summed(levels: readonly Level[], uncovered: bigint): CoveredWalk {
  const total = (of: (level: Level) => bigint): bigint => levels.reduce((sum, level) => sum + of(level), 0n);
  return {
    levels,
    filledLots: total(({ lots }) => lots) as Lots,
    tickLots: total(({ priceTicks, lots }) => priceTicks * lots),
    uncoveredLots: uncovered as Lots,
  };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
