/** What a trader alone may see: its account and its orders as they will be when everything that waits has landed. */
import { TypedDataEncoder } from "ethers";
import * as z from "zod";

import type { BookDomain, Hash } from "../protocol/signing/typed-data.js";
import { answer, described, type DomainOf, list, request } from "./form.js";
import { packageState } from "./packages.js";
import { trader } from "./state.js";
import { cancellationState } from "./trades-cancellation.js";
import { anyAddress, relayedBytes, shortInteger } from "./values.js";

/** Nothing that the order book could ever take for an order. Mutable, because ethers asks for it. */
export const READ_TYPES: Record<"ReadOwn", { name: string; type: string }[]> = {
  ReadOwn: [
    { name: "trader", type: "address" },
    { name: "until", type: "uint64" },
  ],
};

export function readDigest(domain: BookDomain, trader: string, until: bigint): Hash {
  return TypedDataEncoder.hash(domain, READ_TYPES, { trader, until });
}

/** Longest time for which one signature may be good, seconds. */
export const LONGEST_READ = 86_400n;

/** The signature is the trader's, over `ReadOwn`; `until` is the last second at which it is good, at most a day away. */
export const ownBody = request({ until: shortInteger, signature: relayedBytes });

export type OwnRead = DomainOf<typeof ownBody>;

export const own = answer({
  account: described(trader, "as it will be when everything that waits has landed"),
  packages: described(list(packageState), "its packages that have not landed, in the order of their acknowledgement"),
  cancellations: described(
    list(cancellationState),
    "its cancellations of which more may still come, in the order of their acknowledgement",
  ),
});
export type RelayOwn = DomainOf<typeof own>;

export const nonceParams = {
  wire: z.strictObject({ trader: anyAddress, nonce: shortInteger.wire }),
  domain: z.strictObject({ trader: anyAddress, nonce: shortInteger.domain }),
};
/** In one answer. */
export const MOST_OF_NONCE = 100;
export const ownOfNonce = answer({
  packages: described(
    list(packageState),
    `those that the relay has taken with this nonce, whatever has become of them, in the order of their acknowledgement; the first ${MOST_OF_NONCE}`,
  ),
});
export type RelayOwnOfNonce = DomainOf<typeof ownOfNonce>;
