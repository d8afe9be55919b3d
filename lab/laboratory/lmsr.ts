/** The library's twin of an automated maker, at work in a laboratory's book: its own order first, then the taker's against it. */
import { answerTo, makerPrice, type MakerTerms, roomOf, verticesOf } from "../../src/protocol/maker/maker.js";
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
  /** In 10^-18 ticks. */
  priceOf(market: MarketRef): bigint;
  /** The maker's lots in each branch. */
  heldIn(marketRootId: number): readonly Lots[];
}

/** With a uniform prior. @param liquidity b, lots @param ends the two of an interval root; none of an event with two outcomes */
export function makerOf(laboratory: Laboratory, liquidity: bigint, ends: readonly bigint[]): Lmsr {
  const terms: MakerTerms = { liquidity: toLots(liquidity), prior: [1n, 1n] };
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
  return {
    heldIn,
    priceOf: (market) => makerPrice(verticesIn(market)),
    async trade(market, person, lots) {
      if (lots === 0n) return;
      const { marketRootId, marketBranchId } = market;
      const bounds = marketBounds(table, market);
      const limit = lots > 0n ? bounds.upper : bounds.lower;
      const room = roomOf(rootOf(marketRootId), heldIn(marketRootId), marketBranchId, lots > 0n, toLots(MAX_LOTS));
      const now = { branch: marketBranchId, bounds };
      const own = answerTo(verticesIn(market), now, room, toLots(lots), ticks(limit));
      if (own.lots !== -lots) throw new RangeError(`the maker gives ${own.lots} lots for ${-lots}`);
      await laboratory.bring([
        { person: MAKER, market, price: own.price, lots: own.lots, timeInForce: TimeInForce.PostOnly },
        { person, market, price: limit, lots, timeInForce: TimeInForce.ImmediateOrCancel },
      ]);
    },
  };
}
