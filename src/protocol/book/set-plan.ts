/**
 * Which complete sets a router would make for a taker (docs/sets.md), from the book as it stands: its own orders in the taker's leg, and
 * its orders in all others. Twin of `contracts/periphery/SetPlans.sol`, for who has a taker.
 */
import { magnitude } from "../amounts/magnitude.js";
import { lots as toLots, type Lots, type Ticks } from "../amounts/units.js";
import { MAX_LOTS, MAX_RUNGS } from "../amounts/limits.js";
import { branchCount, marketBounds, type MarketRoot, type SimplexRoot } from "../market/market-table.js";
import { BASKET_ROOT_ID, type PackageFields } from "../signing/package.js";
import { storedLots } from "./margin.js";
import { claimsIn } from "./projections.js";
import type { RestingOrder } from "./queue.js";
import type { BookState } from "./state.js";

/** An order of the router that the taker is to meet. */
export interface Rung {
  readonly price: Ticks;
  readonly lots: Lots;
  /** Place of the last order that the taker meets before; 0 for none. */
  readonly insertAfter: number;
}

export interface SetPlan {
  /** Best first for the taker; lots of all of them together are sets. */
  readonly rungs: readonly Rung[];
  /** The other legs, in the order in which they are traded, and the price that reaches all that is wanted of each. */
  readonly legs: readonly { readonly branch: number; readonly limit: Ticks }[];
}

/** Who makes sets, and how far it goes. */
export interface SetMaker {
  readonly traderId: number;
  /** Orders to pass, and prices to offer, at most. */
  readonly maxSteps: number;
}

/** One leg, and the order at which a walk along one side of it stands. */
interface Leg {
  readonly branch: number;
  readonly least: bigint;
  readonly most: bigint;
  at: RestingOrder | undefined;
  /** Left of that order, unsigned. */
  left: bigint;
  /** What reaches all that was taken so far. */
  limit: bigint;
}

interface Walk {
  /** What a set pays, ticks: the scale, less what legs pay that are determined. */
  readonly target: bigint;
  readonly mints: boolean;
  /** The other legs. */
  readonly legs: readonly Leg[];
  /** The taker's, and the orders that it meets there. */
  readonly direct: Leg;
  readonly pivot: number;
  readonly timestamp: bigint;
  steps: number;
}

/** What the router's worth allows. */
interface Means {
  readonly float: bigint;
  readonly room: bigint;
  readonly maxRungs: number;
  readonly tickValue: bigint;
  /** Ticks that the taker pays for the first set; ticks that a set has at stake on the way, at most. */
  first: bigint | undefined;
  need: bigint;
}

/** Of an order what counts for sets. */
export type SetTaker = Pick<
  PackageFields,
  "marketRootId" | "marketBranchId" | "trader" | "priceTicks" | "quantityLots"
>;

/** @returns undefined if it would make none */
export function planSets(
  state: BookState,
  { traderId, maxSteps }: SetMaker,
  taker: SetTaker,
  timestamp: bigint,
): SetPlan | undefined {
  const root = state.markets.find(taker.marketRootId, taker.marketBranchId);
  if (root?.kind !== "simplex") return undefined;
  const walk = enterAll(state, root, taker, { timestamp, steps: maxSteps });
  if (walk === undefined) return undefined;
  const means = meansOf(state, root, traderId, walk.mints);
  const rungs = climb(walk, means, taker, state.traders.find(taker.trader)?.traderId);
  if (rungs.length === 0) return undefined;
  const legs = [...walk.legs];
  const dearest = legs[walk.pivot];
  const to = walk.mints ? 0 : legs.length - 1;
  const there = legs[to];
  if (dearest !== undefined && there !== undefined) [legs[walk.pivot], legs[to]] = [there, dearest];
  return { rungs, legs: legs.map(({ branch, limit }) => ({ branch, limit: limit as Ticks })) }; // between prices of orders and bounds
}

/** Walks as the taker would be served if the book knew sets; of an order and a set at one price the order first. */
function climb(walk: Walk, means: Means, taker: SetTaker, takerId: number | undefined): Rung[] {
  const { mints, direct } = walk;
  const rungs: { price: Ticks; lots: Lots; insertAfter: number }[] = [];
  let left = mints ? taker.quantityLots : -taker.quantityLots;
  let [made, behind] = [0n, 0];
  while (left !== 0n && walk.steps !== 0) {
    const top = topOf(walk);
    if (top === undefined || (mints ? top.price > taker.priceTicks : top.price < taker.priceTicks)) break;
    walk.steps -= 1;
    if (isDirect(walk, top.price)) {
      behind = direct.at?.place ?? 0;
      if (direct.at?.traderId !== takerId) left -= least(direct.left, left);
      enter(walk, direct, direct.at?.next);
      continue;
    }
    const size = least(least(top.size, left), fitting(walk, means, top, made));
    if (size === 0n) break;
    const price = mints ? greatest(top.price, direct.least) : least(top.price, direct.most);
    const last = rungs.at(-1);
    if (last?.price === price) last.lots = toLots(last.lots + size);
    else if (rungs.length === means.maxRungs) break;
    else rungs.push({ price: price as Ticks, lots: toLots(size), insertAfter: behind }); // within the market's bounds
    [left, made] = [left - size, made + size];
    take(walk, size);
  }
  return rungs;
}

