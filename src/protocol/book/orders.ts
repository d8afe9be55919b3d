/** The life of an order, top-down (R20 to R35). Twin of `contracts/OrderBook.sol` and `contracts/book/Intake.sol`. */
import { MAX_DEADLINE } from "../amounts/limits.js";
import { hasEnded, marketBounds } from "../market/market-table.js";
import { loggedSignature } from "../signing/signatures.js";
import { type PackageFields, TimeInForce, type TradePackage } from "../signing/package.js";
import {
  type Admission,
  admit,
  type Authenticity,
  refusalOfMarket,
  refusalOfPackage,
  type SubmittedOrder,
} from "./intake.js";
import { bearable, needOf } from "./margin.js";
import { cutTo, promoteOffset, resume, sweep, takeOutNamed, type Taker } from "./matching.js";
import { raiseNonceFloor } from "./nonce-floor.js";
import type { CallBlock, CallContext } from "./outside.js";
import type { OffsetReason } from "./events.js";
import type { RestingOrder } from "./queue.js";
import { isRefusal, Refusal } from "../market/refusal.js";
import { closeCall, enter, release, rest } from "./resting.js";
import { type BookState, findMarket, type Market } from "./state.js";

/** Limits that the submitter sets. */
export interface OrderLimits {
  /** Most steps of matching for each order; one step is one fill or one offset. */
  readonly maxMatches: number;
  /** Most resting orders to pass from the hint to the order's place. */
  readonly maxWalk: number;
}

/** Limits, and the block of the call. */
export type Timed = OrderLimits & CallBlock;

/** An order: its number in the chain, and the place where it rests. */
export interface Placed {
  /** 0 for an order that was refused. */
  readonly tradeRootId: number;
  /** 0 for an order that does not rest. */
  readonly place: number;
}

/** Appends one order and matches it. @throws Refusal */
export function createTrade(state: BookState, limits: Timed, order: SubmittedOrder): Placed {
  const accepted = accept(state, limits, order, authenticate(state, order));
  if (isRefusal(accepted)) throw accepted;
  closeCall(state, limits);
  return accepted;
}

/**
 * Appends one order of a batch that goes on: `createTrades` one at a time, for whoever does not know the whole batch yet. A bad
 * one is skipped without an event. @returns its number and place, or why it was refused
 */
export function appendTrade(state: BookState, limits: Timed, order: SubmittedOrder): Placed | Refusal {
  return accept(state, limits, order, authenticate(state, order));
}

/** Goes on where an earlier call ran out of steps. @returns steps used. @throws Refusal */
export function matchTrades(
  state: BookState,
  { timestamp, maxMatches, blockNumber }: Omit<Timed, "maxWalk">,
  marketRootId: number,
  marketBranchId: number,
): number {
  const refusal = refusalOfMarket(state, { marketRootId, marketBranchId }, timestamp);
  if (refusal !== undefined) throw refusal;
  const steps = resume(state, knownMarket(state, marketRootId, marketBranchId), { timestamp, maxSteps: maxMatches });
  closeCall(state, { blockNumber });
  return steps;
}

/** R35: takes out what may be taken out. @returns how many. @throws Refusal the first one's, if none could be */
export function offset(state: BookState, context: CallContext, orders: readonly Placed[]): number {
  const refusals: Refusal[] = [];
  for (const { tradeRootId, place } of orders) {
    const order = state.queues.at(place);
    const refusal =
      order?.tradeRootId === tradeRootId
        ? takeOutFor(state, context, order)
        : new Refusal("Book_OrderUnknown", { tradeRootId: BigInt(tradeRootId) });
    if (refusal === undefined) continue;
    refusals.push(refusal);
    state.events.emit({ kind: "offsetSkipped", tradeRootId, refusal });
  }
  const [first] = refusals;
  if (first !== undefined && refusals.length === orders.length) throw first;
  closeCall(state, context);
  return orders.length - refusals.length;
}

/** Makes all of the caller's nonces below `nonceFloor` void, used or not. @throws Refusal */
export function invalidateNonces(state: BookState, { caller }: CallContext, nonceFloor: bigint): void {
  const trader = state.traders.registered(caller);
  if (!raiseNonceFloor(state, trader, nonceFloor)) {
    throw new Refusal("Book_NonceFloorNotHigher", { given: nonceFloor, current: trader.nonces.floor });
  }
}

