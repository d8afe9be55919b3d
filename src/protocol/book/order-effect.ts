/**
 * What an order does to a book and to its trader's account: before it is signed, by playing it and taking it back, and afterwards, from
 * what was recorded. What one sees before signing is computed here and nowhere else.
 */
import { MAX_LOTS } from "../amounts/limits.js";
import { type Lots, type TickLots, type Ticks, type TokenWei, tokenWei } from "../amounts/units.js";
import { isRefusal, type Refusal, type RefusalCode } from "../market/refusal.js";
import type { TradePackage } from "../signing/package.js";
import type { BindingRoot } from "../value/binding.js";
import { isBetter, type Taking } from "../value/sets.js";
import type { Venue } from "../value/via.js";
import type { Book } from "./book.js";
import type { BookEvent } from "./events.js";
import { bringThrough, type Brought, type House, ownOrdersFor } from "./houses.js";
import { bindingIn, claimsIn, slackOf } from "./projections.js";

/** Steps of matching that a preview, and then the submission, may take. */
export const MAX_MATCHES = 16;

export interface Fill {
  /** The other order, as a rule the earlier one. */
  readonly makerRootId: number;
  readonly priceTicks: Ticks;
  /** Unsigned. */
  readonly lots: Lots;
  /** Through what it came, where an order was sent through a house. */
  readonly via?: Venue;
}

export interface OrderReport {
  readonly fills: readonly Fill[];
  /** What waits in the book, unsigned. */
  readonly restingLots: bigint;
  /** What was cut off again (immediate-or-cancel, or uncovered), unsigned. */
  readonly cutLots: bigint;
  /** Orders of others that were found uncovered, expired or one's own on the way. */
  readonly evicted: readonly number[];
}

/** A report, and what it does to the account by the book's own stored worst cases. */
export interface OrderPreview extends OrderReport {
  readonly slackBeforeWei: TokenWei;
  readonly slackAfterWei: TokenWei;
  /** The claim on the basket's last leg. */
  readonly claimAfterWei: TokenWei;
}

/** What of an account an order changes. All wei are session tokens'. */
export interface AccountMoment {
  /** Net collateral in the worst joint outcome, as stored (R11). */
  readonly slackWei: TokenWei;
  /** What open orders may need (R15). */
  readonly reservedWei: TokenWei;
  /** What the book would pay out. */
  readonly withdrawableWei: TokenWei;
  /** Claim on each asset, other roots at their worst (R16). */
  readonly claimsWei: readonly TokenWei[];
  /** In the order's market; + long. */
  readonly lots: Lots;
  /** Where the account is worst, root by root: what binds. */
  readonly roots: readonly BindingRoot[];
}

export interface OrderEffect extends OrderReport {
  /** What the fills take from the trader's claim: lots at their prices, below zero if it is paid. */
  readonly costWei: TokenWei;
  /** What the rest would take at its limit; 0 if nothing rests. */
  readonly restCostWei: TokenWei;
  readonly before: AccountMoment;
  readonly after: AccountMoment;
}

export function reportOf(tradeRootId: number, quantity: bigint, records: readonly BookEvent<unknown>[]): OrderReport {
  const fills = records.flatMap((record): Fill[] => {
    if (record.kind !== "matched") return [];
    const { makerRootId, takerRootId, priceTicks, lots } = record;
    if (takerRootId === tradeRootId) return [{ makerRootId, priceTicks, lots }];
    // A router may meet what has come to rest within the same call.
    return makerRootId === tradeRootId ? [{ makerRootId: takerRootId, priceTicks, lots }] : [];
  });
  const offsets = records.flatMap((record) => (record.kind === "offset" ? [record] : []));
  const cutLots = sum(offsets.filter((one) => one.tradeRootId === tradeRootId).map(({ lots }) => lots));
  const filled = sum(fills.map(({ lots }) => lots));
  const evicted = offsets.flatMap((one) => (one.tradeRootId === tradeRootId ? [] : [one.tradeRootId]));
  return { fills, restingLots: (quantity < 0n ? -quantity : quantity) - filled - cutLots, cutLots, evicted };
}

