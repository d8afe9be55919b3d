/** Signed cancellations (R43) as the mirror does them: at the head of a batch, with the orders that whoever brings them lists. */
import type { Book } from "../../protocol/book/book.js";
import { bring, refusalOfCancellation } from "../../protocol/book/cancellation.js";
import { takeOutNamed } from "../../protocol/book/matching.js";
import type { Placed } from "../../protocol/book/orders.js";
import type { RestingOrder } from "../../protocol/book/queue.js";
import { Refusal } from "../../protocol/market/refusal.js";
import type { SignedTradesCancellation, TradesCancellation } from "../../protocol/signing/trades-cancellation.js";

/** As many as a batch can list of one cancellation. */
export const MOST_PLACES = 255;

/**
 * The resting orders that a cancellation is about, best known first.
 * @param last the greatest number that counts: what comes later came after it
 */
export function ordersMeant(
  { state }: Pick<Book, "state">,
  { trader, fromTradeRootId, toTradeRootId }: TradesCancellation,
  last = toTradeRootId,
): RestingOrder[] {
  const found: RestingOrder[] = [];
  const known = state.traders.find(trader);
  if (known === undefined) return found;
  let left = known.openOrders;
  for (const order of state.queues.orders()) {
    if (left === 0) break;
    if (order.traderId !== known.traderId) continue;
    left -= 1;
    const { tradeRootId } = order;
    if (tradeRootId >= fromTradeRootId && tradeRootId <= Math.min(toTradeRootId, last)) found.push(order);
  }
  return found;
}

/** Does a cancellation to the batch that is open. @returns its orders @throws Refusal then nothing has changed */
export function cancelOn(
  { state }: Book,
  timestamp: bigint,
  signed: SignedTradesCancellation,
  most: number,
): { readonly orders: readonly Placed[]; readonly isWhole: boolean } {
  const { cancellation } = signed;
  const meant = ordersMeant({ state }, cancellation);
  const orders = meant.slice(0, most).map(({ tradeRootId, place }) => ({ tradeRootId, place }));
  state.journal.attempt(() => {
    const refusal = refusalOfCancellation(state, timestamp, signed, ["key", "wallet"]);
    if (refusal !== undefined) throw refusal;
    const { isRaised } = bring(
      state,
      signed,
      orders.map(({ place }) => place),
    );
    if (!isRaised && orders.length === 0) throw nothingMeant(cancellation);
  });
  state.events.take();
  return { orders, isWhole: orders.length === meant.length };
}

/** What a cancellation that comes earlier does to what rests later. */
export interface ForeseenChange {
  readonly trader: string;
  /** 0 for none. */
  readonly nonceFloor: bigint;
  /** Orders of the trader that are taken out if they rest. */
  readonly tradeRootIds: readonly number[];
}

export function foreseeOn({ state }: Book, { trader, nonceFloor, tradeRootIds }: ForeseenChange): void {
  const known = state.traders.find(trader);
  if (known === undefined) return;
  state.traders.raiseNonceFloor(known, nonceFloor);
  for (const tradeRootId of tradeRootIds) {
    const order = state.queues.find(tradeRootId);
    if (order?.traderId === known.traderId) takeOutNamed(state, order, "cancelled");
  }
  state.events.take();
}

/** What a batch says of a cancellation of which nothing would come. */
export function nothingMeant({ trader, fromTradeRootId, toTradeRootId }: TradesCancellation): Refusal {
  const [from, to] = [BigInt(fromTradeRootId), BigInt(toTradeRootId)];
  return new Refusal("Book_OrderNotMeant", { tradeRootId: 0n, trader, fromTradeRootId: from, toTradeRootId: to });
}
