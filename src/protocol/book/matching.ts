/** Price-time priority (R31 to R34; paper: matchTrades). Twin of `contracts/book/Matching.sol`. */
import { magnitude } from "../amounts/magnitude.js";
import type { Lots, Ticks } from "../amounts/units.js";
import type { OffsetReason } from "./events.js";
import { bearable, type Cover, coverOf, type Exposure, roomFor } from "./margin.js";
import { reaches, type RestingOrder } from "./queue.js";
import { release } from "./resting.js";
import type { BookState, Market } from "./state.js";

/** The order that matches against the other side. `lots` is what is left of it, signed. */
export interface Taker {
  readonly tradeRootId: number;
  readonly price: bigint;
  lots: bigint;
  exposure: Exposure;
  /** Lots of it that its trader could not bear and that were offset, signed. */
  cut: bigint;
}

/** How far matching may go, and what time it is. */
export interface Steps {
  readonly timestamp: bigint;
  readonly maxSteps: number;
}

/**
 * Lets `taker` trade with the best opposite orders until nothing crosses, it is used up, or the steps are gone. Every step is
 * one fill, or takes out of one of the two orders what cannot be filled. @returns steps used
 */
export function sweep(state: BookState, market: Market, taker: Taker, { timestamp, maxSteps }: Steps): number {
  const bids = taker.lots > 0n;
  const makers = market.queues.side(!bids);
  let steps = 0;
  let filled = false;
  market.queues.setCrossed(false);
  while (taker.lots !== 0n) {
    const maker = makers.best;
    if (maker === undefined || !reaches(bids, taker.price, maker.price)) break;
    if (steps === maxSteps) {
      market.queues.setCrossed(true);
      break;
    }
    steps += 1;
    if (maker.deadline < timestamp) takeOut(state, maker, "expired");
    else if (maker.traderId === taker.exposure.traderId) takeOut(state, maker, "ownOrder");
    else if (fill(state, market, taker, maker)) filled = true;
  }
  if (filled) state.margin.store(market.root, taker.exposure);
  return steps;
}

/**
 * R34: goes on where an earlier call ran out of steps, with the order that was cut off as the taker. What is left of an
 * immediate-or-cancel order once nothing crosses is offset (R28). @returns steps used
 */
export function resume(state: BookState, market: Market, limits: Steps): number {
  const steps = goOn(state, market, limits);
  const { cutOff } = market.queues;
  if (cutOff !== undefined && market.queues.isImmediate() && !crossesBest(market, cutOff)) {
    takeOut(state, cutOff, "remainder");
    market.queues.setCrossed(false);
  }
  return steps;
}

/** The steps of `resume`: an immediate-or-cancel order still rests after the last. @returns steps used */
export function goOn(state: BookState, market: Market, limits: Steps): number {
  const { queues } = market;
  const order = queues.cutOff;
  if (order === undefined) return 0;
  release(state);
  const immediate = queues.isImmediate();
  if (limits.maxSteps !== 0 && order.deadline < limits.timestamp && crossesBest(market, order)) {
    takeOut(state, order, "expired");
    queues.setCrossed(false);
    return 1;
  }
  const { tradeRootId, price, lots, traderId } = order;
  const exposure = state.margin.load(traderId, market.root);
  const taker: Taker = { tradeRootId, price, lots, exposure, cut: 0n };
  const steps = sweep(state, market, taker, limits);
  reduce(state, order, taker.lots);
  if (immediate && taker.lots !== 0n) queues.setCrossed(true, true);
  return steps;
}

/** Whether an order, or what is left of it, is within reach of the best one on the other side. */
export function crossesBest(
  { queues }: Market,
  { price, lots }: { readonly price: bigint; readonly lots: bigint },
): boolean {
  const opposite = queues.side(lots < 0n).best;
  return opposite !== undefined && reaches(lots > 0n, price, opposite.price);
}

