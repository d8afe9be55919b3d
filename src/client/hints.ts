/** What a submitter tells the book beside what was signed. Wrong hints cost gas and change nothing. */
import type { IOrderBook } from "../../typechain-types/index.js";
import { ClientError } from "../bindings/errors.js";
import { read } from "../bindings/transact.js";
import { type PackageFields, TimeInForce } from "../protocol/signing/package.js";
import type { UsedPlaces } from "./used-places.js";

/** Number of the newest checkpoint. */
export async function newestCheckpoint(book: IOrderBook): Promise<number> {
  const { checkpoints } = await read(book.chainState());
  return Number(checkpoints);
}

/** Both are places. */
export interface Hints {
  readonly insertAfter: number;
  readonly place: number;
}

/** Each with the order next to which it would rest, and a place to be used again if one is found. */
export async function withHints<T extends object>(
  book: IOrderBook,
  places: UsedPlaces,
  items: readonly T[],
  orderOf: (item: T) => PackageFields,
): Promise<(T & Hints)[]> {
  const orders = items.map(orderOf);
  const [free, neighbours] = await Promise.all([
    places.find(orders.filter(mayRest).length),
    Promise.all(orders.map((order) => insertionHint(book, order))),
  ]);
  return items.map((item, index) => {
    const place = mayRest(orderOf(item)) ? free.shift() : undefined;
    return { ...item, insertAfter: neighbours[index] ?? 0, place: place ?? 0 };
  });
}

/** Other orders rest at most if their steps run out. */
function mayRest({ timeInForce }: PackageFields): boolean {
  return timeInForce !== TimeInForce.ImmediateOrCancel && timeInForce !== TimeInForce.FillOrKill;
}

/** The place next to which the order would rest; 0 for one that never rests, or whose market the book will refuse by name. */
async function insertionHint(book: IOrderBook, order: PackageFields): Promise<number> {
  const { marketRootId, marketBranchId, priceTicks, quantityLots } = order;
  if (!mayRest(order)) return 0;
  try {
    return Number(await read(book.insertionHint(marketRootId, marketBranchId, quantityLots > 0n, priceTicks)));
  } catch (error) {
    if (error instanceof ClientError && error.code === "Book_MarketUnknown") return 0;
    throw error;
  }
}
