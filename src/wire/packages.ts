/** Orders: handed in, asked for, taken back. */
import * as z from "zod";

import { type SignedPackage, tradePackage } from "../protocol/signing/package.js";
import { VENUES } from "../protocol/value/via.js";
import { answer, choice, described, type DomainOf, type Form, list, maybe, plain, request } from "./form.js";
import { receipt } from "./receipt.js";
import { refusal as requestRefusal } from "./state.js";
import {
  address,
  anyAddress,
  block,
  bytes,
  count,
  hash,
  inLots,
  inTicks,
  integer,
  literal,
  oneOf,
  relayedBytes,
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

/** In one request. */
export const MOST_PACKAGES = 100;
export const uint = (bits: number) =>
  plain(
    z
      .int()
      .min(0)
      .max(2 ** bits - 1),
  );
const anyHash = plain(z.string().regex(/^0x[0-9a-fA-F]{64}$/, "32 bytes as 0x and hex digits"));
/** Of a path that names something. */
export const namingHash = anyHash.domain.transform((given) => given.toLowerCase());

/** Of one request: at least one, and not too many. */
export function manyOf<F extends Form>({ wire, domain }: F) {
  return {
    wire: z.array<F["wire"]>(wire).min(1).max(MOST_PACKAGES),
    domain: z.array<F["domain"]>(domain).min(1).max(MOST_PACKAGES),
  };
}

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

/** An order of which not all is said that is signed. */
export const draftPackage = request({
  ...packageFields,
  trader: plain(anyAddress),
  previousLink: described(maybe(anyHash), "the newest checkpoint if it is left out"),
  nonce: described(maybe(shortInteger), "the trader's lowest unused one if it is left out"),
  deadline: described(maybe(shortInteger), "the last second of trading if it is left out"),
});
export type RelayDraft = DomainOf<typeof draftPackage>;

/** A signed order by itself: what `session trade --sign-only` prints. */
export const signedPackage = request({ package: request(packageFields), signature: plain(bytes) });
/** A signed order as a relay takes it. */
export const packageBody = request({ package: request(packageFields), signature: relayedBytes });
export const cancelBody = request({ signature: relayedBytes });
/** Many, each as if it came alone. */
export const packagesBody = request({ packages: manyOf(packageBody) });
export const linkParams = plain(z.strictObject({ link: namingHash }));

/** @throws RuleError PACKAGE_FIELD_INVALID for what no order can have */
export function signedPackageOf({ package: fields, signature }: DomainOf<typeof signedPackage>): SignedPackage {
  return { package: tradePackage(fields), signature: signature.toLowerCase() };
}

// ------------------------------------------------------------------ what is answered

const name = described(hash, "names the package");
/** Why the chain refused a package or a cancellation; numbers as decimal text. */
export const chainRefusal = answer({ code: text, values: words });
export type PackageRefusal = DomainOf<typeof chainRefusal>;

/** The last three are final, but for a reorganisation. */
const fate = {
  status: oneOf(PACKAGE_STATUSES),
  submissionId: maybe(described(count, "the transaction that it is part of")),
  tradeRootId: maybe(described(count, "its number on the chain")),
  block: maybe(block),
  refusal: maybe(chainRefusal),
};

export const route = answer({
  through: oneOf(VENUES),
  contract: described(maybe(address), "of the automated maker, or of the router of complete sets"),
});
export type RelayRoute = DomainOf<typeof route>;

const acknowledged = {
  link: name,
  ...fate,
  route: described(
    maybe(route),
    "through what it goes as things stand, or was sent; left out of a package that was taken before and waits",
  ),
  expected: described(
    maybe(
      answer({
        tradeRootId: count,
        fills: list(answer({ makerRootId: count, priceTicks: inTicks, lots: inLots })),
        left: described(inLots, "lots that would be left, signed as the order's"),
      }),
    ),
    "what it gets if nothing else comes in between",
  ),
  ahead: described(count, "packages that wait before it"),
  receipt: described(maybe(receipt), "the relay's signature for it, if it signs receipts and still brings it"),
};
export const acknowledgement = answer(acknowledged);
export type RelayAcknowledgement = DomainOf<typeof acknowledgement>;

/** What each package of a request is answered, in the order of the request. */
export const acknowledgements = list(
  choice(
    "taken",
    answer({ taken: plain(z.literal(true)), ...acknowledged }),
    answer({ taken: plain(z.literal(false)), ...requestRefusal }),
  ),
);
export const packagesAnswer = answer({ packages: acknowledgements });
export type RelayPackageAnswer = DomainOf<typeof acknowledgements>[number];

const state = {
  link: name,
  ...fate,
  route: described(
    maybe(route),
    "through what this relay sent it; left out while it waits, and if it was brought by somebody else",
  ),
  package: answer({ ...packageFields, priceTicks: inTicks, quantityLots: inLots, previousLink: hash }),
};
export const packageState = answer(state);
/** The same with what else its trader alone is told. */
export const packageStateWith = <const F extends Readonly<Record<string, Form>>>(more: F) =>
  answer({ ...state, ...more });
export type RelayPackageState = DomainOf<typeof packageState>;

export const withdrawn = answer({ link: name, status: literal("withdrawn") });

export const linkState = answer({
  link: described(hash, "what to sign next"),
  checkpoints: integer,
  chainWindow: described(count, "of how many checkpoints, one for each block with calls, a link may be"),
  block: maybe(block),
});
export type RelayLink = DomainOf<typeof linkState>;
