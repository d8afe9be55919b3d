/** Whose an order was, where, and on which side: what fills name only by number. */
import type { BookEvent } from "../protocol/book/events.js";
import type { MarketRef } from "../protocol/signing/package.js";

export interface SeenOrder {
  readonly trader: string;
  readonly market: MarketRef;
  readonly buys: boolean;
}

/** Orders of a log, as they come. */
export class OrdersSeen {
  readonly #orders = new Map<number, SeenOrder>();
  /** Whose quotes come. */
  #quoting = "";

  public take(event: BookEvent<unknown>): void {
    if (event.kind === "tradeCreated") {
      const { trader, marketRootId, marketBranchId, quantityLots } = event.package;
      const market = { marketRootId, marketBranchId };
      this.#orders.set(event.tradeRootId, { trader, market, buys: quantityLots > 0n });
    } else if (event.kind === "quoteSetCreated") {
      this.#quoting = event.trader;
    } else if (event.kind === "quoteCreated") {
      const { marketRootId, marketBranchId, quantityLots } = event;
      const market = { marketRootId, marketBranchId };
      this.#orders.set(event.tradeRootId, { trader: this.#quoting, market, buys: quantityLots > 0n });
    }
  }

  public of(tradeRootId: number): SeenOrder | undefined {
    return this.#orders.get(tradeRootId);
  }
}
