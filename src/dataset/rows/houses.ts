/** Contracts of which somebody has found out that they are houses of the book; logs alone say only that a contract has traded. */
import type { Via } from "../../protocol/value/via.js";
import type { LiveOrder } from "../../history/event-rows.js";

export type HouseKinds = ReadonlyMap<string, Via>;

export class Houses {
  readonly #kinds: HouseKinds;
  readonly #addressOf: (traderId: number) => string;

  /** @param kinds by address @param addressOf of a trader */
  public constructor(kinds: HouseKinds, addressOf: (traderId: number) => string) {
    this.#kinds = kinds;
    this.#addressOf = addressOf;
  }

  /** A house signs nothing, and none of its orders outlives its call: so what is of its is through it, on whichever side it is. */
  public viaOf(via: Via, orders: readonly Pick<LiveOrder, "traderId">[]): Via {
    if (via !== "contract") return via;
    for (const { traderId } of orders) {
      const kind = this.#kinds.get(this.#addressOf(traderId));
      if (kind !== undefined) return kind;
    }
    return via;
  }
}
