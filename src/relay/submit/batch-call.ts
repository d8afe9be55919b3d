/** A batch as a call of the book, or of the house that brings it. */
import { batchCall, type BookCall, cancelTradesCall, houseCall } from "../../bindings/calls.js";
import type { OrderLimits } from "../../protocol/book/orders.js";
import { type Batch, throughOf } from "../follow/batch.js";
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
  const [house, taker] = [throughOf({ expected }), expected[0]];
  if (house !== undefined && taker !== undefined) {
    const { signed, insertAfter, place } = taker;
    return houseCall(house, { ...signed, insertAfter, place }, { ...limits, newest });
  }
  const orders = expected.map((one) => {
    const { signed, insertAfter, place } = one;
    return { ...signed, insertAfter, place, byWallet: !signers.isOwnKey(one) };
  });
  return batchCall({ cancellations: brought, orders }, { ...limits, newest });
}
