/** A trader's account as it stands in a book, in the words of the wire. */
import type { Book } from "../protocol/book/book.js";
import { bindingIn, claimsIn } from "../protocol/book/projections.js";
import type { Basket } from "../protocol/value/allocations.js";
import type { Served } from "../wire/form.js";
import type { trader, traders } from "../wire/state.js";
import { allocationItem } from "./history.js";

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
    positions: positionsView(now, traderId),
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

/** Root by root in the order of their numbers. */
function positionsView({ state }: Book, traderId: number): AccountView["positions"] {
  const held = [...state.margin.positionsOf(traderId)].sort(([a], [b]) => a - b);
  return held.flatMap(([marketRootId, { lots }]) =>
    lots.flatMap((of, b) => (of === 0n ? [] : [{ marketRootId, marketBranchId: b + 1, lots: of }])),
  );
}

/**
 * Registered traders in their order, from the one behind `after` on.
 * @returns at most so many, and the number after which the next page begins; null at the end
 */
export function tradersView(
  { state }: Pick<Book, "state">,
  basket: Basket,
  { after, limit }: { readonly after: number; readonly limit: number },
): Pick<Served<typeof traders>, "traders" | "next"> {
  const last = Math.min(state.traders.count, after + limit);
  const list = Array.from({ length: Math.max(0, last - after) }, (_, index) => {
    const { traderId, address } = state.traders.byId(after + index + 1);
    return allocationItem({ traderId, trader: address, claims: claimsIn(state, traderId) }, basket);
  });
  return { traders: list, next: last < state.traders.count ? last : null };
}

/** Bits up to the highest that is set. */
function widthOf(bits: bigint): number {
  return bits === 0n ? 0 : bits.toString(2).length;
}
