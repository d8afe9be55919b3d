/**
 * What an order gets through an automated maker, and what a maker would add to a market's depth. Twin of `LmsrMaker.trade` as far as
 * prices go: what steps of matching allow is not in it, and orders that rest count as if they stood.
 */
import type { Bounds } from "../market/bounds.js";
import { marketBounds, type MarketRoot } from "../market/market-table.js";
import type { Depth, Level } from "../value/quote.js";
import { type Limit, takeFromBook, takeWith, type Taking } from "../value/sets.js";
import type { Venue } from "../value/via.js";
import { type Lots, lots as toLots, opposite, type TickLots, type Ticks, ticks } from "../amounts/units.js";
import { isBeyond, type Point, pointAt, priceAt, reach, type Vertices } from "./cost-function.js";
import { ONE } from "./fixed-point.js";
import { answerTo, type MakerTerms, roomOf, type RootNow, verticesOf } from "./maker.js";

/** A market, as its maker sees it. */
export interface MakerMarket {
  readonly vertices: Vertices;
  /** From 1. */
  readonly branch: number;
  readonly bounds: Bounds;
  /** How many lots the book lets the maker sell there, and buy. */
  readonly room: { readonly sell: Lots; readonly buy: Lots };
}

/** A maker as it stands. */
export interface MakerNow extends MakerTerms {
  /** Its root, in the book's words and in the maker's. */
  readonly root: MarketRoot;
  readonly rootNow: RootNow;
  /** Its lots in each branch: below zero what it has sold. */
  readonly held: readonly Lots[];
  /** Of a market that it may hold, up or down (R13). */
  readonly maxLots: Lots;
}

/** A market of its root as a maker trades in it; undefined for a branch that it has no price for. */
export function makerMarket(maker: MakerNow, branch: number): MakerMarket | undefined {
  const { rootNow, held, root, maxLots } = maker;
  const { marketRootId } = root;
  if (held[branch - 1] === undefined) return undefined;
  const vertices = verticesOf(maker, rootNow, held, branch);
  if (vertices === undefined) return undefined;
  const bounds = marketBounds({ roots: new Map([[marketRootId, root]]) }, { marketRootId, marketBranchId: branch });
  const room = (sells: boolean): Lots => roomOf(rootNow, held, branch, sells, maxLots);
  return { vertices, branch, bounds, room: { sell: room(true), buy: room(false) } };
}

/** What an order gets through a maker. */
export interface MakerTaking extends Taking {
  /**
   * Whether lots are left that the maker would still serve within the limit: it stops at the best opposite order, which the order then
   * may use up. They are not served by this trade; another order is.
   */
  readonly stopsShort: boolean;
}

/**
 * The maker's own order comes first: as many lots as bring its price to the limit, or to the best opposite order if that is nearer. Older
 * orders that pay it better than the taker are in the way, and have what they can of it. Then the taker meets what is left of it
 * and the book, the cheaper first; at one price the book, which is older.
 */
export function takeWithMaker(own: Depth, market: MakerMarket, limit: Limit): MakerTaking {
  const { priceTicks: price, lots: offered } = answerIn(own, market, limit);
  if (offered === 0n) return { ...takeFromBook(own, limit), stopsShort: false };
  const inTheWay = takeFromBook(own, {
    priceTicks: price,
    quantityLots: limit.quantityLots > 0n ? opposite(offered) : offered,
  });
  const left = toLots(offered - inTheWay.filled);
  const taking = takeWith(own, left === 0n ? [] : [{ priceTicks: price, lots: left, venue: "maker" }], limit);
  const sold = toLots(inTheWay.filled + lotsOf(taking, "maker"));
  return { ...taking, stopsShort: stopsShort(own, market, limit, taking, sold) };
}

/** The maker's own order, its lots unsigned; none if it has nothing to give. */
function answerIn(own: Depth, { vertices, branch, bounds, room }: MakerMarket, limit: Limit): Level {
  const buys = limit.quantityLots > 0n;
  const best = (buys ? own.asks : own.bids)[0]?.priceTicks;
  const now = { branch, bounds, ...(best === undefined ? {} : { best }) };
  const most = buys ? room.sell : room.buy;
  const { lots, price } = answerTo(vertices, now, most, toLots(limit.quantityLots), ticks(limit.priceTicks));
  return { priceTicks: price, lots: lots < 0n ? opposite(lots) : lots };
}

