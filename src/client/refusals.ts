/** Why orders of a batch were refused: the log has the code, and the book finds out its values again (R29). */
import type { SignedPackageStruct } from "../../typechain-types/interfaces/IOrderBook.sol/IOrderBook.js";
import { asClientError, ClientError } from "../bindings/errors.js";
import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import { NodeError } from "../node/errors.js";
import { numberOf } from "../protocol/book/checkpoint.js";
import type { SignedPackage } from "../protocol/signing/package.js";
import type { Hints } from "./hints.js";

/** An order of a batch that was refused. */
export interface RefusedOrder {
  readonly signed: SignedPackage;
  readonly insertAfter: number;
  /** As the log has it, without values. */
  readonly refusal: ClientError;
}

/** Where and how the batch was brought. */
export interface RefusedIn {
  readonly blockNumber: number;
  readonly maxWalk: number;
}

/** Values that only the call itself knew. */
const OF_THE_CALL: ReadonlySet<string> = new Set([
  "Book_PostOnlyWouldTake",
  "Book_FillOrKillUnfilled",
  "Book_OutOfGas",
]);

/** The contract's struct SignedPackage. */
export function structOf(
  { package: tradePackage, signature }: SignedPackage,
  { insertAfter = 0, place = 0, newest = 0 }: Partial<Hints> & { readonly newest?: number },
): SignedPackageStruct {
  return { tradePackage, signature, insertAfter, place, newest };
}

/** The refusal with its values as they are after the batch's block, or as it was if the book cannot tell them. */
export async function explainRefusal(
  handle: SessionHandle,
  order: RefusedOrder,
  { blockNumber, maxWalk }: RefusedIn,
): Promise<ClientError> {
  if (OF_THE_CALL.has(order.refusal.code)) return order.refusal;
  const { book } = handle;
  const isStale = order.refusal.code === "Book_SignatureInvalid" && !(await hasLink(handle, order, blockNumber));
  const refusal = isStale ? new ClientError("Book_StaleLink") : order.refusal;
  const selector = book.interface.getError(refusal.code)?.selector;
  if (selector === undefined) return refusal;
  const detail = refusal.code === "Book_HintTooFar" ? maxWalk : 0;
  const struct = structOf(order.signed, order);
  try {
    await book.explain(selector, detail, struct, { blockTag: blockNumber });
    return refusal;
  } catch (error) {
    const explained = asClientError(error); // a node that fails leaves it at the code
    return explained instanceof ClientError && explained.code === refusal.code ? explained : refusal;
  }
}

/**
 * A batch names links by the last byte of their number: of one that is gone the book hashes another, which nobody has signed. A
 * node that does not say leaves it at what the log has.
 */
async function hasLink({ book }: SessionHandle, { signed }: RefusedOrder, blockTag: number): Promise<boolean> {
  const { previousLink } = signed.package;
  try {
    return (await read(book.checkpointAt(numberOf(previousLink), { blockTag }))) === previousLink;
  } catch (error) {
    return error instanceof NodeError;
  }
}
