/** Orders taken out by a message that their trader has signed (R43). Twin of `contracts/book/Cancelling.sol`. */
import { MAX_FLOOR } from "../amounts/limits.js";
import { Refusal } from "../market/refusal.js";
import type { SignedTradesCancellation, TradesCancellation } from "../signing/trades-cancellation.js";
import { cancellationHash } from "../signing/typed-data.js";
import { takeOutNamed } from "./matching.js";
import type { Approval, CallBlock } from "./outside.js";
import type { RestingOrder } from "./queue.js";
import { closeCall } from "./resting.js";
import type { BookState } from "./state.js";
import type { Trader } from "./traders.js";

/** @returns how many orders were taken out. @throws Refusal the first one's, if nothing at all would change */
export function cancelTrades(
  state: BookState,
  block: CallBlock,
  signed: SignedTradesCancellation,
  places: readonly number[],
): number {
  const refusal = refusalOfCancellation(state, block.timestamp, signed, ["key", "wallet"]);
  if (refusal !== undefined) throw refusal;
  const { isRaised, refusals } = bring(state, signed, places);
  const count = places.length - refusals.length;
  if (count === 0 && !isRaised) {
    const { trader, nonceFloor: given } = signed.cancellation;
    const current = state.traders.registered(trader).nonces.floor;
    throw refusals[0] ?? new Refusal("Book_NonceFloorNotHigher", { given, current });
  }
  closeCall(state, block);
  return count;
}

/** What decides whether a cancellation is void. */
export interface CancellationGround extends Pick<BookState, "hashing" | "outside"> {
  readonly traders: { find(address: string): Pick<Trader, "nonces"> | undefined };
  readonly chain: Pick<BookState["chain"], "trades" | "separator">;
}

/** Why a cancellation is void, or undefined. @param by who may have signed it */
export function refusalOfCancellation(
  { traders, chain, hashing, outside }: CancellationGround,
  timestamp: bigint,
  { cancellation, signature }: SignedTradesCancellation,
  by: readonly Approval[],
): Refusal | undefined {
  const { trader, deadline, toTradeRootId, nonceFloor } = cancellation;
  if (deadline < timestamp) return new Refusal("Book_DeadlineExpired", { deadline, timestamp });
  const known = traders.find(trader);
  if (known === undefined) return new Refusal("Book_TraderUnknown", { trader });
  if (toTradeRootId > chain.trades && known.nonces.floor > nonceFloor) {
    return new Refusal("Book_CancellationVoid", { trader, nonceFloor, current: known.nonces.floor });
  }
  if (nonceFloor > MAX_FLOOR) {
    return new Refusal("Book_NonceTooFar", { trader, nonce: nonceFloor, limit: MAX_FLOOR + 1n });
  }
  const digest = hashing.digestOf(chain.separator, cancellationHash(cancellation));
  const approval = outside.signedBy(trader, digest, signature);
  if (approval !== undefined && by.includes(approval)) return undefined;
  return new Refusal("Book_SignatureInvalid", { trader, digest });
}

/** Records a cancellation that is good, raises its trader's nonce floor, and takes out what it is about. */
export function bring(
  state: BookState,
  { cancellation, signature }: SignedTradesCancellation,
  places: readonly number[],
): { readonly isRaised: boolean; readonly refusals: readonly Refusal[] } {
  const trader = state.traders.registered(cancellation.trader);
  state.events.emit({ kind: "tradesCancelled", cancellation, signature });
  const isRaised = state.traders.raiseNonceFloor(trader, cancellation.nonceFloor);
  const refusals: Refusal[] = [];
  for (const place of places) {
    const tradeRootId = state.queues.lastAt(place);
    const refusal = cancelOne(state, trader, cancellation, place);
    if (refusal === undefined) continue;
    refusals.push(refusal);
    state.events.emit({ kind: "offsetSkipped", tradeRootId, refusal });
  }
  return { isRaised, refusals };
}

/** Whether the cancellation is about that order of its trader. */
export function isMeant(
  { fromTradeRootId, toTradeRootId }: TradesCancellation,
  { traderId }: Trader,
  order: RestingOrder,
): boolean {
  return order.traderId === traderId && order.tradeRootId >= fromTradeRootId && order.tradeRootId <= toTradeRootId;
}

function cancelOne(
  state: BookState,
  trader: Trader,
  cancellation: TradesCancellation,
  place: number,
): Refusal | undefined {
  const order = state.queues.at(place);
  const tradeRootId = BigInt(state.queues.lastAt(place));
  if (order === undefined) return new Refusal("Book_OrderUnknown", { tradeRootId });
  if (isMeant(cancellation, trader, order)) {
    takeOutNamed(state, order, "cancelled");
    return undefined;
  }
  const { fromTradeRootId, toTradeRootId } = cancellation;
  return new Refusal("Book_OrderNotMeant", {
    tradeRootId,
    trader: trader.address,
    fromTradeRootId: BigInt(fromTradeRootId),
    toTradeRootId: BigInt(toTradeRootId),
  });
}
