/** What an order must satisfy before it enters the chain, in the book's order of checks. Twin of `contracts/book/Intake.sol`. */
import { Refusal } from "../market/refusal.js";
import { marketBounds, unknownMarket } from "../market/market-table.js";
import { type MarketRef, type PackageFields, TimeInForce } from "../signing/package.js";
import type { Hash } from "../signing/typed-data.js";
import { MAX_LOTS } from "../amounts/limits.js";
import { coverOf, type Exposure, isPair, marketLotsOf, needOf, roomFor } from "./margin.js";
import type { Approval } from "./outside.js";
import { isNonceUsed, nonceLimit } from "./nonces.js";
import { reaches } from "./queue.js";
import { releaseUnlessMet } from "./resting.js";
import type { BookState, Market } from "./state.js";
import type { Trader } from "./traders.js";

/**
 * A package with its signature and two unsigned hints of the submitter, both places. Fields need not be good, but they are what a
 * call can carry, with the address in its checksum form and the link in lower case.
 */
export interface SubmittedOrder {
  readonly package: PackageFields;
  readonly signature: string;
  /** Place of the resting order next to which this one belongs; 0 to start at the best. */
  readonly insertAfter: number;
  /** Where the order shall rest, if an order rested there once and is gone; else, as with 0, it is the place of its own number. */
  readonly place: number;
  /** In a batch: whether a contract wallet has signed it; by default whoever has a key's form is taken for a key. */
  readonly byWallet?: boolean;
}

/** What is known of a package's signature. */
export interface Authenticity {
  /** Of the primary trade. */
  readonly link: Hash;
  /** What was to be signed. */
  readonly digest: Hash;
  /** How its trader did; undefined if it did not. A quote's set was signed, and has used the nonce. */
  readonly by: Approval | "set" | undefined;
}

/** An order that passed: what the checks have found out on the way. */
export interface Admission {
  readonly exposure: Exposure;
  /** Whether the best opposite order is within its limit. */
  readonly crosses: boolean;
}

/** R27 to R29, for an order that the call has turned to: time, market, price, quantity, deadline, link, trader, nonce, signature. */
export function refusalOfPackage(
  state: BookState,
  order: PackageFields,
  { digest, by }: Authenticity,
  timestamp: bigint,
): Refusal | undefined {
  const { trader, deadline, previousLink } = order;
  const ofTerms = refusalOfTerms(state, order, timestamp);
  if (ofTerms !== undefined) return ofTerms;
  if (deadline < timestamp) return new Refusal("Book_DeadlineExpired", { deadline, timestamp });
  releaseUnlessMet(state, order);
  if (!state.chain.accepts(previousLink, state.terms.chainWindow, state.markets.createdAt(order.marketRootId))) {
    return new Refusal("Book_StaleLink", { given: previousLink, current: state.chain.link });
  }
  const ofTrader = by === "set" ? undefined : refusalOfTrader(state, order);
  if (ofTrader !== undefined || by !== undefined) return ofTrader;
  return new Refusal("Book_SignatureInvalid", { trader, digest });
}

/** R13, R28, R30: collateral, post-only, open orders, place in the queue. */
export function admit(
  state: BookState,
  market: Market,
  { package: order, insertAfter }: SubmittedOrder,
  maxWalk: number,
): Admission | Refusal {
  const { trader, priceTicks: price, quantityLots: quantity, timeInForce } = order;
  const { traderId } = state.traders.registered(trader);
  const exposure = state.margin.load(traderId, market.root);
  const uncovered = refusalOfCover(state, market, exposure, order);
  if (uncovered !== undefined) return uncovered;
  const best = market.queues.side(quantity < 0n).best;
  const crosses = best !== undefined && reaches(quantity > 0n, price, best.price);
  if (crosses && timeInForce === TimeInForce.PostOnly) {
    return new Refusal("Book_PostOnlyWouldTake", { price, best: best.price });
  }
  // Steps can run out on any order that crosses (R28).
  const mayRest = timeInForce !== TimeInForce.FillOrKill && (crosses || timeInForce !== TimeInForce.ImmediateOrCancel);
  const ofRest = mayRest
    ? refusalOfRest(state, market, order, crosses ? undefined : { insertAfter, maxWalk })
    : undefined;
  return ofRest ?? { exposure, crosses };
}

/**
 * R13: enough room for the lots, and solvency in every joint outcome. But an order whose own need is free, by the worst cases as they
 * are stored, is covered whatever else its trader holds (R15), so that its position need not even be read: its lots are looked at
 * when it is filled. A pair's position is always at hand, and under maxLots every position is looked at.
 */
