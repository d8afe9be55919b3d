/**
 * What an automated maker has to say to an order: twin of `MakerRoot` and of `LmsrMaker`'s prices. The numbers that go in are the book's:
 * the maker's position, and the root as it stands.
 */
import { type Bounds, clamp } from "../market/bounds.js";
import { type Lots, lots as asLots, opposite, type TickLots, type Ticks } from "../amounts/units.js";
import {
  costBetween,
  costOf,
  divDown,
  divUp,
  isBeyond,
  MARGIN,
  paysBetween,
  type Point,
  pointAt,
  priceAt,
  reach,
  type Vertices,
  worstLoss,
} from "./cost-function.js";
import { type Fixed, ln, ONE } from "./fixed-point.js";
import type { Shares } from "./root-now.js";
import { MAX_LOTS } from "../amounts/limits.js";

const NONE = 0n as Lots;

/** What is fixed when a maker is made. */
export interface MakerTerms {
  /** b: how many lots move the price how far. */
  readonly liquidity: Lots;
  /** Of each vertex a weight, from 1 on. */
  readonly prior: readonly bigint[];
}

/** A simplex root as it stands: a basket or an event. */
export interface LegsNow {
  readonly kind: "legs";
  readonly scale: Ticks;
  /** Of each leg the most that it can still weigh. */
  readonly most: readonly Ticks[];
  /** In the basket lots count from those of the last leg. */
  readonly isBasket: boolean;
}

/** An interval root as it stands. */
export interface PointsNow {
  readonly kind: "points";
  /** The maker's breakpoints, rising. */
  readonly points: readonly Ticks[];
  /** Of each branch. */
  readonly strikes: readonly Bounds[];
  /** What outcomes are still possible. */
  readonly bounds: Bounds;
}

export type RootNow = LegsNow | PointsNow;

/** A market as it stands. */
export interface MarketNow {
  /** From 1. */
  readonly branch: number;
  readonly bounds: Bounds;
  /** Price of the best opposite order, if there is one. */
  readonly best?: Ticks;
}

/** The maker's own order for a taker's: + bid, − offer, none if it has nothing to give. */
export interface Answer {
  readonly lots: Lots;
  readonly price: Ticks;
}

/** β: b · scale, or b · (hi − lo) as the root was made. */
export function betaOf({ liquidity }: MakerTerms, root: RootNow): TickLots {
  if (root.kind === "legs") return (liquidity * root.scale) as TickLots;
  const [first = 0n, last = 0n] = [root.points[0], root.points.at(-1)];
  return (liquidity * (last - first)) as TickLots;
}

/** What sponsors pay in, and can lose at most, in ticks · lots; times tickValue it is wei. */
export function depositOf(terms: MakerTerms, root: RootNow): TickLots {
  return worstLoss(terms.prior, betaOf(terms, root));
}

/**
 * What a maker has lost at most when its root ends at these shares of its vertices, ticks · lots, rounded up: of all paths the worst. Less
 * than the deposit, the more so the nearer the shares are to the prior.
 */
export function lossAt(terms: MakerTerms, root: RootNow, { shares, total }: Shares): TickLots {
  const { prior } = terms;
  const weights = prior.reduce((a, b) => a + b, 0n);
  const nats = shares.reduce((sum, share, i) => {
    const [own, fair] = [share * weights, total * (prior[i] ?? 1n)];
    if (share === 0n) return sum;
    // ln is asked from one on, where it errs downwards; the margin is more than that.
    const log = own < fair ? 0n - ln(((fair * ONE) / own) as Fixed) : ln(((own * ONE) / fair) as Fixed);
    return sum + share * (log + MARGIN);
  }, 0n);
  return divUp(nats * betaOf(terms, root), total * ONE) as TickLots;
}

/**
 * The vertices that are possible, what the maker owes there, and what the branch pays there.
 * @param held the maker's lots in each branch of the root
 * @returns undefined if a strike of the branch is none of the breakpoints: the maker does not trade in it
 */
export function verticesOf(
  terms: MakerTerms,
  root: RootNow,
  held: readonly Lots[],
  branch: number,
): Vertices | undefined {
  const beta = betaOf(terms, root);
  return root.kind === "legs" ? fromLegs(terms, root, held, branch, beta) : fromPoints(terms, root, held, branch, beta);
}

function fromLegs(
  { prior }: MakerTerms,
  { scale, most }: LegsNow,
  held: readonly Lots[],
  branch: number,
  beta: TickLots,
): Vertices {
  const legs = held.map((_, leg) => leg).filter((leg) => most[leg] !== 0n);
  return {
    beta,
    weights: legs.map((leg) => prior[leg] ?? 1n),
    owed: legs.map((leg) => (opposite(held[leg] ?? NONE) * scale) as TickLots),
    pays: legs.map((leg) => (leg + 1 === branch ? scale : (0n as Ticks))),
  };
}

