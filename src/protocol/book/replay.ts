/** From a book's records to the head of its chain, without trusting anybody (R23). */
import { foldMarket, foldPrimary, foldPromotion, type MarketFold, recordWord, TradeBranch } from "./record-words.js";
import { RuleError } from "../amounts/errors.js";
import type { TradePackage } from "../signing/package.js";
import { type Hash, primaryLink } from "../signing/typed-data.js";
import { type Lots, opposite, type Ticks } from "../amounts/units.js";

/** What the book's logs say about its chain, one shape for each event; `lots` are unsigned there. */
export type BookRecord =
  /** TradeCreated */
  | { readonly kind: "primary"; readonly tradeRootId: number; readonly order: TradePackage }
  /** TradesMatched: offset and match of the maker were promoted, then those of the taker. */
  | {
      readonly kind: "fill";
      readonly makerRootId: number;
      readonly takerRootId: number;
      readonly price: Ticks;
      readonly lots: Lots;
    }
  /** TradeOffset: what was left of the order is out of the book. */
  | { readonly kind: "offset"; readonly tradeRootId: number; readonly lots: Lots }
  /** MarketRecorded or FallbackApplied: the head commits to the markets too. */
  | ({ readonly kind: "market" } & MarketFold)
  /** Checkpoint: the head at the end of a call, as the book says. */
  | { readonly kind: "checkpoint"; readonly number: bigint; readonly head: Hash };

/** An order in the course of a replay. */
export interface ReplayedOrder {
  readonly order: TradePackage;
  /** What is neither filled nor offset, signed as the order's. */
  readonly open: Lots;
}

/** Where a replay stands. */
export interface Replay {
  readonly head: Hash;
  /** Checkpoints seen; each agreed. */
  readonly checkpoints: bigint;
  /** Every order so far, by tradeRootId. */
  readonly orders: ReadonlyMap<number, ReplayedOrder>;
}

interface State {
  head: Hash;
  checkpoints: bigint;
  readonly orders: Map<number, ReplayedOrder>;
}

/**
 * Replays all of a book's records in log order. Checks what the chain itself implies: numbers without gaps, links (computed
 * from the packages), sizes, sides, traders, markets and limits of fills, and each checkpoint against the computed head.
 * @param genesis the book's domain separator
 * @throws RuleError RECORD_OUT_OF_ORDER, RECORD_IMPOSSIBLE, RECORD_FIELD_INVALID, HEAD_MISMATCH
 */
export function replayChain(genesis: Hash, records: Iterable<BookRecord>): Replay {
  const state: State = { head: genesis, checkpoints: 0n, orders: new Map() };
  for (const record of records) apply(state, record);
  return state;
}

function apply(state: State, record: BookRecord): void {
  switch (record.kind) {
    case "primary":
      append(state, record.tradeRootId, record.order);
      break;
    case "fill":
      fill(state, record);
      break;
    case "offset":
      offset(state, record.tradeRootId, record.lots);
      break;
    case "market":
      state.head = foldMarket(state.head, record);
      break;
    case "checkpoint":
      confirm(state, record.number, record.head);
      break;
  }
}

function append(state: State, tradeRootId: number, order: TradePackage): void {
  const expected = state.orders.size + 1;
  if (tradeRootId !== expected) throw new RuleError("RECORD_OUT_OF_ORDER", { tradeRootId, expected });
  const { price, quantity } = order;
  const word = recordWord({ tradeRootId, tradeBranchId: TradeBranch.Primary, price, lots: quantity });
  state.head = foldPrimary(state.head, word, primaryLink(order));
  state.orders.set(tradeRootId, { order, open: quantity });
}

function fill(state: State, { makerRootId, takerRootId, price, lots }: BookRecord & { kind: "fill" }): void {
  const [maker, taker] = [orderOf(state, makerRootId).order, orderOf(state, takerRootId).order];
  const bid = maker.quantity > 0n ? maker : taker;
  const ask = bid === maker ? taker : maker;
  const possible =
    makerRootId < takerRootId &&
    maker.trader !== taker.trader &&
    maker.marketRootId === taker.marketRootId &&
    maker.marketBranchId === taker.marketBranchId &&
    bid.quantity > 0n &&
    ask.quantity < 0n &&
    price === maker.price &&
    bid.price >= ask.price;
  if (!possible) throw new RuleError("RECORD_IMPOSSIBLE", { record: "fill", makerRootId, takerRootId, price });
  for (const tradeRootId of [makerRootId, takerRootId]) {
    const taken = takeOut(state, tradeRootId, lots);
    const word = recordWord({ tradeRootId, tradeBranchId: TradeBranch.Match, price, lots: taken });
    state.head = foldPromotion(state.head, word);
  }
}

function offset(state: State, tradeRootId: number, lots: Lots): void {
  takeOut(state, tradeRootId, lots);
  const left = orderOf(state, tradeRootId).open;
  if (left !== 0n) throw new RuleError("RECORD_IMPOSSIBLE", { record: "offset", tradeRootId, lots, left });
}

/** Promotes the offset of `size` lots. @returns them, signed as the order's */
function takeOut(state: State, tradeRootId: number, size: Lots): Lots {
  const { order, open } = orderOf(state, tradeRootId);
  const isBid = order.quantity > 0n;
  const available = isBid ? open : opposite(open);
  if (size <= 0n || size > available) {
    throw new RuleError("RECORD_IMPOSSIBLE", { record: "offset", tradeRootId, lots: size, available });
  }
  const taken = isBid ? size : opposite(size); // no larger than the order's quantity, which has an opposite
  const word = recordWord({
    tradeRootId,
    tradeBranchId: TradeBranch.Offset,
    price: order.price,
    lots: opposite(taken),
  });
  state.head = foldPromotion(state.head, word);
  state.orders.set(tradeRootId, { order, open: (open - taken) as Lots });
  return taken;
}

function confirm(state: State, number: bigint, recorded: Hash): void {
  const expected = state.checkpoints + 1n;
  if (number !== expected) throw new RuleError("RECORD_OUT_OF_ORDER", { checkpoint: number, expected });
  if (recorded.toLowerCase() !== state.head) {
    throw new RuleError("HEAD_MISMATCH", { checkpoint: number, recorded, replayed: state.head });
  }
  state.checkpoints = number;
}

function orderOf({ orders }: State, tradeRootId: number): ReplayedOrder {
  const found = orders.get(tradeRootId);
  if (found === undefined) throw new RuleError("RECORD_OUT_OF_ORDER", { unknownOrder: tradeRootId });
  return found;
}
