/** The judge of books and fills: resting orders by nothing but rows of events, in plain code. */
import type { TableRow } from "../../../src/dataset/schema/tables.js";

export type EventRow = TableRow<"events">;

export interface PlainOrder {
  readonly id: bigint;
  readonly trader: number;
  readonly side: string;
  readonly price: number;
  readonly deadline: bigint;
  lots: bigint;
}

export interface PlainLevel {
  readonly price: number;
  readonly lots: bigint;
  readonly orders: readonly PlainOrder[];
}

export class PlainBook {
  /** By market, in the order in which they came. */
  readonly #orders = new Map<string, PlainOrder[]>();

  public take(row: EventRow): void {
    if (row.order_id === null) return;
    const key = `${row.root_id}.${row.branch_id}`;
    const orders = this.#orders.get(key) ?? [];
    this.#orders.set(key, orders);
    if (row.action === "A") {
      const { order_id: id, trader, side, price, deadline, lots } = row;
      orders.push({ id, trader: trader!, side, price: price!, deadline: deadline!, lots: lots! });
      return;
    }
    const order = orders.find(({ id }) => id === row.order_id)!;
    order.lots -= row.lots!;
    if (order.lots === 0n) orders.splice(orders.indexOf(order), 1);
  }

  /** Best first. @param without an order that is left out */
  public side(rootId: number, branchId: number, side: "B" | "A", without?: bigint): PlainLevel[] {
    const all = (this.#orders.get(`${rootId}.${branchId}`) ?? []).filter(
      (one) => one.side === side && one.id !== without,
    );
    const prices = [...new Set(all.map(({ price }) => price))].sort((a, b) => (side === "B" ? b - a : a - b));
    return prices.map((price) => {
      const orders = all.filter((one) => one.price === price);
      return { price, orders, lots: orders.reduce((sum, { lots }) => sum + lots, 0n) };
    });
  }
}
