/** Other order books from npm under the same stream. They check neither signature nor collateral, and keep no record. */
import { createRequire } from "node:module";

import { OrderBook, Side } from "nodejs-order-book";

import type { Step } from "./stream.js";

/** A book under test. */
export interface StreamBook {
  take(step: Step): void;
  /** Lots that have been traded so far: the same in every book. */
  readonly filledLots: bigint;
}

export class NodejsOrderBook implements StreamBook {
  readonly #book = new OrderBook();
  #filled = 0;

  public get filledLots(): bigint {
    return BigInt(this.#filled);
  }

  public take(step: Step): void {
    const id = String(step.id);
    if (step.kind === "cancel") {
      this.#book.cancel(id);
      return;
    }
    const { bid, lots: size, price } = step;
    const { quantityLeft } = this.#book.limit({ id, side: bid ? Side.BUY : Side.SELL, size, price });
    this.#filled += size - quantityLeft;
  }
}

/** As far as it is used; the package brings no types. */
interface LimitOrderBookPackage {
  readonly LimitOrderBook: new (options: { symbol: string; priceStep: string; sizeStep: string }) => {
    add(order: unknown): { readonly filled: string };
    remove(id: string): unknown;
  };
  readonly LimitOrder: new (id: string, side: "bid" | "ask", price: string, size: string) => object;
}
// Typed by its README, which is all the description there is.
const { LimitOrderBook: ItsBook, LimitOrder } = createRequire(import.meta.url)(
  "limit-order-book",
) as LimitOrderBookPackage;

export class LimitOrderBook implements StreamBook {
  readonly #book = new ItsBook({ symbol: "LEG", priceStep: "1", sizeStep: "1" });
  #filled = 0n;

  public get filledLots(): bigint {
    return this.#filled;
  }

  public take(step: Step): void {
    const id = String(step.id);
    if (step.kind === "cancel") {
      this.#book.remove(id);
      return;
    }
    const order = new LimitOrder(id, step.bid ? "bid" : "ask", String(step.price), String(step.lots));
    this.#filled += BigInt(this.#book.add(order).filled);
  }
}
