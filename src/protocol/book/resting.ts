/**
 * How orders come to rest (R30), and at which place (docs/words.md). Twin of `rest` and `release` in `contracts/book/Queues.sol`:
 * an order that comes first on its side is held until its call turns to something else, and one that is filled before that has never
 * been at its place.
 */
import type { MarketRef, PackageFields } from "../signing/package.js";
import type { CallBlock } from "./outside.js";
import type { NewOrder } from "./queues.js";
import type { RestingOrder } from "./queue.js";
import type { BookState } from "./state.js";

/** Puts an order into its queue. @param place where it rests @param isPlaced whether the record that it came with says so */
export function rest(state: BookState, order: NewOrder, place: number, isPlaced = false): void {
  const resting = state.queues.insert(order, place, isPlaced);
  if (resting.prev !== undefined) {
    store(state, resting);
    return;
  }
  release(state);
  state.queues.hold(resting);
}

/** The call turns to something else: what it holds is stored. */
export function release(state: BookState): void {
  for (const order of state.queues.held) store(state, order);
}

/** The call turns to a market. */
export function enter(state: BookState, { marketRootId, marketBranchId }: MarketRef): void {
  const isElsewhere = (held: RestingOrder): boolean =>
    held.marketRootId !== marketRootId || held.marketBranchId !== marketBranchId;
  if (state.queues.held.some(isElsewhere)) release(state);
}

/** What is held stays so only for an order that may be filled from it: one of the other side, of another trader. */
export function releaseUnlessMet(state: BookState, { trader, quantityLots }: PackageFields): void {
  const traderId = state.traders.find(trader)?.traderId;
  const isMet = (held: RestingOrder): boolean => held.lots > 0n !== quantityLots > 0n && held.traderId !== traderId;
  if (!state.queues.held.every(isMet)) release(state);
}

/** R24: ends the call that runs with the checkpoint of its block, if it has appended anything. @throws Refusal Book_ChainFull */
export function closeCall(state: BookState, { blockNumber }: Pick<CallBlock, "blockNumber">): void {
  const { chain, events } = state;
  release(state);
  chain.close(events, blockNumber ?? chain.nextMark);
}

/** An order whose place is not its number says where it is. */
function store({ queues, events }: BookState, order: RestingOrder): void {
  queues.store(order);
  const { tradeRootId, place, isPlaced } = order;
  if (place !== tradeRootId && !isPlaced) events.emit({ kind: "tradePlaced", tradeRootId, place });
}
