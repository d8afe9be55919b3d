/** The library's twin of an automated maker, at work in a laboratory's book: its own order first, then the taker's against it. */
import {
  type Answer,
  answerTo,
  depositOf,
  makerPrice,
  type MakerTerms,
  roomOf,
  verticesOf,
} from "../../src/protocol/maker/maker.js";
import { rootNowOf } from "../../src/protocol/maker/root-now.js";
import type { Vertices } from "../../src/protocol/maker/cost-function.js";
import { marketBounds } from "../../src/protocol/market/market-table.js";
import { type MarketRef, TimeInForce } from "../../src/protocol/signing/package.js";
import { type Lots, lots as toLots, ticks } from "../../src/protocol/amounts/units.js";
import { MAX_LOTS } from "../../src/protocol/amounts/limits.js";
import { MAKER } from "./auction.js";
import type { Laboratory } from "./laboratory.js";

export interface Lmsr {
  /** Somebody trades so many lots, + bought, − sold, at whatever the maker asks. */
  trade(market: MarketRef, person: number, lots: bigint): Promise<void>;
  /** The maker's own order to somebody who wants so many lots, + bought, − sold, whatever it costs. */
  answer(market: MarketRef, lots: bigint): Answer;
  /** In 10^-18 ticks. */
  priceOf(market: MarketRef): bigint;
  /** What its sponsors would pay in, and can lose at most, ticks · lots. */
  depositFor(marketRootId: number): bigint;
  /** The maker's lots in each branch. */
  heldIn(marketRootId: number): readonly Lots[];
}

/**
 * @param liquidity b, lots
 * @param ends the two of an interval root; none of an event with two outcomes
 * @param prior a weight of each end or outcome; uniform if it is not said
 */
export function makerOf(
  laboratory: Laboratory,
  liquidity: bigint,
  ends: readonly bigint[],
  prior: readonly bigint[] = [1n, 1n],
): Lmsr {
  const terms: MakerTerms = { liquidity: toLots(liquidity), prior };
  const points = ends.map(ticks);
  const { book } = laboratory;
  const { table } = book.state.markets;
  const heldIn = (marketRootId: number): readonly Lots[] => laboratory.positionOf(MAKER, marketRootId).map(toLots);
  const rootOf = (marketRootId: number) => rootNowOf(book.state.markets.known(marketRootId), points);
  function verticesIn({ marketRootId, marketBranchId }: MarketRef): Vertices {
    const vertices = verticesOf(terms, rootOf(marketRootId), heldIn(marketRootId), marketBranchId);
    if (vertices === undefined) throw new RangeError("the maker's breakpoints are those of its root");
    return vertices;
  }
  function limitOf(market: MarketRef, lots: bigint): bigint {
    const { lower, upper } = marketBounds(table, market);
    return lots > 0n ? upper : lower;
  }
  function answer(market: MarketRef, lots: bigint): Answer {
    const { marketRootId, marketBranchId } = market;
    const room = roomOf(rootOf(marketRootId), heldIn(marketRootId), marketBranchId, lots > 0n, toLots(MAX_LOTS));
    const now = { branch: marketBranchId, bounds: marketBounds(table, market) };
    return answerTo(verticesIn(market), now, room, toLots(lots), ticks(limitOf(market, lots)));
  }
  return {
    heldIn,
    depositFor: (marketRootId) => depositOf(terms, rootOf(marketRootId)),
    priceOf: (market) => makerPrice(verticesIn(market)),
    answer,
    async trade(market, person, lots) {
      if (lots === 0n) return;
      const own = answer(market, lots);
      if (own.lots !== -lots) throw new RangeError(`the maker gives ${own.lots} lots for ${-lots}`);
      const limit = limitOf(market, lots);
      await laboratory.bring([
        { person: MAKER, market, price: own.price, lots: own.lots, timeInForce: TimeInForce.PostOnly },
        { person, market, price: limit, lots, timeInForce: TimeInForce.ImmediateOrCancel },
      ]);
    },
  };
}
