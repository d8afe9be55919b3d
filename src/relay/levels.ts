/** One side of a market, price by price. */
import type { Queue } from "../protocol/book/queue.js";

/** Amounts are ticks and lots; lots are above zero on both sides. */
export interface Level {
  readonly price: bigint;
  readonly lots: bigint;
  readonly orders: number;
}

/** @param most levels, from the best on */
export function levelsOf(queue: Queue, most = Infinity): Level[] {
  const levels: { price: bigint; lots: bigint; orders: number }[] = [];
  for (const { price, lots } of queue) {
    const size = lots < 0n ? -lots : lots;
    const last = levels.at(-1);
    if (last?.price === price) {
      last.lots += size;
      last.orders += 1;
    } else if (levels.length >= most) break;
    else levels.push({ price, lots: size, orders: 1 });
  }
  return levels;
}

/** What turns one list of levels into another: levels that are new or different, and with no lots those that are gone. */
export function levelChanges(before: readonly Level[], after: readonly Level[]): Level[] {
  const old = new Map(before.map((level) => [level.price, level]));
  const changed = after.filter(({ price, lots, orders }) => {
    const known = old.get(price);
    old.delete(price);
    return known?.lots !== lots || known.orders !== orders;
  });
  return [...changed, ...[...old.keys()].map((price) => ({ price, lots: 0n, orders: 0 }))];
}
