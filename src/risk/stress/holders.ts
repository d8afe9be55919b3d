import type { MarketTable } from "../../protocol/market/market-table.js";
import type { RootOutcome } from "../../protocol/margin/worth.js";
import type { OrderReport } from "../../protocol/book/order-effect.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { Allocation } from "../../protocol/value/allocations.js";

/** The columns of a stress test: who holds what. */
export interface Holders {
  readonly symbols: readonly string[];
  readonly decimals: readonly number[];
  /** Addresses, or the names of a file; then what is not in an account. */
  readonly names: readonly string[];
  readonly table: MarketTable | undefined;
  /** x of each holder if other markets end so. */
  readonly allocationsIn: (outcomes: readonly RootOutcome[]) => readonly Allocation[];
  readonly baseline: readonly Allocation[];
  /** Which book, and as of when; a file has none. */
  readonly at?: { readonly session: string; readonly blockNumber: number; readonly head: Hash };
  /** If it was asked for: what an order would do, and what each holder would have after it. */
  readonly after?: {
    readonly report: OrderReport;
    readonly allocationsIn: (outcomes: readonly RootOutcome[]) => readonly Allocation[];
  };
}

/** Addresses are shortened, names stay. */
export function shortName(name: string): string {
  return /^0x[0-9a-fA-F]{40}$/.test(name) ? `${name.slice(0, 6)}…${name.slice(-4)}` : name;
}
