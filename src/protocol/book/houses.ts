/**
 * What becomes of an order that a house brings: an automated maker (docs/makers.md) or a router of complete sets (docs/sets.md), with
 * orders of its own before and behind it, in one call. Twin of `LmsrMaker.trade` and of the first try of `SetRouter` as far as the book
 * goes: what a router pays out of what is left over, and makes of sets for an order that rests, is not in it.
 */
import { magnitude } from "../amounts/magnitude.js";
import { lots as toLots, type Lots, ticks, type Ticks } from "../amounts/units.js";
import { MAX_LOTS } from "../amounts/limits.js";
import { isRefusal, type Refusal } from "../market/refusal.js";
import { answerTo, depositOf, type MakerTerms } from "../maker/maker.js";
import { rootNowOf } from "../maker/root-now.js";
import { type MakerMarket, makerMarket } from "../maker/taking.js";
import { type MarketRef, type PackageFields, TimeInForce } from "../signing/package.js";
import type { Book } from "./book.js";
import type { BookEvent } from "./events.js";
import type { SubmittedOrder } from "./intake.js";
import { storedLots } from "./margin.js";
import { takeOutNamed } from "./matching.js";
import type { OrderLimits, Placed } from "./orders.js";
import { planSets } from "./set-plan.js";
import type { BookState } from "./state.js";

/** A maker of the book, with what never changes about it. */
export interface MakerHouse extends MakerTerms {
  readonly kind: "maker";
  readonly address: string;
  readonly marketRootId: number;
  /** Of an interval root its breakpoints, rising; else none. */
  readonly points: readonly Ticks[];
}

/** A router of complete sets of the book. */
export interface SetHouse {
  readonly kind: "set";
  readonly address: string;
}

export type House = MakerHouse | SetHouse;

/** Own orders of a house in a call that brings a taker's. */
export interface OwnOrders {
  /** They are to be met by the taker; what is left of them is taken out. */
  readonly before: readonly OwnOrder[];
  /** Behind the taker, each whole or not at all, for as many lots as it has left nothing of. */
  readonly behind: readonly OwnOrder[];
}

interface OwnOrder extends MarketRef {
  readonly priceTicks: Ticks;
  /** + bid, − offer. */
  readonly quantityLots: Lots;
  readonly insertAfter: number;
}

/** The taker's order as a house has brought it, with the events of the whole call. */
export interface Brought {
  readonly placed: Placed;
  readonly events: readonly BookEvent[];
}

const NO_SIGNATURE = "0x";

/** A market as its maker trades in it now; undefined if it gives nothing there. */
export function makerMarketIn(
  state: BookState,
  maker: MakerHouse,
  { marketRootId, marketBranchId }: MarketRef,
): MakerMarket | undefined {
  const root = state.markets.find(marketRootId, marketBranchId);
  const known = state.traders.find(maker.address);
  if (root === undefined || marketRootId !== maker.marketRootId || known === undefined) return undefined;
  const rootNow = rootNowOf(root, maker.points);
  // Who has traded once, and so used a nonce, was paid for; until then it is what sponsors have paid that it has.
  const needed = depositOf(maker, rootNow) * root.tickValue;
  if (known.nonces.floor === 0n && state.margin.slackOf(known.traderId) < needed) return undefined;
  const held = storedLots(root, state.margin.load(known.traderId, root).lots) as readonly Lots[]; // as the book keeps them
  const { maxLots } = state.terms;
  const limit = toLots(maxLots === 0n || maxLots > MAX_LOTS ? MAX_LOTS : maxLots);
  return makerMarket({ ...maker, root, rootNow, held, maxLots: limit }, marketBranchId);
}

/**
 * What a house would add to an order, at that time.
 * @returns undefined if nothing: then it hands the order on to the book, or refuses
 */
export function ownOrdersFor(
  state: BookState,
  house: House,
  order: PackageFields,
  { timestamp, maxMatches }: Pick<OrderLimits, "maxMatches"> & { readonly timestamp: bigint },
): OwnOrders | undefined {
  if (order.timeInForce === TimeInForce.PostOnly || maxMatches === 0) return undefined;
  if (house.kind === "maker") return ofMaker(state, house, order);
  const traderId = state.traders.find(house.address)?.traderId;
  return traderId === undefined ? undefined : ofRouter(state, traderId, order, { timestamp, maxMatches });
}

function ofMaker(state: BookState, maker: MakerHouse, order: PackageFields): OwnOrders | undefined {
  const market = makerMarketIn(state, maker, order);
  if (market === undefined) return undefined;
  const { marketRootId, marketBranchId, priceTicks, quantityLots } = order;
  const buys = quantityLots > 0n;
  const { branch, bounds, room, vertices } = market;
  const opposite = state.queues.of(order).side(!buys).best;
  const now = { branch, bounds, ...(opposite !== undefined && { best: ticks(opposite.price) }) };
  const most = buys ? room.sell : room.buy;
  const { lots, price } = answerTo(vertices, now, most, toLots(quantityLots), ticks(priceTicks));
  if (lots === 0n) return undefined;
  const own = { marketRootId, marketBranchId, priceTicks: price, quantityLots: lots, insertAfter: 0 };
  return { before: [own], behind: [] };
}

