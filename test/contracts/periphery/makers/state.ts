/** A maker on a chain, as the library sees it. */
import type { LmsrMaker } from "../../../../typechain-types/index.js";
import type { Lots, Ticks } from "../../../../src/protocol/amounts/units.js";
import { costOf } from "../../../../src/protocol/maker/cost-function.js";
import {
  type Answer,
  answerTo,
  type MakerTerms,
  makerPrice,
  makerQuote,
  type MarketNow,
  roomOf,
  type RootNow,
  verticesOf,
} from "../../../../src/protocol/maker/maker.js";
import type { Vertices } from "../../../../src/protocol/maker/cost-function.js";
import { INTERVAL } from "../../../../stage/contracts/markets.js";
import type { World } from "../../../../stage/contracts/world.js";

const MAX_LOTS = (2n ** 39n - 1n) as Lots;
const tick = (value: bigint): Ticks => value as Ticks;

export interface MakerNow {
  readonly terms: MakerTerms;
  readonly root: RootNow;
  readonly held: readonly Lots[];
  readonly rootId: number;
}

export async function makerNow(world: World, maker: LmsrMaker): Promise<MakerNow> {
  const rootId = Number(await maker.root());
  const { liquidity, prior, points } = await maker.terms();
  const info = await world.book.rootOf(rootId);
  const { lower, upper } = await world.book.spansOf(rootId);
  const held = [...(await world.book.positionOf(maker, rootId))] as Lots[];
  const root: RootNow =
    Number(info.kind) === INTERVAL
      ? {
          kind: "points",
          points: points.map(tick),
          strikes: lower.map((low, b) => ({ lower: tick(low), upper: tick(upper[b] ?? low) })),
          bounds: { lower: tick(info.lo), upper: tick(info.hi) },
        }
      : { kind: "legs", scale: tick(info.hi), most: upper.map(tick), isBasket: rootId === 1 };
  return { terms: { liquidity: liquidity as Lots, prior: [...prior] }, root, held, rootId };
}

export function verticesNow({ terms, root, held }: MakerNow, branch: number): Vertices {
  const vertices = verticesOf(terms, root, held, branch);
  if (vertices === undefined) throw new Error(`no price for branch ${branch}`);
  return vertices;
}

/** The market of a branch, with its best order on the side that a taker of these lots meets. */
export async function marketNow(world: World, { rootId }: MakerNow, branch: number, lots: bigint): Promise<MarketNow> {
  const { marketMin, marketMax, bestBid, bestAsk } = await world.book.marketOf(rootId, branch);
  const place = lots > 0n ? bestAsk : bestBid;
  const bounds = { lower: tick(marketMin), upper: tick(marketMax) };
  if (place === 0n) return { branch, bounds };
  return { branch, bounds, best: tick((await world.book.orderAt(place)).price) };
}

/** What the library says that the maker says. */
export async function expected(
  world: World,
  maker: LmsrMaker,
  order: { readonly branch: number; readonly lots: bigint; readonly limit: bigint; readonly maxLots?: bigint },
): Promise<{ readonly cost: bigint; readonly quote: bigint; readonly price: bigint; readonly answer: Answer }> {
  const now = await makerNow(world, maker);
  const { branch, limit } = order;
  const lots = order.lots as Lots;
  const vertices = verticesNow(now, branch);
  const market = await marketNow(world, now, branch, lots);
  const room = roomOf(now.root, now.held, branch, lots > 0n, (order.maxLots ?? MAX_LOTS) as Lots);
  return {
    cost: costOf(vertices, lots),
    quote: makerQuote(vertices, lots, market),
    price: makerPrice(vertices),
    answer: answerTo(vertices, market, room, lots, tick(limit)),
  };
}
