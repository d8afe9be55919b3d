/** A signed cancellation as a file or a message holds it: what `session cancel --sign-only` prints. */
import { type SignedTradesCancellation, tradesCancellation } from "../protocol/signing/trades-cancellation.js";
import { type DomainOf, plain, request } from "./form.js";
import { bytes, uint } from "./packages.js";
import { address, shortInteger } from "./values.js";

/** Whether they fit a cancellation is for `tradesCancellation` to say, with a code of its own. */
const cancellationFields = {
  trader: address,
  fromTradeRootId: uint(32),
  toTradeRootId: uint(32),
  nonceFloor: shortInteger,
  deadline: shortInteger,
};

export const signedCancellation = request({ cancellation: request(cancellationFields), signature: plain(bytes) });

/** @throws RuleError CANCELLATION_FIELD_INVALID for what no cancellation can have */
export function signedCancellationOf({
  cancellation,
  signature,
}: DomainOf<typeof signedCancellation>): SignedTradesCancellation {
  return { cancellation: tradesCancellation(cancellation), signature: signature.toLowerCase() };
}