/**
 * Plays the order on a book and takes it back.
 * @param timestamp of the block that it would be in, unix seconds
 * @param through the house that brings it; straight to the book by default
 * @returns the book's refusal if it would refuse. Signature and admission are the book's `Outside`'s to judge
 */
export function effectOfOrder(
  book: Book,
  timestamp: bigint,
  order: TradePackage,
  through?: House,
): OrderEffect | Refusal {
  return rehearsed(book, () => lookedAt(book, timestamp, order, through));
}

/** What several orders do, one after the other. */
export interface OrdersEffect {
  /** Of each that is taken, up to the first that is not. */
  readonly effects: readonly OrderEffect[];
  /** Of the first that is refused, which would be the next; what comes behind it is not played. */
  readonly refusal: Refusal | undefined;
}

/**
 * Plays orders one after the other, in one block, and takes them all back: of several that belong together, each finds the book as those
 * before it have left it.
 * @param orders signed over one link, with nonces of their own
 */
export function effectOfOrders(book: Book, timestamp: bigint, orders: readonly TradePackage[]): OrdersEffect {
  return book.state.journal.rehearse(() => {
    const effects: OrderEffect[] = [];
    for (const order of orders) {
      try {
        effects.push(lookedAt(book, timestamp, order));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return { effects, refusal: error };
      }
    }
    return { effects, refusal: undefined };
  });
}

function lookedAt(book: Book, timestamp: bigint, order: TradePackage, through?: House): OrderEffect {
  const traderId = book.state.traders.find(order.trader)?.traderId;
  const before = traderId === undefined ? undefined : momentOf(book, traderId, order);
  const report = play(book, timestamp, order, through);
  if (traderId === undefined || before === undefined) throw new Error("unreachable: a stranger's order is refused");
  const { tickValue } = book.state.markets.known(order.marketRootId);
  const sign = order.quantityLots < 0n ? -1n : 1n;
  const paid = sum(report.fills.map(({ priceTicks, lots }) => priceTicks * lots));
  return {
    ...report,
    costWei: tokenWei(sign * paid * tickValue),
    restCostWei: tokenWei(sign * report.restingLots * order.priceTicks * tickValue),
    before,
    after: momentOf(book, traderId, order),
  };
}

/** As `effectOfOrder`, in the figures that a command prints. */
export function previewOrder(book: Book, timestamp: bigint, order: TradePackage): OrderPreview | Refusal {
  return rehearsed(book, () => {
    const traderId = book.state.traders.find(order.trader)?.traderId ?? 0;
    const slackBeforeWei = slackOf(book.state, traderId);
    const report = play(book, timestamp, order);
    const slackAfterWei = slackOf(book.state, traderId);
    return { ...report, slackBeforeWei, slackAfterWei, claimAfterWei: tokenWei(book.accountOf(order.trader).claim) };
  });
}

/**
 * Plays the order on a book, looks at what comes of it, and takes it back.
 * @param look must keep nothing of the book that the book itself changes
 * @returns what was seen, or the book's refusal
 */
export function bookAfter<Result>(
  book: Book,
  timestamp: bigint,
  order: TradePackage,
  look: (report: OrderReport) => Result,
): Result | Refusal {
  return rehearsed(book, () => look(play(book, timestamp, order)));
}

/** Refusals that say that it is too much, rather than that something else is wrong. */
const TOO_MUCH: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  "Book_Uncovered",
  "Book_TooManyLots",
  "Book_PositionOverflow",
  "Book_QuantityOutOfRange",
  "Book_FillOrKillUnfilled",
]);

/**
 * The most lots of an order's side and price that the book would take of this trader now.
 * @param order its own number of lots counts for its sign alone
 * @returns 0 if not even one lot is covered; the refusal if it is about something else than the number of lots
 */