/** @param sold lots that the maker has let go, unsigned */
function stopsShort(own: Depth, market: MakerMarket, limit: Limit, taking: Taking, sold: Lots): boolean {
  const buys = limit.quantityLots > 0n;
  const wanted = buys ? limit.quantityLots : -limit.quantityLots;
  const rest = wanted - taking.filled;
  if (rest === 0n) return false;
  const { vertices, room } = market;
  const moved = vertices.owed.map(
    (s, i) => s + (buys ? sold : opposite(sold)) * (vertices.pays[i] ?? 0n),
  ) as TickLots[];
  const asks = without(own.asks, buys ? lotsOf(taking, "book") : 0n);
  const bids = without(own.bids, buys ? 0n : lotsOf(taking, "book"));
  const after = { sell: toLots(room.sell - sold), buy: toLots(room.buy - sold) };
  const then = { ...market, vertices: { ...vertices, owed: moved }, room: after };
  return answerIn({ asks, bids }, then, { ...limit, quantityLots: buys ? rest : -rest }).lots !== 0n;
}

function lotsOf({ fills }: Taking, venue: Venue): bigint {
  return fills.reduce((sum, fill) => (fill.venue === venue ? sum + fill.lots : sum), 0n);
}

/** What is left of a side when its first lots are gone. */
function without(levels: readonly Level[], gone: bigint): Level[] {
  let left = gone;
  return levels.flatMap((level) => {
    const taken = level.lots < left ? level.lots : left;
    left -= taken;
    return taken === level.lots ? [] : [{ ...level, lots: toLots(level.lots - taken) }];
  });
}

/** Levels of each side that `makerDepth` gives at most. */
export const MAKER_LEVELS = 10;

/**
 * What the maker would give, as if it rested: at each price the lots that bring its own price there, so that none of them costs more by
 * itself. A trade has one price for all its lots, their mean, rounded to a tick towards the maker.
 */
export function makerDepth(market: MakerMarket, levels = MAKER_LEVELS): Depth {
  return { bids: ladder(market, false, levels), asks: ladder(market, true, levels) };
}

/** @param buys the taker's side: it buys the asks */
function ladder({ vertices, bounds, room }: MakerMarket, buys: boolean, most: number): Level[] {
  const start = pointAt(vertices, toLots(0n));
  const all = buys ? room.sell : room.buy;
  const levels: Level[] = [];
  if (bounds.lower === bounds.upper) return levels;
  for (let taken = 0n; levels.length < most && taken < all;) {
    const price = priceBeyond(vertices, at(vertices, taken + 1n, buys), buys);
    if (price < bounds.lower || price > bounds.upper) break;
    const reached = lotsTo(vertices, start, price, { least: taken + 1n, most: all, buys });
    levels.push({ priceTicks: price, lots: toLots(reached - taken) });
    taken = reached;
  }
  return levels;
}

function at(vertices: Vertices, taken: bigint, buys: boolean): Point {
  return pointAt(vertices, toLots(buys ? taken : -taken));
}

/** The price there, in whole ticks, rounded towards the maker. */
function priceBeyond(vertices: Vertices, point: Point, buys: boolean): Ticks {
  const price = priceAt(vertices, point); // rounded down
  const whole = price < 0n ? (price + 1n) / ONE - 1n : price / ONE;
  return ticks(buys && (whole * ONE !== price || isBeyond(vertices, point, ticks(whole), true)) ? whole + 1n : whole);
}

interface Between {
  readonly least: bigint;
  readonly most: bigint;
  readonly buys: boolean;
}

/** How many lots bring the price there, from `least` on, with which it is not beyond it; a search is as fine as what is found is small. */
function lotsTo(vertices: Vertices, start: Point, price: Ticks, { least, most, buys }: Between): bigint {
  let within = least;
  while (within < most) {
    const next = within * 2n < most ? within * 2n : most;
    if (isBeyond(vertices, at(vertices, next, buys), price, buys)) {
      const found = reach(vertices, start, toLots(next), price, buys);
      return found > within ? found : within;
    }
    within = next;
  }
  return within;
}
