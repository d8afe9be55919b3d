/**
 * Many orders in one call (R29). Twin of `contracts/book/Batches.sol`, but for gas: a batch of the contract that runs low skips what
 * is left of it (Book_OutOfGas).
 */
import { ZeroHash } from "ethers";

import { MAX_WALLETS } from "../amounts/limits.js";
import { isRefusal, Refusal } from "../market/refusal.js";
import { isByWallet } from "../signing/batch.js";
import { loggedSignature } from "../signing/signatures.js";
import type { SubmittedQuoteSet } from "../signing/quote-set.js";
import type { Hash } from "../signing/typed-data.js";
import type { SignedTradesCancellation } from "../signing/trades-cancellation.js";
import { bring, isMeant, refusalOfCancellation } from "./cancellation.js";
import { numberOf } from "./checkpoint.js";
import type { Authenticity, SubmittedOrder } from "./intake.js";
import { accept, authenticate, type Placed, type Timed } from "./orders.js";
import { acceptQuoteSet } from "./quote-sets.js";
import { closeCall, release } from "./resting.js";
import type { BookState } from "./state.js";

const NOT_ACCEPTED: Placed = { tradeRootId: 0, place: 0 };

/** A cancellation, and the places of the orders that it is about. */
export interface BroughtCancellation extends SignedTradesCancellation {
  readonly places: readonly number[];
}

export interface Batch {
  readonly orders: readonly SubmittedOrder[];
  /** They come before the orders. */
  readonly cancellations?: readonly BroughtCancellation[];
  /** They come behind the orders. */
  readonly quoteSets?: readonly SubmittedQuoteSet[];
  /** Whether one refusal refuses everything. */
  readonly strict?: boolean;
}

/**
 * Brings cancellations, appends orders and then quote sets; a bad one is skipped with its reason and harms no other.
 * @returns number and place of each order, then of each quote; no number for one that was skipped
 * @throws Refusal if there are too many wallets, or if the batch is strict and anything is refused
 */
export function createTrades(state: BookState, limits: Timed, batch: Batch): Placed[] {
  const { cancellations = [], orders, quoteSets = [], strict = false } = batch;
  const wallets = BigInt(orders.filter(isByWallet).length);
  const limit = BigInt(MAX_WALLETS);
  if (wallets > limit) throw new Refusal("Book_TooManyWallets", { wallets, limit });
  // All first: wallets are asked while nothing has changed.
  const read = orders.map((order) => {
    const submitted = { ...order, package: asRead(state, order.package) };
    return { submitted, authentic: signedAs(authenticate(state, submitted), isByWallet(order) ? "wallet" : "key") };
  });
  cancellations.forEach((brought, index) => {
    const refusal = cancel(state, limits.timestamp, brought);
    if (refusal === undefined) return;
    if (strict) throw new Refusal("Book_CancellationRefused", { index: BigInt(index), reason: refusal.code });
    state.events.emit({ kind: "cancellationSkipped", trader: brought.cancellation.trader, refusal });
  });
  const placed = read.map(({ submitted, authentic }, index) => {
    const accepted = accept(state, limits, submitted, authentic);
    if (!isRefusal(accepted)) return accepted;
    if (strict) throw new Refusal("Book_PackageRefused", { index: BigInt(index), reason: accepted.code });
    const { trader, nonce } = submitted.package;
    state.events.emit({ kind: "skipped", index, trader, nonce, refusal: accepted });
    return NOT_ACCEPTED;
  });
  quoteSets.forEach((set, index) => {
    placed.push(...appendQuoteSet(state, limits, set, { index, strict }));
  });
  closeCall(state, limits);
  return placed;
}

/** A set that is refused leaves nothing behind, so the call lets go of whatever it holds before. */
function appendQuoteSet(
  state: BookState,
  limits: Timed,
  { terms, quotes, signature }: SubmittedQuoteSet,
  { index, strict }: { readonly index: number; readonly strict: boolean },
): Placed[] {
  release(state);
  try {
    const set = { terms: asRead(state, terms), quotes, signature };
    return state.journal.attempt(() => acceptQuoteSet(state, limits, set, strict));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (strict) throw new Refusal("Book_QuoteSetRefused", { index: BigInt(index), reason: error.code });
    const { trader, nonce } = terms;
    state.events.emit({ kind: "quoteSetSkipped", index, trader, nonce, refusal: error });
    return quotes.map(() => NOT_ACCEPTED);
  }
}

/** A batch gives of a link the last byte of its number: the book takes the newest checkpoint that it may be. */
function asRead<Signed extends { readonly previousLink: Hash }>({ chain }: BookState, signed: Signed): Signed {
  const newest = chain.checkpoints;
  const back = (newest - BigInt(numberOf(signed.previousLink))) & 0xffn;
  return { ...signed, previousLink: chain.checkpointAt(newest - back) ?? ZeroHash };
}

/** An order is asked of the one that is said to have signed it, and of nobody else. */
function signedAs(authentic: Authenticity, by: "key" | "wallet"): Authenticity {
  return authentic.by === by ? authentic : { ...authentic, by: undefined };
}

/** @returns why the cancellation is void, or undefined */
function cancel(state: BookState, timestamp: bigint, brought: BroughtCancellation): Refusal | undefined {
  const { cancellation, signature, places } = brought;
  // By a key: wallets have cancelTrades.
  const refusal = refusalOfCancellation(state, timestamp, brought, ["key"]);
  if (refusal !== undefined) return refusal;
  const { trader: address, fromTradeRootId, toTradeRootId, nonceFloor } = cancellation;
  const trader = state.traders.registered(address);
  const doesAnything =
    nonceFloor > trader.nonces.floor ||
    places.some((place) => {
      const order = state.queues.at(place);
      return order !== undefined && isMeant(cancellation, trader, order);
    });
  if (doesAnything) {
    bring(state, { cancellation, signature: loggedSignature(signature) }, places);
    return undefined;
  }
  return new Refusal("Book_OrderNotMeant", {
    tradeRootId: BigInt(state.queues.lastAt(places[0] ?? 0)),
    trader: address,
    fromTradeRootId: BigInt(fromTradeRootId),
    toTradeRootId: BigInt(toTradeRootId),
  });
}
