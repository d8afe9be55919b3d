/** What a maker can show of its fills. */
import type { Lots } from "../../src/protocol/amounts/units.js";
import { gainOf, type PricedFill } from "./maker-fills.js";
import type { ProofItem } from "./proof.js";

/** Every fill was at the cost function's price or better for the maker, computed anew from the position before it. */
export type FillsAtCost = ProofItem<{
  readonly fills: number;
  /** By roundings, ticks · lots. */
  readonly gained: bigint;
  readonly tooCheap: readonly PricedFill[];
}>;

export type PositionMatches = ProofItem<{ readonly byFills: readonly bigint[]; readonly onChain: readonly bigint[] }>;

export function proveFills(fills: readonly PricedFill[]): FillsAtCost {
  const tooCheap = fills.filter((fill) => gainOf(fill) < 0n);
  const gained = fills.reduce((sum, fill) => sum + gainOf(fill), 0n);
  return { ok: tooCheap.length === 0, figures: { fills: fills.length, gained, tooCheap } };
}

export function provePosition(byFills: readonly Lots[], onChain: readonly Lots[]): PositionMatches {
  const ok = byFills.length === onChain.length && byFills.every((lots, b) => lots === onChain[b]);
  return { ok, figures: { byFills, onChain } };
}