// ------------------------------------------------------------------ legs

function enterAll(
  state: BookState,
  root: SimplexRoot,
  taker: SetTaker,
  { timestamp, steps }: Pick<Walk, "timestamp" | "steps">,
): Walk | undefined {
  const mints = taker.quantityLots > 0n;
  const { marketRootId } = root;
  const walk = { mints, timestamp, steps };
  const legs: Leg[] = [];
  let [target, pivot, best]: [bigint, number, bigint | undefined] = [root.scale, 0, undefined];
  let direct: Leg | undefined;
  for (let branch = 1; branch <= branchCount(root); branch += 1) {
    const market = { marketRootId, marketBranchId: branch };
    const { lower, upper } = marketBounds(state.markets.table, market);
    const isTakers = branch === taker.marketBranchId;
    if (lower === upper) {
      if (isTakers) return undefined;
      target -= lower;
      continue;
    }
    const queues = state.queues.of(market);
    if (queues.isCrossed()) return undefined;
    const leg: Leg = { branch, least: lower, most: upper, at: undefined, left: 0n, limit: 0n };
    enter(walk, leg, queues.side(isTakers !== mints).best);
    if (isTakers) {
      direct = leg;
      continue;
    }
    if (leg.at === undefined) return undefined;
    if (best === undefined || leg.at.price > best) [best, pivot] = [leg.at.price, legs.length];
    legs.push(leg);
  }
  return direct === undefined || legs.length === 0 ? undefined : { ...walk, target, legs, direct, pivot };
}

/** The order there, or the first behind it that has not expired. */
function enter(walk: Pick<Walk, "timestamp" | "steps">, leg: Leg, first: RestingOrder | undefined): void {
  let at = first;
  while (at !== undefined && at.deadline < walk.timestamp) {
    if (walk.steps === 0) at = undefined;
    else {
      walk.steps -= 1;
      at = at.next;
    }
  }
  leg.at = at;
  leg.left = at === undefined ? 0n : magnitude(at.lots);
}

/** @returns undefined if an order is missing, or if no order of the router could reach it */
function topOf({ target, mints, legs }: Walk): { price: bigint; sum: bigint; size: bigint } | undefined {
  let [sum, size]: [bigint, bigint | undefined] = [0n, undefined];
  for (const { at, left, least: lower, most } of legs) {
    if (at === undefined || (mints ? at.price < lower : at.price > most)) return undefined;
    sum += at.price;
    if (size === undefined || left < size) size = left;
  }
  return size === undefined ? undefined : { price: target - sum, sum, size };
}

function isDirect({ mints, direct: { at } }: Walk, price: bigint): boolean {
  return at !== undefined && (mints ? at.price <= price : at.price >= price);
}

function take(walk: Walk, size: bigint): void {
  for (const leg of walk.legs) {
    const price = leg.at?.price ?? 0n;
    leg.limit = walk.mints ? least(price, leg.most) : greatest(price, leg.least);
    leg.left -= size;
    if (leg.left === 0n) enter(walk, leg, leg.at?.next);
  }
}

// ------------------------------------------------------------------ the float

function meansOf(state: BookState, root: MarketRoot, traderId: number, mints: boolean): Means {
  const { maxLots, maxOpenOrders } = state.terms;
  const limit = maxLots === 0n || maxLots > MAX_LOTS ? MAX_LOTS : maxLots;
  const isBasket = root.marketRootId === BASKET_ROOT_ID;
  const [first = 0n, ...claims]: readonly bigint[] = isBasket
    ? claimsIn(state, traderId)
    : [state.margin.slackOf(traderId)];
  const float = claims.reduce(least<bigint>, first);
  const held = isBasket ? [] : storedLots(root, state.margin.load(traderId, root).lots);
  const room = held.map((lots) => limit + (mints ? lots : -lots)).reduce(least<bigint>, limit);
  const maxRungs = Math.min(maxOpenOrders, MAX_RUNGS);
  return { float, room: greatest(room, 0n), maxRungs, tickValue: root.tickValue, first: undefined, need: 0n };
}

/** Lots that the router can bear besides those it has made: legs change one after the other, and on the way it has to be covered. */
function fitting(
  { mints, legs, pivot }: Walk,
  means: Means,
  { sum, price }: { readonly sum: bigint; readonly price: bigint },
  made: bigint,
): bigint {
  if (made === 0n) means.first = price;
  const need = mints ? sum : (means.first ?? price) + sum - (legs[pivot]?.at?.price ?? 0n);
  means.need = greatest(means.need, need);
  const covered = means.need > 0n ? means.float / (means.need * means.tickValue) : means.room;
  const most = least(means.room, covered);
  return most > made ? most - made : 0n;
}

function least<Amount extends bigint>(a: Amount, b: Amount): Amount {
  return b < a ? b : a;
}

function greatest(a: bigint, b: bigint): bigint {
  return b > a ? b : a;
}
