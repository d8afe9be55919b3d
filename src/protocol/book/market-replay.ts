/** From a book's records to its market table, without trusting anybody: the chain of markets, verified from logs alone. */
import { RuleError } from "../amounts/errors.js";
import { fallbackChange, recordChange, type RootChange } from "../market/market-chain.js";
import type { MarketRecord } from "../signing/market-record.js";
import { createMarketTable, type MarketRoot, type MarketTable, type MarketTerms } from "../market/market-table.js";
import type { Hash } from "../signing/typed-data.js";

/** What the book's logs say about its market table, one shape for each event. */
export type MarketEntry =
  /** MarketRecorded */
  | {
      readonly kind: "record";
      readonly record: MarketRecord;
      /** As the log says; it is computed again. */
      readonly link: Hash;
      readonly description: string;
      /** Unix seconds of the block. */
      readonly timestamp: bigint;
      /** Whether the owner was registered by then; counts where everybody may make roots. */
      readonly ownerRegistered: boolean;
    }
  /** FallbackApplied */
  | {
      readonly kind: "fallback";
      readonly marketRootId: number;
      readonly fallbackOutcome: bigint;
      readonly timestamp: bigint;
    };

/**
 * Applies all entries in log order.
 * @throws Refusal for one that the book would have refused; RuleError RECORD_IMPOSSIBLE if a link or a fallback outcome is
 * not what it must be
 */
export function replayMarkets(terms: MarketTerms, entries: Iterable<MarketEntry>): MarketTable {
  const start = createMarketTable(terms);
  const roots = new Map(start.roots); // owned here, so that each entry costs the same
  let rootTip = start.rootTip;
  for (const entry of entries) {
    const change = changeOf({ terms: start.terms, roots, rootTip }, entry);
    roots.set(change.root.marketRootId, change.root);
    rootTip = change.rootTip ?? rootTip;
  }
  return { terms: start.terms, roots, rootTip };
}

function changeOf(table: MarketTable, entry: MarketEntry): RootChange {
  if (entry.kind === "record") {
    const change = recordChange(table, entry.record, entry);
    requireSame("link", entry.link.toLowerCase(), change.root);
    return change;
  }
  const change = fallbackChange(table, entry.marketRootId, entry.timestamp);
  requireSame("fallbackOutcome", entry.fallbackOutcome, change.root);
  return change;
}

function requireSame(what: "link" | "fallbackOutcome", recorded: string | bigint, root: MarketRoot): void {
  const replayed = what === "link" ? root.tip : root.fallbackOutcome;
  if (recorded === replayed) return;
  throw new RuleError("RECORD_IMPOSSIBLE", { what, marketRootId: root.marketRootId, recorded, replayed });
}
