/** An order's life, told to its end: what was filled of it, what was taken out and why, and what is left. */
import type { Via } from "../protocol/value/via.js";
import type { OffsetReason } from "../protocol/book/events.js";
import type { FillRow, OffsetRow, OrderRow } from "./rows.js";

/**
 * `open` and `partlyFilled` orders rest and can be filled. `cancelled`: by its trader, or as its time in force asked. `expired`: its
 * deadline is over, or its market, whether it has been taken out already or not. `takenOut`: its trader could not bear it any more, or
 * it met an order of the same trader.
 */
export const ORDER_STATES = ["open", "partlyFilled", "filled", "cancelled", "expired", "takenOut"] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export interface OrderLife {
  readonly state: OrderState;
  /** All unsigned. They add up to the order's size. */
  readonly filledLots: bigint;
  readonly takenOutLots: bigint;
  readonly leftLots: bigint;
}

const AFTER: Readonly<Record<OffsetReason, OrderState>> = {
  cancelled: "cancelled",
  remainder: "cancelled",
  expired: "expired",
  uncovered: "takenOut",
  ownOrder: "takenOut",
};

/**
 * @param fills and offsets of this order, in the order in which they came
 * @param isOver whether what is left can be filled no more: its deadline has passed, or its market takes no orders
 */
export function lifeOf(
  { tradeRootId, quantityLots }: Pick<OrderRow, "tradeRootId" | "quantityLots">,
  fills: readonly Pick<FillRow, "makerRootId" | "takerRootId" | "lots">[],
  offsets: readonly Pick<OffsetRow, "tradeRootId" | "lots" | "reason">[],
  isOver: boolean,
): OrderLife {
  const size = quantityLots < 0n ? 0n - quantityLots : quantityLots;
  const own = fills.filter(
    ({ makerRootId, takerRootId }) => makerRootId === tradeRootId || takerRootId === tradeRootId,
  );
  const out = offsets.filter((offset) => offset.tradeRootId === tradeRootId);
  const [filledLots, takenOutLots] = [own, out].map((rows) => rows.reduce((sum, { lots }) => sum + lots, 0n)) as [
    bigint,
    bigint,
  ];
  const leftLots = size - filledLots - takenOutLots;
  return { state: stateOf(leftLots, filledLots, out.at(-1)?.reason, isOver), filledLots, takenOutLots, leftLots };
}

/** Lots of an order that were filled, by what they came through; what gave none is not there. */
export function filledThrough(
  { tradeRootId }: Pick<OrderRow, "tradeRootId">,
  fills: readonly Pick<FillRow, "makerRootId" | "takerRootId" | "lots" | "via">[],
): Partial<Record<Via, bigint>> {
  const lots: Partial<Record<Via, bigint>> = {};
  for (const fill of fills) {
    if (fill.makerRootId !== tradeRootId && fill.takerRootId !== tradeRootId) continue;
    lots[fill.via] = (lots[fill.via] ?? 0n) + fill.lots;
  }
  return lots;
}

function stateOf(left: bigint, filled: bigint, last: OffsetReason | undefined, isOver: boolean): OrderState {
  if (left === 0n) return last === undefined ? "filled" : AFTER[last];
  if (isOver) return "expired";
  return filled > 0n ? "partlyFilled" : "open";
}
