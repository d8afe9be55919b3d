import type { Signer, TransactionReceipt } from "ethers";

import type { SignedTradesCancellation } from "../bindings/cancellations.js";
import { ClientError, type ErrorArgs } from "../bindings/errors.js";
import { recordsOf } from "../bindings/records.js";
import type { SessionHandle } from "../bindings/session.js";
import { transact } from "../bindings/transact.js";
import { newestCheckpoint } from "./hints.js";
import { type OrderRef, placesOf } from "./order-places.js";

/** What came of a request to take orders out of the book. */
export interface Offsets {
  readonly receipt: TransactionReceipt;
  readonly gasUsed: bigint;
  /** The orders that are out now. */
  readonly offset: readonly number[];
  /** The orders that were left alone, and why. */
  readonly skipped: readonly { readonly tradeRootId: number; readonly refusal: ClientError }[];
}

/**
 * Takes out every order that is the signer's own, has expired, or that its trader could not bear any more.
 * @throws ClientError the first order's refusal if none of them can be taken out; nothing is sent then
 */
export async function offsetOrders(
  handle: SessionHandle,
  signer: Signer,
  orders: readonly OrderRef[],
): Promise<Offsets> {
  const book = handle.book.connect(signer);
  const [newest, caller, placed] = await Promise.all([
    newestCheckpoint(book),
    signer.getAddress(),
    placesOf(handle, orders),
  ]);
  const receipt = await transact(signer, book.offset.populateTransaction(placed, newest));
  return offsetsOf(handle, receipt, { caller });
}

/**
 * Brings a signed cancellation, for which anybody may pay, and names the orders that it is to take out.
 * @throws ClientError the first order's refusal if nothing would change, or what is wrong with it; nothing is sent then
 */
export async function cancelTrades(
  handle: SessionHandle,
  signer: Signer,
  { cancellation, signature }: SignedTradesCancellation,
  orders: readonly OrderRef[],
): Promise<Offsets> {
  const book = handle.book.connect(signer);
  const [newest, placed] = await Promise.all([newestCheckpoint(book), placesOf(handle, orders)]);
  const places = placed.map(({ place }) => place);
  const call = book.cancelTrades.populateTransaction(cancellation, signature, places, newest);
  const { trader, fromTradeRootId, toTradeRootId } = cancellation;
  const meant = { trader, fromTradeRootId: BigInt(fromTradeRootId), toTradeRootId: BigInt(toTradeRootId) };
  return offsetsOf(handle, await transact(signer, call), meant);
}

/** @param known what belongs to the refusals besides the order's number: the log has their codes alone */
function offsetsOf(handle: SessionHandle, receipt: TransactionReceipt, known: ErrorArgs): Offsets {
  const records = recordsOf(handle, receipt.logs);
  const explained = ({ code }: ClientError, tradeRootId: number): ClientError => {
    const isUnknown = code === "Book_OrderUnknown"; // of which nothing else is said
    return new ClientError(code, { tradeRootId: BigInt(tradeRootId), ...(isUnknown ? {} : known) });
  };
  return {
    receipt,
    gasUsed: receipt.gasUsed,
    offset: records.flatMap((record) => (record.kind === "offset" ? [record.tradeRootId] : [])),
    skipped: records.flatMap((record) => {
      if (record.kind !== "offsetSkipped") return [];
      const { tradeRootId } = record;
      return [{ tradeRootId, refusal: explained(record.refusal, tradeRootId) }];
    }),
  };
}