export function refusalOfCover(
  { margin, terms: { maxLots } }: BookState,
  { root, marketBranchId }: Pick<Market, "root" | "marketBranchId">,
  exposure: Exposure,
  { trader, priceTicks: price, quantityLots: lots }: Pick<PackageFields, "trader" | "priceTicks" | "quantityLots">,
): Refusal | undefined {
  const isQuick = maxLots === 0n && !isPair(root);
  if (isQuick && margin.slackOf(exposure.traderId) >= needOf(root, marketBranchId, lots, price)) return undefined;
  if (roomFor(root, exposure.lots, marketBranchId, lots, maxLots) !== lots) {
    if (maxLots === 0n) return new Refusal("Book_PositionOverflow", { trader });
    const held = marketLotsOf(root, exposure.lots, marketBranchId, lots > 0n) + lots;
    return new Refusal("Book_TooManyLots", { trader, lots: held, limit: maxLots });
  }
  const { slack, bindingOutcome } = coverOf(root, exposure, marketBranchId, lots, price);
  return slack < 0n ? new Refusal("Book_Uncovered", { trader, shortfall: -slack, bindingOutcome }) : undefined;
}

/** R27: the session trades; the market exists, is not closed, and can still pay more than one amount. */
export function refusalOfMarket(state: BookState, market: MarketRef, timestamp: bigint): Refusal | undefined {
  const { t1, t2 } = state.terms;
  if (timestamp < t1 || timestamp >= t2) return new Refusal("Book_NotTrading", { timestamp, t1, t2 });
  const root = state.markets.find(market.marketRootId, market.marketBranchId);
  if (root === undefined) return unknownMarket(market);
  const marketRootId = BigInt(market.marketRootId);
  const { closesAt } = root;
  if (timestamp >= closesAt) return new Refusal("Book_MarketClosed", { marketRootId, closesAt, timestamp });
  const { lower, upper } = marketBounds(state.markets.table, market);
  if (lower !== upper) return undefined;
  const marketBranchId = BigInt(market.marketBranchId);
  return new Refusal("Book_MarketDetermined", { marketRootId, marketBranchId, value: lower });
}

function refusalOfTerms(state: BookState, order: PackageFields, timestamp: bigint): Refusal | undefined {
  const { priceTicks: price, quantityLots: quantity, timeInForce } = order;
  const ofMarket = refusalOfMarket(state, order, timestamp);
  if (ofMarket !== undefined) return ofMarket;
  const { lower, upper } = marketBounds(state.markets.table, order);
  if (price < lower || price > upper) {
    return new Refusal("Book_PriceOutOfBounds", { price, marketMin: lower, marketMax: upper });
  }
  if (quantity === 0n || quantity > MAX_LOTS || quantity < -MAX_LOTS) {
    return new Refusal("Book_QuantityOutOfRange", { quantity, maximum: MAX_LOTS });
  }
  if (timeInForce <= TimeInForce.PostOnly) return undefined;
  return new Refusal("Book_TimeInForceUnknown", { timeInForce: BigInt(timeInForce) });
}

function refusalOfTrader(state: BookState, { trader, nonce }: PackageFields): Refusal | undefined {
  const known = state.traders.find(trader);
  return known === undefined ? new Refusal("Book_TraderUnknown", { trader }) : refusalOfNonce(known, nonce);
}

/** R26. */
export function refusalOfNonce({ address: trader, nonces }: Trader, nonce: bigint): Refusal | undefined {
  const limit = nonceLimit(nonces);
  if (nonce >= limit) return new Refusal("Book_NonceTooFar", { trader, nonce, limit });
  if (!isNonceUsed(nonces, nonce)) return undefined;
  return new Refusal("Book_NonceUsed", { trader, nonce, nonceFloor: nonces.floor });
}

/** An order that crosses comes first on its own side: no walk. Any other's place must lie near its hint. */
function refusalOfRest(
  state: BookState,
  market: Market,
  { trader, priceTicks: price, quantityLots: quantity }: PackageFields,
  walk: { readonly insertAfter: number; readonly maxWalk: number } | undefined,
): Refusal | undefined {
  const limit = state.terms.maxOpenOrders;
  if (state.traders.registered(trader).openOrders >= limit) {
    return new Refusal("Book_TooManyOpenOrders", { trader, limit: BigInt(limit) });
  }
  if (walk === undefined) return undefined;
  const { insertAfter, maxWalk } = walk;
  const side = market.queues.side(quantity > 0n);
  const hinted = state.queues.at(insertAfter);
  const isUsable =
    hinted !== undefined &&
    hinted.lots > 0n === quantity > 0n &&
    hinted.marketRootId === market.root.marketRootId &&
    hinted.marketBranchId === market.marketBranchId;
  if (side.isNear(price, isUsable ? hinted : undefined, maxWalk)) return undefined;
  return new Refusal("Book_HintTooFar", { insertAfter: BigInt(insertAfter), limit: BigInt(maxWalk) });
}
