/** The market that is traded, in everything's words. */
import { BASKET_ROOT_ID, type MarketRef } from "../../../src/protocol/signing/package.js";
import type { Facts } from "../../data/source.js";
import type { Names, Root } from "../../data/session.js";
import { wordsOf } from "../../ui/words.js";
import { bookOf } from "./order-ticket.js";
import { lotsText, priceWords } from "./prices.js";

export interface Place {
  readonly market: MarketRef;
  /** Whose orders are shown: with two assets both legs have one book. */
  readonly book: MarketRef;
  /** Whether its prices are what is missing to the book's. */
  readonly isTurned: boolean;
  readonly root: Root;
  readonly title: string;
  /** Of the asset that is given up, with two assets. */
  readonly otherTitle: string | undefined;
  readonly isBasket: boolean;
  readonly assets: number;
  readonly scale: bigint;
  readonly tickValue: bigint;
  /** Least and most that a lot can still pay, ticks. */
  readonly bounds: { readonly lower: bigint; readonly upper: bigint };
  readonly isCrossed: boolean;
}

/** @returns undefined if there is no such market */
export function placeAt(
  market: MarketRef,
  roots: readonly Root[],
  facts: Facts,
  names: Names | undefined,
): Place | undefined {
  const root = roots.find(({ marketRootId }) => marketRootId === market.marketRootId);
  if (root === undefined) return undefined;
  const isBasket = market.marketRootId === BASKET_ROOT_ID;
  const assets = facts.assets.length;
  const { market: book, isTurned } = bookOf({ market, isBasket, assets });
  const branch = root.branches.find(({ marketBranchId }) => marketBranchId === book.marketBranchId);
  if (branch === undefined || market.marketBranchId > Math.max(assets, root.branches.length)) return undefined;
  const { lower, upper } = branch.bounds;
  const { scale } = facts.units;
  const other = isBasket && assets === 2 ? wordsOf(root, 3 - market.marketBranchId, names).title : undefined;
  return {
    market,
    book,
    isTurned,
    root,
    title: wordsOf(root, market.marketBranchId, names).title,
    otherTitle: other,
    isBasket,
    assets,
    scale,
    tickValue: root.tickValue,
    bounds: isTurned ? { lower: scale - upper, upper: scale - lower } : { lower, upper },
    isCrossed: branch.crossed,
  };
}

/** What a route names: `ROOT/BRANCH`, or `ROOT`; the basket's first leg by default. */
export function marketOfRoute([root = "1", branch = "1"]: readonly string[]): MarketRef | undefined {
  if (!/^[1-9]\d{0,9}$/.test(root) || !/^[1-9]\d{0,4}$/.test(branch)) return undefined;
  return { marketRootId: Number(root), marketBranchId: Number(branch) };
}

/** For the sentence of an order. */
export function askedWords(
  place: Place,
  asked: { readonly priceTicks: bigint; readonly quantityLots: bigint },
): string {
  const { quantityLots, priceTicks } = asked;
  const buys = quantityLots > 0n;
  return `${buys ? "Buy" : "Sell"} ${lotsText(buys ? quantityLots : -quantityLots)} lots of ${place.title} at ${priceWords(place.root, priceTicks)}`;
}
