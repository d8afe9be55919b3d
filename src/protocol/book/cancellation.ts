/** Orders taken out by a message that their trader has signed (R43). Twin of `cancelTrades` in `contracts/OrderBookAccounts.sol`. */
import { Refusal } from "../market/refusal.js";
import type { SignedTradesCancellation, TradesCancellation } from "../signing/trades-cancellation.js";
import { cancellationHash } from "../signing/typed-data.js";
import { takeOutNamed } from "./matching.js";
import type { CallBlock } from "./outside.js";
import type { RestingOrder } from "./queue.js";
import { type BookState, closeCall } from "./state.js";
import type { Trader } from "./traders.js";

/** @returns how many orders were taken out. @throws Refusal the first one's, if nothing at all would change */
export function cancelTrades(
  state: BookState,
  block: CallBlock,
  { cancellation, signature }: SignedTradesCancellation,
  tradeRootIds: readonly number[],
): number {
  const trader = signerOf(state, block.timestamp, { cancellation, signature });
  state.events.emit({ kind: "tradesCancelled", cancellation, signature });
  const isRaised = state.traders.raiseNonceFloor(trader, cancellation.nonceFloor);
  const refusals: Refusal[] = [];
  for (const tradeRootId of tradeRootIds) {
    const refusal = cancelOne(state, trader, cancellation, tradeRootId);
    if (refusal === undefined) continue;
    refusals.push(refusal);
    state.events.emit({ kind: "offsetSkipped", tradeRootId, refusal });
  }
  const count = tradeRootIds.length - refusals.length;
  if (count === 0 && !isRaised) throw refusals[0] ?? floorNotHigher(trader, cancellation);
  closeCall(state, block);
  return count;
}

/** Who has signed it, if it is good now. @throws Refusal */
export function signerOf(
  state: BookState,
  timestamp: bigint,
  { cancellation, signature }: SignedTradesCancellation,
): Trader {
  const { deadline, toTradeRootId, nonceFloor } = cancellation;
  if (deadline < timestamp) throw new Refusal("Book_DeadlineExpired", { deadline, timestamp });
  const trader = state.traders.registered(cancellation.trader);
  if (toTradeRootId > state.chain.state.trades && trader.nonces.floor > nonceFloor) {
    throw new Refusal("Book_CancellationVoid", { trader: trader.address, nonceFloor, current: trader.nonces.floor });
  }
  const digest = state.hashing.digestOf(state.chain.separator, cancellationHash(cancellation));
  if (state.outside.signedBy(trader.address, digest, signature) !== undefined) return trader;
  throw new Refusal("Book_SignatureInvalid", { trader: trader.address, digest });
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
  tradeRootId: number,
): Refusal | undefined {
  const order = state.queues.find(tradeRootId);
  if (order === undefined) return new Refusal("Book_OrderUnknown", { tradeRootId: BigInt(tradeRootId) });
  if (isMeant(cancellation, trader, order)) {
    takeOutNamed(state, order, "cancelled");
    return undefined;
  }
  const { fromTradeRootId, toTradeRootId } = cancellation;
  return new Refusal("Book_OrderNotMeant", {
    tradeRootId: BigInt(tradeRootId),
    trader: trader.address,
    fromTradeRootId: BigInt(fromTradeRootId),
    toTradeRootId: BigInt(toTradeRootId),
  });
}

function floorNotHigher({ nonces }: Trader, { nonceFloor }: TradesCancellation): Refusal {
  return new Refusal("Book_NonceFloorNotHigher", { given: nonceFloor, current: nonces.floor });
}
