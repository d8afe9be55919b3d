/** What a trader alone may see: its account and its orders as they will be when everything that waits has landed. */
import { TypedDataEncoder } from "ethers";
import * as z from "zod";

import type { BookDomain, Hash } from "../protocol/signing/typed-data.js";
import { answer, described, type DomainOf, list, maybe, plain, request } from "./form.js";
import { packageState, packageStateWith } from "./packages.js";
import { trader } from "./state.js";
import { cancellationState, statedCancellation } from "./trades-cancellation.js";
import { anyAddress, bytes, count, relayedBytes, shortInteger } from "./values.js";
import { READ_TYPES } from "./signed-types.js";

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
/** What a package's trader signed to have it back: whoever has its receipt is answered with that. */
const withdrawal = answer({
  signature: described(plain(bytes), "over CancelPackage(bytes32 link), or over the cancellation if there is one"),
  cancellation: described(maybe(statedCancellation), "CancelTrades that made the package's nonce void"),
  timeMs: described(count, "when that was stored, unix ms by the clock of the relay's database"),
});
export type RelayWithdrawal = DomainOf<typeof withdrawal>;
const ownPackage = packageStateWith({ withdrawal: described(maybe(withdrawal), "of one that was taken back") });
export const ownOfNonce = answer({
  packages: described(
    list(ownPackage),
    `those that the relay has taken with this nonce, whatever has become of them, in the order of their acknowledgement; the first ${MOST_OF_NONCE}`,
  ),
});
export type RelayOwnOfNonce = DomainOf<typeof ownOfNonce>;
