/** What a submitter tells the book beside what was signed. Wrong hints cost gas and change nothing. */
import type { IOrderBook } from "../../typechain-types/index.js";
import { ClientError } from "../bindings/errors.js";
import { read } from "../bindings/transact.js";
import { type PackageFields, TimeInForce } from "../protocol/signing/package.js";

/** Number of the newest checkpoint. */
export async function newestCheckpoint(book: IOrderBook): Promise<number> {
  const { checkpoints } = await read(book.chainState());
  return Number(checkpoints);
}

/** The place next to which the order would rest; 0 for one that never rests, or whose market the book will refuse by name. */
export async function insertionHint(book: IOrderBook, order: PackageFields): Promise<number> {
  const { marketRootId, marketBranchId, priceTicks, quantityLots, timeInForce } = order;
  if (timeInForce === TimeInForce.ImmediateOrCancel || timeInForce === TimeInForce.FillOrKill) return 0;
  try {
    return Number(await read(book.insertionHint(marketRootId, marketBranchId, quantityLots > 0n, priceTicks)));
  } catch (error) {
    if (error instanceof ClientError && error.code === "Book_MarketUnknown") return 0;
    throw error;
  }
}
