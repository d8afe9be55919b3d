/** What is said of a session by its sources, and what its things are called in there. */
import type { RelayMarkets } from "../../src/wire/state.js";

/** What things are called. Without a node addresses stand in the place of symbols. */
export interface Names {
  readonly name: string;
  readonly symbol: string;
  readonly assets: readonly { readonly symbol: string; readonly decimals: number }[];
}

export type Root = RelayMarkets["roots"][number];

export function shortAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}
