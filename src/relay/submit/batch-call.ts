/** A batch as a call of the book. */
import { batchCall, type BookCall, cancelTradesCall } from "../../bindings/calls.js";
import type { OrderLimits } from "../../protocol/book/orders.js";
import type { Batch } from "../follow/batch.js";
import type { Signers } from "../queue/signers.js";

export interface CallTerms {
  readonly limits: OrderLimits;
  readonly signers: Signers;
  /** Number of the newest checkpoint: a hint. */
  readonly newest: number;
}

/** Packed; the cancellation of a contract wallet is a call by itself, for a batch takes the signatures of keys. */
export function callOf(
  { cancellations, expected }: Pick<Batch, "cancellations" | "expected">,
  { limits, signers, newest }: CallTerms,
): BookCall {
  const brought = cancellations.map(({ signed, orders }) => ({ ...signed, places: orders.map(({ place }) => place) }));
  const [first, only] = [cancellations[0], brought[0]];
  if (first !== undefined && only !== undefined && !signers.isOwnCancellation(first)) {
    return cancelTradesCall(only, only.places, newest);
  }
  const orders = expected.map((one) => {
    const { signed, insertAfter, place } = one;
    return { ...signed, insertAfter, place, byWallet: !signers.isOwnKey(one) };
  });
  return batchCall({ cancellations: brought, orders }, { ...limits, newest });
}