function ofRouter(
  state: BookState,
  traderId: number,
  order: PackageFields,
  { timestamp, maxMatches }: { readonly timestamp: bigint; readonly maxMatches: number },
): OwnOrders | undefined {
  const plan = planSets(state, { traderId, maxSteps: maxMatches }, order, timestamp);
  if (plan === undefined) return undefined;
  const { marketRootId, marketBranchId } = order;
  const signed = (lots: bigint): Lots => toLots(order.quantityLots > 0n ? -lots : lots);
  const sets = plan.rungs.reduce((sum, { lots }) => sum + lots, 0n);
  return {
    before: plan.rungs.map(({ price, lots, insertAfter }) => {
      return { marketRootId, marketBranchId, priceTicks: price, quantityLots: signed(lots), insertAfter };
    }),
    behind: plan.legs.map(({ branch, limit }) => {
      const market = { marketRootId, marketBranchId: branch };
      return { ...market, priceTicks: limit, quantityLots: signed(sets), insertAfter: 0 };
    }),
  };
}

/** Hears of each order before it is appended to the book. */
export type BeforeOrder = (order: PackageFields) => void;

/**
 * Appends a taker's order with a house's own to the batch that is open, to which nothing else belongs.
 * @param own as `ownOrdersFor` gives them for this very state
 * @returns why the call would be refused; `incomplete` if a set would not be whole. Then nothing has changed
 */
export function bringThrough(
  book: Book,
  house: House,
  { own, taker, limits, timestamp }: Bringing,
  beforeOrder: BeforeOrder = () => undefined,
): Brought | Refusal | "incomplete" {
  let refused: Refusal | "incomplete" | undefined;
  try {
    return book.state.journal.attempt(() => {
      const brought = bring(book, house, { own, taker, limits, timestamp }, beforeOrder);
      if (brought !== "incomplete" && !isRefusal(brought)) return brought;
      refused = brought;
      throw new RangeError("what the call did is undone");
    });
  } catch (error) {
    if (refused === undefined) throw error;
    return refused;
  }
}

export interface Bringing {
  readonly own: OwnOrders;
  readonly taker: SubmittedOrder;
  readonly limits: OrderLimits;
  readonly timestamp: bigint;
}

function bring(
  book: Book,
  house: House,
  { own, taker, limits, timestamp }: Bringing,
  beforeOrder: BeforeOrder,
): Brought | Refusal | "incomplete" {
  const events: BookEvent[] = [];
  const append = (order: SubmittedOrder): Placed | Refusal => {
    beforeOrder(order.package);
    const { result, events: logged } = book.appendTrade({ timestamp }, order, limits);
    events.push(...logged);
    return result;
  };
  const submit = (one: OwnOrder, timeInForce: TimeInForce): Placed | Refusal =>
    append(submittedOwn(book.state, house, taker.package, one, { timestamp, timeInForce }));
  const offered: Placed[] = [];
  for (const one of own.before) {
    const placed = submit(one, TimeInForce.GoodTillCancelled);
    if (isRefusal(placed)) return placed;
    offered.push(placed);
  }
  const placed = append(taker);
  if (isRefusal(placed)) return placed;
  const untaken = takeBack(book, offered, events);
  for (const one of own.behind) {
    const quantityLots = toLots(one.quantityLots < 0n ? one.quantityLots + untaken : one.quantityLots - untaken);
    if (quantityLots === 0n) break;
    const leg = submit({ ...one, quantityLots }, TimeInForce.ImmediateOrCancel);
    if (isRefusal(leg)) return leg;
    if (lotsTaken(events, leg.tradeRootId) !== magnitude(quantityLots)) return "incomplete";
  }
  return { placed, events };
}

/** A house has no key: the book asks it, and it says yes within its own call. The order is good for the second of its block. */
function submittedOwn(
  { traders }: BookState,
  { address: trader }: House,
  { previousLink }: PackageFields,
  { insertAfter, ...order }: OwnOrder,
  { timestamp: deadline, timeInForce }: { readonly timestamp: bigint; readonly timeInForce: TimeInForce },
): SubmittedOrder {
  const { floor: nonce } = traders.registered(trader).nonces;
  const fields = { ...order, trader, previousLink, nonce, deadline, timeInForce };
  return { package: fields, signature: NO_SIGNATURE, insertAfter, place: 0, byWallet: true };
}

/** @returns lots of them that were left, unsigned */
function takeBack({ state }: Book, offered: readonly Placed[], events: BookEvent[]): bigint {
  let untaken = 0n;
  for (const { tradeRootId } of offered) {
    const order = state.queues.find(tradeRootId);
    if (order === undefined) continue;
    untaken += magnitude(order.lots);
    takeOutNamed(state, order, "cancelled");
  }
  events.push(...state.events.take());
  return untaken;
}

function lotsTaken(events: readonly BookEvent[], taker: number): bigint {
  return events.reduce((sum, one) => (one.kind === "matched" && one.takerRootId === taker ? sum + one.lots : sum), 0n);
}
