/** Orders: handed in, asked for, taken back. */
import * as z from "zod";

import { type SignedPackage, tradePackage } from "../protocol/signing/package.js";
import { answer, described, type DomainOf, list, maybe, plain, request } from "./form.js";
import {
  address,
  block,
  count,
  hash,
  inLots,
  inTicks,
  integer,
  literal,
  oneOf,
  shortInteger,
  text,
  words,
} from "./values.js";

/**
 * What becomes of a package: it waits, is in a transaction, and is on the chain or was refused there; or its trader took it
 * back before it was sent. A reorganisation takes the last two of the chain back to the first two.
 */
export const PACKAGE_STATUSES = ["pending", "submitted", "onChain", "refused", "withdrawn"] as const;
export type PackageStatus = (typeof PACKAGE_STATUSES)[number];

// ------------------------------------------------------------------ what is sent

const MAX_SIGNATURE_BYTES = 4_096;
export const uint = (bits: number) =>
  plain(
    z
      .int()
      .min(0)
      .max(2 ** bits - 1),
  );
const anyHash = plain(z.string().regex(/^0x[0-9a-fA-F]{64}$/, "32 bytes as 0x and hex digits"));
/** Of whatever length a wallet's signature has. */
export const bytes = z.string().regex(/^0x([0-9a-fA-F]{2})*$/, "bytes as 0x and hex digits");
const relayedBytes = plain(bytes.max(2 + 2 * MAX_SIGNATURE_BYTES));

/** Whether they fit an order is for `tradePackage` to say, with a code of its own. */
const packageFields = {
  marketRootId: uint(32),
  marketBranchId: uint(16),
  trader: address,
  priceTicks: shortInteger,
  quantityLots: shortInteger,
  previousLink: anyHash,
  nonce: shortInteger,
  deadline: shortInteger,
  timeInForce: uint(8),
};

/** A signed order by itself: what `session trade --sign-only` prints. */
export const signedPackage = request({ package: request(packageFields), signature: plain(bytes) });
/** A signed order as a relay takes it. */
export const packageBody = request({ package: request(packageFields), signature: relayedBytes });
export const cancelBody = request({ signature: relayedBytes });
export const linkParams = plain(z.strictObject({ link: anyHash.domain.transform((link) => link.toLowerCase()) }));

/** @throws RuleError PACKAGE_FIELD_INVALID for what no order can have */
export function signedPackageOf({ package: fields, signature }: DomainOf<typeof signedPackage>): SignedPackage {
  return { package: tradePackage(fields), signature: signature.toLowerCase() };
}

// ------------------------------------------------------------------ what is answered

const name = described(hash, "names the package");
/** Why the chain refused a package; numbers as decimal text. */
const refusal = answer({ code: text, values: words });
export type PackageRefusal = DomainOf<typeof refusal>;

/** The last three are final, but for a reorganisation. */
const fate = {
  status: oneOf(PACKAGE_STATUSES),
  submissionId: maybe(described(count, "the transaction that it is part of")),
  tradeRootId: maybe(described(count, "its number on the chain")),
  block: maybe(block),
  refusal: maybe(refusal),
};

export const acknowledgement = answer({
  link: name,
  ...fate,
  expected: described(
    maybe(
      answer({
        tradeRootId: count,
        fills: list(answer({ makerRootId: count, price: inTicks, lots: inLots })),
        left: described(inLots, "lots that would be left, signed as the order's"),
      }),
    ),
    "what it gets if nothing else comes in between",
  ),
  ahead: described(count, "packages that wait before it"),
});
export type RelayAcknowledgement = DomainOf<typeof acknowledgement>;

export const packageState = answer({
  link: name,
  ...fate,
  package: answer({ ...packageFields, priceTicks: inTicks, quantityLots: inLots, previousLink: hash }),
});
export type RelayPackageState = DomainOf<typeof packageState>;

export const withdrawn = answer({ link: name, status: literal("withdrawn") });

export const linkState = answer({
  link: described(hash, "what to sign next"),
  checkpoints: integer,
  chainWindow: described(count, "of how many checkpoints, one for each block with calls, a link may be"),
  block: maybe(block),
});
export type RelayLink = DomainOf<typeof linkState>;