/** Promotes the offset of all that is left of a resting order and takes it out of its queue. */
export function takeOut(state: BookState, order: RestingOrder, reason: OffsetReason): void {
  cutTo(state, order, 0n, reason);
}

/** Promotes the offset of all but `left` lots, signed, of a resting order; nothing left means that it goes. */
export function cutTo(state: BookState, order: RestingOrder, left: bigint, reason: OffsetReason): void {
  const { tradeRootId, price, lots } = order;
  reduce(state, order, left);
  promoteOffset(state, tradeRootId, price, lots - left, reason);
}

/** As `takeOut`, for an order that a call names (R35, R43). If it is the one that was cut off, nothing crosses any more. */
export function takeOutNamed(state: BookState, order: RestingOrder, reason: OffsetReason): void {
  const queues = state.queues.of(order);
  const wasCutOff = queues.cutOff === order;
  takeOut(state, order, reason);
  if (wasCutOff) queues.setCrossed(false);
}

/** Promotes the offset of `lots` lots (signed as the order's) that will not be filled any more. */
export function promoteOffset(
  { chain, events }: BookState,
  tradeRootId: number,
  limit: bigint,
  lots: bigint,
  reason: OffsetReason,
): void {
  chain.promoteOffset(tradeRootId, limit, lots);
  events.emit({ kind: "offset", tradeRootId, lots: magnitude(lots) as Lots, reason });
}

/**
 * R32: both traders must be covered after the fill. Of whoever is not, the maker first, what cannot be borne is taken out
 * instead, and what can be is filled by the next step.
 * @returns whether a fill happened
 */
function fill(state: BookState, { root, marketBranchId }: Market, taker: Taker, maker: RestingOrder): boolean {
  const { price } = maker;
  const size = least(magnitude(taker.lots), magnitude(maker.lots));
  const lots = taker.lots > 0n ? size : -size;
  const { maxLots } = state.terms;
  const isCovered = ({ lots: held }: Exposure, change: bigint, { slack }: Cover): boolean =>
    slack >= 0n && roomFor(root, held, marketBranchId, change, maxLots) === change;
  const makerExposure = state.margin.load(maker.traderId, root);
  const makerCover = coverOf(root, makerExposure, marketBranchId, -lots, price);
  if (!isCovered(makerExposure, -lots, makerCover)) {
    const left = bearable(root, makerExposure, { marketBranchId, lots: -lots, price }, maxLots);
    cutTo(state, maker, left, "uncovered");
    return false;
  }
  const takerCover = coverOf(root, taker.exposure, marketBranchId, lots, price);
  if (!isCovered(taker.exposure, lots, takerCover)) {
    const cut = taker.lots - bearable(root, taker.exposure, { marketBranchId, lots, price }, maxLots);
    taker.lots -= cut;
    taker.cut += cut;
    promoteOffset(state, taker.tradeRootId, taker.price, cut, "uncovered");
    return false;
  }
  taker.exposure = takerCover.after;
  state.margin.store(root, makerCover.after);
  taker.lots -= lots;
  reduce(state, maker, maker.lots + lots);
  state.chain.promoteMatch(maker.tradeRootId, price, price, -lots);
  state.chain.promoteMatch(taker.tradeRootId, taker.price, price, lots);
  const [makerRootId, takerRootId] = [maker.tradeRootId, taker.tradeRootId];
  state.events.emit({ kind: "matched", makerRootId, takerRootId, priceTicks: price as Ticks, lots: size as Lots });
  return true;
}

/** What is left of a resting order keeps its place; nothing left means that it goes. */
function reduce(state: BookState, order: RestingOrder, left: bigint): void {
  if (left === 0n) close(state, order);
  else if (left !== order.lots) state.queues.reduce(order, left);
}

function close(state: BookState, order: RestingOrder): void {
  state.queues.remove(order);
  state.traders.closeOrder(order.traderId);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