function fromPoints(
  { prior }: MakerTerms,
  root: PointsNow,
  held: readonly Lots[],
  branch: number,
  beta: TickLots,
): Vertices | undefined {
  const { points, strikes } = root;
  const payOf = (b: number, y: Ticks): Ticks => clamp(y, strikes[b] ?? { lower: y, upper: y });
  const own = strikes[branch - 1];
  if (own === undefined || !points.includes(own.lower) || !points.includes(own.upper)) return undefined;
  const { first, last } = around(root);
  const possible = points.slice(first, last + 1);
  return {
    beta,
    weights: prior.slice(first, last + 1),
    owed: possible.map((y) => held.reduce<bigint>((s, lots, b) => s - lots * payOf(b, y), 0n) as TickLots),
    pays: possible.map((y) => payOf(branch - 1, y)),
  };
}

/** The breakpoints between which the outcome lies. */
function around({ points, bounds }: PointsNow): { readonly first: number; readonly last: number } {
  let [first, last] = [0, points.length - 1];
  while (first + 1 < last && (points[first + 1] ?? bounds.upper) <= bounds.lower) first += 1;
  while (last > first + 1 && (points[last - 1] ?? bounds.lower) >= bounds.upper) last -= 1;
  return { first, last };
}

/** The one price at which so many lots would be traded, in ticks a lot, before it is brought into the market's bounds. */
export function averagePrice(cost: TickLots, lots: Lots): Ticks {
  return (lots > 0n ? divUp(cost, lots) : divDown(opposite(cost), opposite(lots))) as Ticks;
}

/** Price of the branch, in 10^-18 ticks, rounded down. */
export function makerPrice(vertices: Vertices): bigint {
  return priceAt(vertices, pointAt(vertices, 0n as Lots));
}

/** The price at which so many lots would be traded, within the market's bounds. Other orders are not looked at. */
export function makerQuote(vertices: Vertices, lots: Lots, { bounds }: MarketNow): Ticks {
  return clamp(averagePrice(costOf(vertices, lots), lots), bounds);
}

/**
 * What the maker offers to an order.
 * @param room how many lots the book lets it trade, `roomOf`
 * @param quantity the order's lots, + bid, − offer
 */
export function answerTo(vertices: Vertices, market: MarketNow, room: Lots, quantity: Lots, limit: Ticks): Answer {
  const nothing: Answer = { lots: 0n as Lots, price: 0n as Ticks };
  const buys = quantity > 0n;
  const signed = (lots: bigint): Lots => asLots(buys ? lots : -lots);
  const wanted = buys ? quantity : opposite(quantity);
  const lots = asLots(wanted < room ? wanted : room);
  if (lots > MAX_LOTS || lots <= 0n || market.bounds.lower === market.bounds.upper) return nothing;
  const reachable = nearer(limit, market.best, buys);
  const from = pointAt(vertices, 0n as Lots);
  const whole = pointAt(vertices, signed(lots));
  if (!isBeyond(vertices, whole, reachable, buys)) return priced(vertices, market, from, whole, signed(lots), limit);
  const found = reach(vertices, from, lots, reachable, buys);
  if (found === 0n) return nothing;
  return priced(vertices, market, from, pointAt(vertices, signed(found)), signed(found), limit);
}

function priced(vertices: Vertices, { bounds }: MarketNow, from: Point, to: Point, lots: Lots, limit: Ticks): Answer {
  const { lower: min, upper: max } = bounds;
  const { least, most } = paysBetween(vertices);
  let price = averagePrice(costBetween(vertices, from, to), lots);
  if (lots > 0n) {
    if (price > max && most <= max) price = max;
    if (price < min) price = min;
  } else {
    if (price < min && least >= min) price = min;
    if (price > max) price = max;
  }
  const isGood = lots > 0n ? price <= limit && price <= max : price >= limit && price >= min;
  return isGood ? { lots: opposite(lots), price } : { lots: 0n as Lots, price: 0n as Ticks };
}

/** How far the price may go before the taker is better off with another order, or with none. */
function nearer(limit: Ticks, best: Ticks | undefined, buys: boolean): Ticks {
  if (best === undefined) return limit;
  return buys === best < limit ? best : limit;
}

/**
 * How many lots of the branch the book lets the maker sell, or buy (R13).
 * @param maxLots the session's limit; at most 2^39 − 1
 */
export function roomOf(root: RootNow, held: readonly Lots[], branch: number, sells: boolean, maxLots: Lots): Lots {
  const toward = (lots: bigint): bigint => (sells ? lots : -lots);
  const isLast = root.kind === "legs" && root.isBasket && branch === held.length;
  if (!isLast) return asLots(maxLots + toward(held[branch - 1] ?? 0n));
  const most = held
    .slice(0, -1)
    .map(toward)
    .reduce((a, b) => (b > a ? b : a));
  return asLots(maxLots - most);
}
