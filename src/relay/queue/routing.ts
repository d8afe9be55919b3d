/**
 * Through what a package goes best: straight to the book, or by one of the houses that this relay knows. Each way is tried on the mirror,
 * to the lot, and undone; what its trader signed is the same on each of them.
 */
import type { NamedPackage } from "../../bindings/packages.js";
import type { Lots, TickLots } from "../../protocol/amounts/units.js";
import { type House, ownOrdersFor } from "../../protocol/book/houses.js";
import { isRefusal } from "../../protocol/market/refusal.js";
import { isBetter, type Taking } from "../../protocol/value/sets.js";
import { type Expected, throughOf } from "../follow/batch.js";
import type { Mirror } from "../follow/mirror.js";

/** Which houses there are, and how far they are used. */
export interface Routing {
  readonly houses: readonly House[];
  /** Packages that are laid on to go through houses at once: each takes a transaction of its own. What is beyond waits. */
  readonly most: number;
  /** With which houses are called. */
  readonly maxMatches: number;
}

export const NO_ROUTING: Routing = { houses: [], most: 0, maxMatches: 0 };

/** What keeps a package from a house. */
export interface RoutingLimits {
  /** Whether a transaction may need so much gas. */
  readonly fits: (one: Expected) => boolean;
  /** Whether its trader's account could bear what that house's call burns if it fails. */
  readonly isBorne: (one: Expected) => boolean;
}

/**
 * The house that gives a package more than the book does at once: more lots, or as many for less money. At a tie it is the book, and of
 * houses the first.
 * @returns undefined for the book
 */
export function bestHouse(
  mirror: Mirror,
  named: NamedPackage,
  timestamp: bigint,
  { houses, maxMatches, fits, isBorne }: Routing & RoutingLimits,
): House | undefined {
  const { state } = mirror.book;
  const { package: order } = named.signed;
  const answering = houses.filter((house) => {
    return ownOrdersFor(state, house, order, { timestamp, maxMatches }) !== undefined;
  });
  if (answering.length === 0) return undefined;
  const book = tried(mirror, named, timestamp);
  const { outcome } = book;
  // What the book refuses for want of lots a house may have them for; for any other reason each of them would.
  if (isRefusal(outcome) && outcome.code !== "Book_FillOrKillUnfilled") return undefined;
  let [best, most] = [undefined as House | undefined, isRefusal(outcome) ? undefined : takingOf(book)];
  for (const house of answering) {
    const through = tried(mirror, named, timestamp, house);
    if (isRefusal(through.outcome) || through.ownOrders === 0 || !fits(through)) continue;
    const taking = takingOf(through);
    if ((most === undefined || isBetter(taking, most)) && isBorne(through)) [best, most] = [house, taking];
  }
  return best;
}

/** How many packages go through houses, of those in batches that were closed. */
export function routedIn({ batches }: Pick<Mirror, "batches">): number {
  return batches.filter((batch) => throughOf(batch) !== undefined).length;
}

function tried(mirror: Mirror, named: NamedPackage, timestamp: bigint, through?: House): Expected {
  const expected = mirror.append(named, timestamp, through);
  mirror.undoFrom(expected);
  return expected;
}

function takingOf({ fills, signed }: Expected): Taking {
  const filled = fills.reduce((sum, { lots }) => sum + lots, 0n) as Lots; // at most the order's
  const cash = fills.reduce((sum, { priceTicks, lots }) => sum + priceTicks * lots, 0n);
  const isBid = signed.package.quantityLots > 0n;
  return { fills: [], filled, cash: (isBid ? cash : -cash) as TickLots }; // at most the prices of an order's lots
}
