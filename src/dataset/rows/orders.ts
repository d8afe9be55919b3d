/** Orders that rows still speak of: those that have lots left. */
import type { Via } from "../../protocol/value/via.js";
import type { MarketRef } from "../../protocol/signing/package.js";

export interface LiveOrder extends MarketRef {
  readonly orderId: number;
  readonly traderId: number;
  readonly isBid: boolean;
  /** Limit, ticks. */
  readonly price: number;
  /** Unix seconds of its block. */
  readonly since: bigint;
  readonly seenSeq: bigint;
  readonly age: number;
  /** Lots, above zero. */
  left: bigint;
  /** The transaction in which a contract said yes to it without a signature. */
  unsignedIn: string | undefined;
}

export class LiveOrders {
  readonly #orders = new Map<number, LiveOrder>();

  public add(order: LiveOrder): void {
    this.#orders.set(order.orderId, order);
  }

  /** @throws RangeError for one that has nothing left: the replay has refused such a record before */
  public get(orderId: number): LiveOrder {
    const found = this.#orders.get(orderId);
    if (found === undefined) throw new RangeError(`order ${orderId} has nothing left`);
    return found;
  }

  /** @returns what is left */
  public reduce(orderId: number, lots: bigint): bigint {
    const order = this.get(orderId);
    order.left -= lots;
    if (order.left === 0n) this.#orders.delete(orderId);
    return order.left;
  }
}

/** An order that rests beyond its own transaction is one of the book's, whoever approved it. */
export function viaOf(transactionHash: string, orders: readonly LiveOrder[]): Via {
  return orders.some(({ unsignedIn }) => unsignedIn === transactionHash) ? "contract" : "book";
}
