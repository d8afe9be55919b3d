/** What markets and assets are called, out of what a source has told. */
import type { MarketHead } from "../../src/protocol/market/description.js";
import { BASKET_ROOT_ID, type MarketRef } from "../../src/protocol/signing/package.js";
import type { Names, Root } from "../data/names.js";
import { amountOf } from "./market-units.js";

/** What a market is called, and in what it is counted. */
export interface MarketWords {
  readonly market: MarketRef;
  readonly root: Root;
  readonly head: MarketHead | undefined;
  /** `AAPL`, or `Rain in Seattle: 80 to 120 mm`. */
  readonly title: string;
}

export function wordsOf(root: Root, marketBranchId: number, names: Names | undefined): MarketWords {
  const market = { marketRootId: root.marketRootId, marketBranchId };
  const head = root.head ?? undefined;
  const isBasket = root.marketRootId === BASKET_ROOT_ID;
  const asset = isBasket ? names?.assets[marketBranchId - 1]?.symbol : undefined;
  const unnamed = isBasket ? `leg ${marketBranchId}` : `Market ${root.marketRootId}.${marketBranchId}`;
  const outcome = head?.outcomes[marketBranchId - 1];
  const strikes = root.branches.find((branch) => branch.marketBranchId === marketBranchId)?.strikes;
  const part = outcome ?? (strikes === undefined ? undefined : spanText(root, strikes));
  const title =
    asset ??
    (head === undefined
      ? [unnamed, ...(strikes === undefined ? [] : [spanText(root, strikes)])]
      : [head.title, ...(part === undefined ? [] : [part])]
    ).join(": ");
  return { market, root, head, title };
}

/** `80 to 120 mm`. */
export function spanText(root: Root, { lower, upper }: { readonly lower: bigint; readonly upper: bigint }): string {
  const [from, to] = [amountOf(root, lower), amountOf(root, upper)];
  return `${from.exact} to ${to.exact} ${to.unit}`.trimEnd();
}
