/** A relay's word, signed, that it has what was handed in: with it a trader shows anybody that it was heard, and when. */
import { TypedDataEncoder } from "ethers";

import type { BookDomain, Hash } from "../protocol/signing/typed-data.js";
import { answer, described, type DomainOf, plain } from "./form.js";
import { address, bytes, count, hash, oneOf } from "./values.js";
import { RECEIPT_TYPES } from "./signed-types.js";

export const RECEIPT_KINDS = ["package", "cancellation"] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

export const receipt = answer({
  kind: oneOf(RECEIPT_KINDS),
  hash: described(hash, "a package's link, or a cancellation's hash"),
  seq: described(count, "its place in the order in which the relay has stored those of its kind"),
  timeMs: described(count, "when this was signed, unix ms by the relay's own clock"),
  account: described(address, "whose key has signed"),
  signature: described(plain(bytes), "over Receipt in the order book's domain"),
});
export type RelayReceipt = DomainOf<typeof receipt>;

export function receiptDigest(
  domain: BookDomain,
  { kind, hash: name, seq, timeMs }: Pick<RelayReceipt, "kind" | "hash" | "seq" | "timeMs">,
): Hash {
  return TypedDataEncoder.hash(domain, RECEIPT_TYPES, { kind, hash: name, seq, timeMs });
}
