/** A trader's account as it stands in a book, in the words of the wire. */
import type { Book } from "../protocol/book/book.js";
import { bindingIn } from "../protocol/book/projections.js";
import type { Served } from "../wire/form.js";
import type { trader } from "../wire/state.js";

export type AccountView = Served<typeof trader>;

export interface AccountOptions {
  /** The book with everything that waits, from whose nonces and numbers the trader goes on; the same by default. */
  readonly next?: Book;
  /** Packages of this trader that have not landed; none by default. */
  readonly waiting?: number;
}

/** @param now the book that the account is read from @param traderId of somebody who is registered in it */
export function accountView(
  now: Book,
  traderId: number,
  { next = now, waiting = 0 }: AccountOptions = {},
): AccountView {
  const { address } = now.state.traders.byId(traderId);
  const { claim, worst, reserved, openOrders } = now.accountOf(address);
  const { nonceFloor, used } = next.noncesOf(address);
  return {
    traderId,
    claim,
    worst,
    slack: claim + worst,
    reserved,
    openOrders,
    nonceFloor,
    usedNonces: used,
    claims: now.claimsOf(address),
    cancelAll: { toTradeRootId: next.state.chain.trades, nonceFloor: nonceFloor + BigInt(widthOf(used)) },
    waiting,
    binding: bindingView(now, traderId),
  };
}

function bindingView({ state }: Book, traderId: number): AccountView["binding"] {
  const binding = bindingIn(state, traderId);
  const placeOf = (tradeRootId: number): number => state.queues.find(tradeRootId)?.place ?? 0;
  return { ...binding, orders: binding.orders.map((order) => ({ ...order, place: placeOf(order.tradeRootId) })) };
}

/** Bits up to the highest that is set. */
function widthOf(bits: bigint): number {
  return bits === 0n ? 0 : bits.toString(2).length;
}