export function mostLots(book: Book, timestamp: bigint, order: TradePackage): bigint | Refusal {
  const sign = order.quantityLots < 0n ? -1n : 1n;
  const refusalOf = (lots: bigint): Refusal | undefined => {
    const played = rehearsed(book, () => play(book, timestamp, { ...order, quantityLots: (sign * lots) as Lots })); // below 2^39
    return isRefusal(played) ? played : undefined;
  };
  const first = refusalOf(1n);
  if (first !== undefined) return TOO_MUCH.has(first.code) ? 0n : first;
  let [good, bad] = [1n, MAX_LOTS + 1n];
  // Whatever is between a size that is taken and one that is not: halved at most 39 times.
  while (bad - good > 1n) {
    const middle = (good + bad) / 2n;
    if (refusalOf(middle) === undefined) good = middle;
    else bad = middle;
  }
  return good;
}

/**
 * The way on which an order gets more at once: more lots, then as many for less money; at a tie the book, and of houses the first.
 * @returns what it would do there, and the house; undefined for the book
 */
export function bestEffect(
  book: Book,
  timestamp: bigint,
  order: TradePackage,
  houses: readonly House[],
): { readonly effect: OrderEffect | Refusal; readonly through: House | undefined } {
  let best = { effect: effectOfOrder(book, timestamp, order), through: undefined as House | undefined };
  // What the book refuses for want of lots a house may have them for; for any other reason each of them would.
  if (isRefusal(best.effect) && best.effect.code !== "Book_FillOrKillUnfilled") return best;
  for (const through of houses) {
    if (ownOrdersFor(book.state, through, order, { timestamp, maxMatches: MAX_MATCHES }) === undefined) continue;
    const effect = effectOfOrder(book, timestamp, order, through);
    if (isRefusal(effect)) continue;
    if (isRefusal(best.effect) || isBetter(takingOf(effect), takingOf(best.effect))) best = { effect, through };
  }
  return best;
}

function takingOf({ fills, costWei }: OrderEffect): Pick<Taking, "filled" | "cash"> {
  return { filled: sum(fills.map(({ lots }) => lots)) as Lots, cash: costWei as bigint as TickLots }; // all in one market
}

function play(book: Book, timestamp: bigint, order: TradePackage, through?: House): OrderReport {
  const submitted = { package: order, signature: "0x", insertAfter: 0, place: 0 };
  const limits = { maxMatches: MAX_MATCHES, maxWalk: Number.MAX_SAFE_INTEGER };
  const own = through && ownOrdersFor(book.state, through, order, { timestamp, ...limits });
  if (through !== undefined && own !== undefined) {
    const brought = bringThrough(book, through, { own, taker: submitted, limits, timestamp });
    if (isRefusal(brought)) throw brought;
    if (brought !== "incomplete") return broughtReport(brought, through, order);
  }
  const { result, events } = book.createTrade({ timestamp }, submitted, limits);
  return reportOf(result.tradeRootId, order.quantityLots, events);
}

/** Orders of the house's own come and go with it: they are none that are taken out. */
function broughtReport({ placed, events }: Brought, { address }: House, order: TradePackage): OrderReport {
  const report = reportOf(placed.tradeRootId, order.quantityLots, events);
  const own = new Set(
    events.flatMap((one) => (one.kind === "tradeCreated" && one.package.trader === address ? [one.tradeRootId] : [])),
  );
  return { ...report, evicted: report.evicted.filter((tradeRootId) => !own.has(tradeRootId)) };
}

/** Leaves the book as it was. */
function rehearsed<Result>(book: Book, act: () => Result): Result | Refusal {
  try {
    return book.state.journal.rehearse(act);
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

function momentOf({ state }: Book, traderId: number, { marketRootId, marketBranchId }: TradePackage): AccountMoment {
  const { roots, storedSlack, reserved, withdrawable } = bindingIn(state, traderId);
  const position = state.margin.positionsOf(traderId).get(marketRootId)?.lots ?? [];
  return {
    slackWei: storedSlack,
    reservedWei: reserved,
    withdrawableWei: withdrawable,
    claimsWei: claimsIn(state, traderId),
    lots: (position[marketBranchId - 1] ?? 0n) as Lots, // as the book keeps it
    roots,
  };
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
