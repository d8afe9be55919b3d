import type { Signer, TransactionReceipt } from "ethers";

import type { SignedTradesCancellation } from "../bindings/cancellations.js";
import type { ClientError } from "../bindings/errors.js";
import { recordsOf } from "../bindings/records.js";
import type { SessionHandle } from "../bindings/session.js";
import { transact } from "../bindings/transact.js";

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
  tradeRootIds: readonly number[],
): Promise<Offsets> {
  const book = handle.book.connect(signer);
  return offsetsOf(handle, await transact(signer, book.offset.populateTransaction([...tradeRootIds])));
}

/**
 * Brings a signed cancellation, for which anybody may pay, and names the orders that it is to take out.
 * @throws ClientError the first order's refusal if nothing would change, or what is wrong with it; nothing is sent then
 */
export async function cancelTrades(
  handle: SessionHandle,
  signer: Signer,
  { cancellation, signature }: SignedTradesCancellation,
  tradeRootIds: readonly number[],
): Promise<Offsets> {
  const book = handle.book.connect(signer);
  const call = book.cancelTrades.populateTransaction(cancellation, signature, [...tradeRootIds]);
  return offsetsOf(handle, await transact(signer, call));
}

function offsetsOf(handle: SessionHandle, receipt: TransactionReceipt): Offsets {
  const records = recordsOf(handle, receipt.logs);
  return {
    receipt,
    gasUsed: receipt.gasUsed,
    offset: records.flatMap((record) => (record.kind === "offset" ? [record.tradeRootId] : [])),
    skipped: records.flatMap((record) =>
      record.kind === "offsetSkipped" ? [{ tradeRootId: record.tradeRootId, refusal: record.refusal }] : [],
    ),
  };
}
