/** How many records of each kind a log has, and what traders have taken out in all. */
import type { BookEventInLog } from "./events.js";
import type { VerifyCounts } from "./report.js";

type Counted = Pick<VerifyCounts, "orders" | "fills" | "evictions" | "offsets" | "checkpoints" | "marketRecords">;

export class Tally {
  readonly #counts = { orders: 0, fills: 0, evictions: 0, offsets: 0, checkpoints: 0, marketRecords: 0 };
  readonly #exited = new Map<number, readonly bigint[]>();

  public get counts(): Counted {
    return this.#counts;
  }

  /** Claims on each asset that were taken out by exits, wei; undefined if none were. */
  public exitedOf(traderId: number): readonly bigint[] | undefined {
    return this.#exited.get(traderId);
  }

  public count(event: BookEventInLog): void {
    const counts = this.#counts;
    if (event.kind === "tradeCreated" || event.kind === "quoteCreated") counts.orders += 1;
    else if (event.kind === "matched") counts.fills += 1;
    else if (event.kind === "offset") counts[event.reason === "uncovered" ? "evictions" : "offsets"] += 1;
    else if (event.kind === "checkpoint") counts.checkpoints += 1;
    else if (event.kind === "marketRecorded" || event.kind === "fallbackApplied") counts.marketRecords += 1;
    else if (event.kind === "exited") {
      const before = this.#exited.get(event.traderId) ?? [];
      const all = event.claims.map((claim, k) => claim + (before[k] ?? 0n));
      this.#exited.set(event.traderId, all);
    }
  }
}
