/** What the book answers about its markets, in the protocol library's own shapes. */
import type { Bounds } from "../protocol/market/bounds.js";
import type { RootOutcome } from "../protocol/margin/worth.js";
import { RootKind } from "../protocol/signing/market-record.js";
import type { MarketRoot, MarketTable } from "../protocol/market/market-table.js";
import { BASKET_ROOT_ID, type MarketRef } from "../protocol/signing/package.js";
import type { Depth, Level } from "../protocol/value/quote.js";
import { lots as toLots, opposite, ticks, type TokenWei, tokenWei } from "../protocol/amounts/units.js";
import { isBounded } from "../protocol/market/weights.js";
import { readMarketTerms } from "../bindings/market-terms.js";
import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";

/** A root as it stands. @throws ClientError Book_MarketUnknown */
export async function readRoot({ book }: SessionHandle, marketRootId: number): Promise<MarketRoot> {
  const [info, [lower, upper]] = await read(Promise.all([book.rootOf(marketRootId), book.spansOf(marketRootId)]));
  const spans = lower.map((low, b): Bounds => ({ lower: ticks(low), upper: ticks(upper[b] ?? low) }));
  const { owner, closesAt, settleBy, fallbackOutcome, settled, tip } = info;
  const tickValue = tokenWei(info.tickValue);
  const base = { marketRootId, owner, tickValue, closesAt, settleBy, fallbackOutcome, settled, tip };
  if (Number(info.kind) === RootKind.Interval) {
    return { ...base, kind: "interval", bounds: { lower: ticks(info.lo), upper: ticks(info.hi) }, strikes: spans };
  }
  const scale = ticks(info.hi);
  return { ...base, kind: "simplex", scale, weights: spans, bounded: isBounded(spans, scale) };
}

/** All roots as they stand: as many calls as there are roots. `replayRecords` gives the same from logs alone. */
export async function readMarketTable(handle: SessionHandle): Promise<MarketTable> {
  const [terms, createdRoots] = await Promise.all([readMarketTerms(handle), read(handle.book.createdRoots())]);
  const ids = Array.from({ length: Number(createdRoots) + 1 }, (_, index) => BASKET_ROOT_ID + index);
  const roots = await Promise.all(ids.map((marketRootId) => readRoot(handle, marketRootId)));
  return { terms, roots: new Map(roots.map((root) => [root.marketRootId, root])) };
}

/**
 * Both sides of a market's queue, best first, one level for each price.
 * @param orders how many resting orders of each side to look at. Some may have expired or be uncovered: those are taken out
 * when they are met, and then give nothing.
 */
export async function readDepth({ book }: SessionHandle, market: MarketRef, orders = 64): Promise<Depth> {
  const { marketRootId, marketBranchId } = market;
  const [bids, asks] = await read(
    Promise.all([
      book.depthOf(marketRootId, marketBranchId, true, orders),
      book.depthOf(marketRootId, marketBranchId, false, orders),
    ]),
  );
  return { bids: levelsOf(bids.prices, bids.lots), asks: levelsOf(asks.prices, asks.lots) };
}

function levelsOf(prices: readonly bigint[], signedLots: readonly bigint[]): Level[] {
  const levels = new Map<bigint, Level>(); // keeps the order in which prices come
  prices.forEach((price, index) => {
    const signed = toLots(signedLots[index] ?? 0n);
    const size = signed < 0n ? opposite(signed) : signed;
    levels.set(price, { priceTicks: ticks(price), lots: toLots((levels.get(price)?.lots ?? 0n) + size) });
  });
  return [...levels.values()];
}

/** What the book's own check says of a trader. */
export interface BookCheck {
  /** Net collateral in the worst joint outcome; never negative. */
  readonly slack: TokenWei;
  /** Of each root asked for: the outcome where it is worst, or for a simplex root the leg. */
  readonly bindingOutcomes: readonly bigint[];
}

/**
 * Net collateral of a trader in the worst joint outcome by today's bounds.
 * @param rootIds roots to look at afresh, by rising number; all others count with their stored worst case
 * @throws ClientError Book_MarketUnknown, Book_OutcomeImpossible
 */
export async function checkCollateral(
  { book }: SessionHandle,
  trader: string,
  rootIds: readonly number[],
): Promise<BookCheck> {
  const [slack, bindingOutcomes] = await read(book.checkCollateral(trader, [...rootIds]));
  return { slack: tokenWei(slack), bindingOutcomes: [...bindingOutcomes] };
}

/**
 * Net collateral of a trader in given outcomes, every other root at its stored worst case.
 * @param outcomes one for each of some roots, by rising number
 * @throws ClientError Book_MarketUnknown, Book_OutcomeImpossible
 */
export async function netCollateralOf(
  { book }: SessionHandle,
  trader: string,
  outcomes: readonly RootOutcome[],
): Promise<TokenWei> {
  const asked = outcomes.map(({ marketRootId, values }) => ({ marketRootId, values: [...values] }));
  return tokenWei(await read(book.netCollateral(trader, asked)));
}
