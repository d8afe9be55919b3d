/** Registration, and money in and out (R11, R15, R18). Twin of `contracts/OrderBookAccounts.sol`. */
import { ZeroAddress } from "ethers";

import { BASKET_ROOT_ID } from "../signing/package.js";
import type { TokenWei } from "../amounts/units.js";
import { MAX_DEPOSIT } from "../amounts/limits.js";
import { claimsOf, coverOf, emptied, type Exposure, isStorable, withCash } from "./margin.js";
import { raiseNonceFloor } from "./nonce-floor.js";
import type { CallContext } from "./outside.js";
import { Refusal } from "../market/refusal.js";
import type { BookState } from "./state.js";
import type { Trader } from "./traders.js";

export function createUser(state: BookState, address: string): Trader {
  const { terms, outside, traders, events } = state;
  const made = traders.register(address, terms.policy, (trader) => outside.admits(trader));
  events.emit({ kind: "userCreated", traderId: made.traderId, trader: made.address });
  return made;
}

/** Takes session tokens from the caller for `trader`'s account; registers the trader if need be. */
export function deposit(state: BookState, { caller, timestamp }: CallContext, trader: string, amount: bigint): void {
  requireDeposits(state, amount, timestamp);
  const { traderId } = state.traders.find(trader) ?? createUser(state, trader);
  if (amount > MAX_DEPOSIT) throw new Refusal("Book_PositionOverflow", { trader });
  store(state, trader, withCash(inBasket(state, traderId), amount));
  state.events.emit({ kind: "deposited", traderId, leg: 0, amount: amount as TokenWei });
  state.pool.collect(state.outside, 0, caller, amount);
}

/** Takes leg tokens from the caller as a long position of `trader` in that leg. */
export function depositLeg(
  state: BookState,
  { caller, timestamp }: CallContext,
  trader: string,
  leg: number,
  lots: bigint,
): void {
  requireDeposits(state, lots, timestamp);
  const basket = state.markets.known(BASKET_ROOT_ID, leg);
  const { traderId } = state.traders.find(trader) ?? createUser(state, trader);
  store(state, trader, coverOf(basket, state.margin.load(traderId, basket), leg, lots, 0n).after);
  const amount = lots * lotValueOf(state);
  state.events.emit({ kind: "deposited", traderId, leg, amount: amount as TokenWei });
  state.pool.collect(state.outside, leg, caller, amount);
}

/** Pays cash out, as far as every joint outcome and the caller's own open orders leave it free. */
export function withdraw(state: BookState, context: CallContext, amount: bigint, to: string, nonceFloor: bigint): void {
  const trader = payee(state, context, amount, to, nonceFloor);
  requireFree(state, context, trader, amount, state.margin.slackOf(trader.traderId));
  store(state, context.caller, withCash(inBasket(state, trader.traderId), -amount));
  state.events.emit({ kind: "withdrawn", traderId: trader.traderId, leg: 0, amount: amount as TokenWei, to });
  state.pool.paySession(state.outside, amount, to);
}

/** Pays lots of a leg out in leg tokens; only the outcome in which this leg is worth everything gets worse. */
export function withdrawLeg(
  state: BookState,
  context: CallContext,
  leg: number,
  lots: bigint,
  to: string,
  nonceFloor: bigint,
): void {
  const basket = state.markets.known(BASKET_ROOT_ID, leg);
  const trader = payee(state, context, lots, to, nonceFloor);
  const { traderId } = trader;
  const exposure = state.margin.load(traderId, basket);
  const amount = lots * lotValueOf(state);
  requireFree(state, context, trader, amount, claimsOf(lotValueOf(state), exposure)[leg - 1] ?? 0n);
  store(state, context.caller, coverOf(basket, exposure, leg, -lots, 0n).after);
  state.events.emit({ kind: "withdrawn", traderId, leg, amount: amount as TokenWei, to });
  state.pool.payLeg(state.outside, leg, amount, to);
}

/** From t2 on: pays the caller's whole claim. @returns wei of claim on each asset */
export function exit(state: BookState, { caller, timestamp }: CallContext, to: string, redeemed: boolean): TokenWei[] {
  const { t2 } = state.terms;
  if (timestamp < t2) throw new Refusal("Book_NotSettling", { timestamp, t2 });
  requireReceiver(state, to);
  const { traderId } = state.traders.registered(caller);
  const basket = state.markets.known(BASKET_ROOT_ID);
  const exposure = state.margin.load(traderId, basket);
  const claims = claimsOf(lotValueOf(state), exposure) as TokenWei[];
  if (claims.every((claim) => claim === 0n)) throw new Refusal("Book_NothingToExit", { trader: caller });
  state.margin.store(basket, emptied(exposure));
  state.events.emit({ kind: "exited", traderId, to, claims, redeemed });
  if (redeemed) state.pool.redeemClaims(state.outside, claims, to);
  else state.pool.payClaims(state.outside, claims, to);
  return claims;
}

/** Wei that a lot of the basket pays at weight 1. */
export function lotValueOf({ terms: { basketScale, basketTickValue } }: BookState): bigint {
  return basketScale * basketTickValue;
}

function inBasket({ margin, markets }: BookState, traderId: number): Exposure {
  return margin.load(traderId, markets.known(BASKET_ROOT_ID));
}

/** @throws Refusal Book_PositionOverflow if the book has no room for it */
function store(state: BookState, trader: string, exposure: Exposure): void {
  const basket = state.markets.known(BASKET_ROOT_ID);
  if (!isStorable(basket, lotValueOf(state), exposure)) throw new Refusal("Book_PositionOverflow", { trader });
  state.margin.store(basket, exposure);
}

/** R15: what is left after `requested` has gone still bears the most that an open order may need. From t2 on none is filled. */
function requireFree(
  state: BookState,
  { caller, timestamp }: CallContext,
  trader: Trader,
  requested: bigint,
  available: bigint,
): void {
  if (requested > available) {
    throw new Refusal("Book_WithdrawalTooLarge", { trader: caller, requested, available });
  }
  const reserved = timestamp < state.terms.t2 ? trader.reserved : 0n;
  if (available - requested < reserved) {
    throw new Refusal("Book_WithdrawalUncoversOrders", { trader: caller, requested, available, reserved });
  }
}

function payee(state: BookState, { caller }: CallContext, amount: bigint, to: string, nonceFloor: bigint): Trader {
  requireReceiver(state, to);
  if (amount === 0n) throw new Refusal("Book_ZeroAmount", {});
  const trader = state.traders.registered(caller);
  raiseNonceFloor(state, trader, nonceFloor);
  return trader;
}

function requireReceiver({ terms: { domain, session } }: BookState, to: string): void {
  if (to === ZeroAddress || to === domain.verifyingContract || to === session) {
    throw new Refusal("Book_ReceiverInvalid", { receiver: to });
  }
}

function requireDeposits({ terms: { t2 } }: BookState, amount: bigint, timestamp: bigint): void {
  if (timestamp >= t2) throw new Refusal("Book_DepositsClosed", { timestamp, t2 });
  if (amount === 0n) throw new Refusal("Book_ZeroAmount", {});
}
