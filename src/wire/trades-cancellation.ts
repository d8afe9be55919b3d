/** Signed cancellations of orders on the chain: as a file holds them, and as a relay takes them and tells of them. */
import * as z from "zod";

import { type SignedTradesCancellation, tradesCancellation } from "../protocol/signing/trades-cancellation.js";
import { answer, described, type DomainOf, type Form, list, maybe, plain, request } from "./form.js";
import { acknowledgements, chainRefusal, manyOf, namingHash, packageBody, uint } from "./packages.js";
import { receipt } from "./receipt.js";
import { address, block, bytes, count, hash, integer, oneOf, relayedBytes, shortInteger } from "./values.js";

/**
 * What becomes of a cancellation: it waits, is in a transaction, and all that it was about is gone from the chain; or nothing would
 * come of it any more. A reorganisation takes the last two back to the first two.
 */
export const CANCELLATION_STATUSES = ["pending", "submitted", "onChain", "refused"] as const;
export type CancellationStatus = (typeof CANCELLATION_STATUSES)[number];

// ------------------------------------------------------------------ what is sent

/** Whether they fit a cancellation is for `tradesCancellation` to say, with a code of its own. */
const cancellationFields = {
  trader: address,
  fromTradeRootId: uint(32),
  toTradeRootId: uint(32),
  nonceFloor: shortInteger,
  deadline: shortInteger,
};

/** A signed cancellation by itself: what `session cancel --sign-only` prints. */
export const signedCancellation = request({ cancellation: request(cancellationFields), signature: plain(bytes) });
/** As a relay takes one, and what else comes with it. */
export const cancellationWith = <const F extends Readonly<Record<string, Form>>>(more: F) =>
  request({ cancellation: request(cancellationFields), signature: relayedBytes, ...more });
export const cancellationBody = cancellationWith({});
/** The same with packages that come in its place. */
export const replacementBody = cancellationWith({ packages: manyOf(packageBody) });
export const cancellationParams = plain(z.strictObject({ hash: namingHash }));

/** @throws RuleError CANCELLATION_FIELD_INVALID for what no cancellation can have */
export function signedCancellationOf({
  cancellation,
  signature,
}: DomainOf<typeof signedCancellation>): SignedTradesCancellation {
  return { cancellation: tradesCancellation(cancellation), signature: signature.toLowerCase() };
}

// ------------------------------------------------------------------ what is answered

const name = described(hash, "names the cancellation: its hashStruct");
const fate = {
  status: oneOf(CANCELLATION_STATUSES),
  submissionId: maybe(described(count, "the transaction that it is part of")),
  block: maybe(block),
  refusal: maybe(chainRefusal),
};

export const cancellationAcknowledgement = answer({
  hash: name,
  ...fate,
  tradeRootIds: described(maybe(list(count)), "orders that go with it if nothing else comes in between"),
  withdrawn: described(list(hash), "links of packages that waited and are taken back, as their nonces are void"),
  receipt: described(maybe(receipt), "the relay's signature for it, if it signs receipts and still brings it"),
});
export type RelayCancellationAcknowledgement = DomainOf<typeof cancellationAcknowledgement>;

export const statedCancellation = answer({ ...cancellationFields, nonceFloor: integer, deadline: integer });
/** Without the signature, for whoever has that can use it. */
export const cancellationState = answer({ hash: name, ...fate, cancellation: statedCancellation });
export type RelayCancellationState = DomainOf<typeof cancellationState>;

export const replacementAcknowledgement = answer({
  cancellation: cancellationAcknowledgement,
  packages: acknowledgements,
});
export type RelayReplacement = DomainOf<typeof replacementAcknowledgement>;