// ------------------------------------------------------------------ one order

/** Who has signed the order. */
export function authenticate(
  { chain, hashing, outside }: BookState,
  { package: order, signature }: SubmittedOrder,
): Authenticity {
  const link = hashing.primaryLink(order);
  const digest = hashing.digestOf(chain.separator, link);
  return { link, digest, by: outside.signedBy(order.trader, digest, signature) };
}

/** A kill undoes everything that the order did, so the call lets go of whatever it holds before. @returns why it was refused */
export function accept(
  state: BookState,
  limits: Timed,
  order: SubmittedOrder,
  authentic: Authenticity,
): Placed | Refusal {
  if (order.package.timeInForce !== TimeInForce.FillOrKill) return acceptNow(state, limits, order, authentic);
  release(state);
  try {
    return state.journal.attempt(() => {
      const accepted = acceptNow(state, limits, order, authentic);
      if (isRefusal(accepted)) throw accepted;
      return accepted;
    });
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

/** Check, append, match, rest. @returns its number and place, or why it was refused */
export function acceptNow(
  state: BookState,
  limits: Timed,
  order: SubmittedOrder,
  authentic: Authenticity,
): Placed | Refusal {
  const { package: fields, signature } = order;
  enter(state, fields);
  const refusal = refusalOfPackage(state, fields, authentic, limits.timestamp);
  if (refusal !== undefined) return refusal;
  const market = knownMarket(state, fields.marketRootId, fields.marketBranchId);
  const stepsLeft = finishCrossed(state, market, limits);
  if (typeof stepsLeft !== "number") return stepsLeft;
  const admission = admit(state, market, order, limits.maxWalk);
  if (isRefusal(admission)) return admission;
  const tradeRootId = state.chain.append(authentic.link, fields.priceTicks, fields.quantityLots);
  if (tradeRootId === undefined) return new Refusal("Book_ChainFull", {});
  const isQuote = authentic.by === "set";
  // Of a quote before it is matched, of an order when it comes to rest.
  const wanted = isQuote ? freePlace(state, tradeRootId, order.place) : order.place;
  if (isQuote) emitQuote(state, tradeRootId, fields, wanted);
  else {
    state.traders.useNonce(admission.exposure.traderId, fields.nonce);
    emitCreated(state, tradeRootId, fields as TradePackage, authentic, signature); // the checks are those of one, and more
  }
  const incoming = { fields, tradeRootId, admission, wanted, isQuote };
  const left = admission.crosses
    ? match(state, market, incoming, { timestamp: limits.timestamp, maxSteps: stepsLeft })
    : fields.quantityLots;
  const place = left === 0n ? 0 : settleRest(state, market, incoming, left);
  return isRefusal(place) ? place : { tradeRootId, place };
}

/** The place that is wanted if it is dead, else the one of the order's own number. */
function freePlace({ queues }: BookState, tradeRootId: number, wanted: number): number {
  return queues.isDead(wanted) ? wanted : tradeRootId;
}

function emitQuote({ events }: BookState, tradeRootId: number, order: PackageFields, place: number): void {
  const { marketRootId, marketBranchId, priceTicks, quantityLots } = order;
  events.emit({ kind: "quoteCreated", tradeRootId, marketRootId, marketBranchId, priceTicks, quantityLots, place });
}

/** A wallet's signature has a record of its own. */
function emitCreated(
  { events }: BookState,
  tradeRootId: number,
  order: TradePackage,
  { by }: Authenticity,
  signature: string,
): void {
  const isByKey = by === "key";
  const ofKey = isByKey ? loggedSignature(signature) : "0x";
  events.emit({ kind: "tradeCreated", tradeRootId, package: order, signature: ofKey });
  if (!isByKey) events.emit({ kind: "tradeApproved", tradeRootId, signature });
}

/** R34: a market that an earlier call left crossed is finished first, whatever becomes of the order. @returns steps left */
function finishCrossed(state: BookState, market: Market, { timestamp, maxMatches }: Timed): number | Refusal {
  if (!market.queues.isCrossed()) return maxMatches;
  const steps = resume(state, market, { timestamp, maxSteps: maxMatches });
  if (!market.queues.isCrossed()) return maxMatches - steps;
  const [marketRootId, marketBranchId] = [BigInt(market.root.marketRootId), BigInt(market.marketBranchId)];
  return new Refusal("Book_StillCrossed", { marketRootId, marketBranchId });
}

interface Incoming {
  readonly fields: PackageFields;
  readonly tradeRootId: number;
  readonly admission: Admission;
  /** Where it shall rest, if that is a dead place; of a quote, where it does. */
  readonly wanted: number;
  readonly isQuote: boolean;
}

/** @returns lots, signed, that are left to rest, or that kill the order */
function match(
  state: BookState,
  market: Market,
  { fields, tradeRootId, admission: { exposure } }: Incoming,
  steps: { readonly timestamp: bigint; readonly maxSteps: number },
): bigint {
  const { priceTicks: price, quantityLots: quantity, timeInForce } = fields;
  const taker: Taker = { tradeRootId, price, lots: quantity, exposure, cut: 0n };
  sweep(state, market, taker, steps);
  return timeInForce === TimeInForce.FillOrKill ? taker.lots + taker.cut : taker.lots;
}

/**
 * R28: what was not filled rests, or kills the order; of an immediate-or-cancel order it is offset once nothing crosses.
 * @returns the place where it rests, 0 if it does not
 */
function settleRest(
  state: BookState,
  market: Market,
  { fields, tradeRootId, admission, wanted, isQuote }: Incoming,
  left: bigint,
): number | Refusal {
  const { marketRootId, marketBranchId, priceTicks: price, quantityLots: quantity, timeInForce } = fields;
  if (timeInForce === TimeInForce.FillOrKill) {
    const [wanted, unfilled] = quantity > 0n ? [quantity, left] : [-quantity, -left];
    return new Refusal("Book_FillOrKillUnfilled", { wanted, filled: wanted - unfilled });
  }
  if (timeInForce === TimeInForce.ImmediateOrCancel) {
    if (!market.queues.isCrossed()) {
      promoteOffset(state, tradeRootId, price, left, "remainder");
      return 0;
    }
    market.queues.setCrossed(true, true);
  }
  const { traderId } = admission.exposure;
  const deadline = fields.deadline < MAX_DEADLINE ? fields.deadline : MAX_DEADLINE;
  const place = isQuote ? wanted : freePlace(state, tradeRootId, wanted);
  const resting = { tradeRootId, marketRootId, marketBranchId, traderId, price, deadline, lots: left };
  rest(state, resting, place, isQuote);
  state.traders.openOrder(traderId, needOf(market.root, marketBranchId, left, price));
  return place;
}

// ------------------------------------------------------------------ taking out

/** R35. @returns undefined when the order was taken out, or what its trader cannot bear of it */
export function takeOutFor(state: BookState, context: CallContext, order: RestingOrder): Refusal | undefined {
  const taken = offsetFor(state, context, order);
  if (isRefusal(taken)) return taken;
  if (taken.left === 0n) takeOutNamed(state, order, taken.reason);
  else cutTo(state, order, taken.left, taken.reason);
  return undefined;
}

/** Why the order is taken out, and what is left of it then. */
function offsetFor(
  state: BookState,
  { caller, timestamp }: CallContext,
  order: RestingOrder,
): { readonly reason: OffsetReason; readonly left: bigint } | Refusal {
  const { marketRootId, marketBranchId, tradeRootId, traderId } = order;
  const market = knownMarket(state, marketRootId, marketBranchId);
  if (state.traders.find(caller)?.traderId === traderId) return { reason: "cancelled", left: 0n };
  if (order.deadline < timestamp || isOver(state, market, timestamp)) return { reason: "expired", left: 0n };
  const exposure = state.margin.load(traderId, market.root);
  const left = bearable(market.root, exposure, order, state.terms.maxLots);
  if (left !== order.lots) return { reason: "uncovered", left };
  return new Refusal("Book_OrderStands", { tradeRootId: BigInt(tradeRootId), caller });
}

/** Whether nothing can be traded in the market any more. */
export function isOver({ markets }: BookState, { root, marketBranchId }: Market, timestamp: bigint): boolean {
  const bounds = marketBounds(markets.table, { marketRootId: root.marketRootId, marketBranchId });
  return hasEnded(root, bounds, timestamp);
}

/** A market that was found to exist, or in which an order rests. */
function knownMarket(state: BookState, marketRootId: number, marketBranchId: number): Market {
  const market = findMarket(state, marketRootId, marketBranchId);
  if (market === undefined) throw new RangeError(`no market ${marketRootId}.${marketBranchId}`);
  return market;
}
