/** What markets and assets are called, out of what a source has told. */
import type { MarketHead } from "../../src/protocol/market/description.js";
import { BASKET_ROOT_ID, type MarketRef } from "../../src/protocol/signing/package.js";
import type { RelayMarkets } from "../../src/wire/state.js";

/** What things are called. Without a node addresses stand in the place of symbols. */
export interface Names {
  readonly name: string;
  readonly symbol: string;
  readonly assets: readonly { readonly symbol: string; readonly decimals: number }[];
}

export type Root = RelayMarkets["roots"][number];

/** What a market is called, and in what it is counted. */
export interface MarketWords {
  readonly market: MarketRef;
  readonly root: Root;
  readonly head: MarketHead | undefined;
  /** `AAPL`, or `Rain in Seattle 80–120 mm`. */
  readonly title: string;
}

export function wordsOf(root: Root, marketBranchId: number, names: Names | undefined): MarketWords {
  const market = { marketRootId: root.marketRootId, marketBranchId };
  const head = root.head ?? undefined;
  const asset = root.marketRootId === BASKET_ROOT_ID ? names?.assets[marketBranchId - 1]?.symbol : undefined;
  const outcome = head?.outcomes[marketBranchId - 1];
  const title =
    asset ?? (head === undefined ? `Market ${root.marketRootId}.${marketBranchId}` : titleOf(head, outcome));
  return { market, root, head, title };
}

function titleOf({ title }: MarketHead, outcome: string | undefined): string {
  return outcome === undefined ? title : `${title}: ${outcome}`;
}

export function shortAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}
