/** Whether somebody may see what only its trader may: asked for by the trader's signature, good for a while. */
import { checksumAddress } from "../../protocol/signing/addresses.js";
import { recoverSigner } from "../../protocol/signing/signatures.js";
import type { BookDomain } from "../../protocol/signing/typed-data.js";
import { LONGEST_READ, readDigest } from "../../wire/own.js";
import { RelayError } from "../errors.js";
import type { ChainClock } from "../follow/clock.js";
import type { Wallets } from "../follow/wallets.js";

export interface ReadingDependencies {
  readonly domain: BookDomain;
  readonly wallets: Wallets;
  readonly clock: Pick<ChainClock, "now">;
  /** Whether it is one of the session's: nobody else has anything here, and no wallet is asked for it. */
  readonly isTrader: (address: string) => Promise<boolean>;
}

/** @throws RelayError RELAY_READ_SIGNATURE, RELAY_TRADER_UNKNOWN, RELAY_WALLET_UNREACHABLE */
export async function requireReader(
  { domain, wallets, clock, isTrader }: ReadingDependencies,
  address: string,
  until: bigint,
  signature: string,
): Promise<void> {
  const trader = checksumAddress(address.toLowerCase());
  const now = clock.now();
  if (until < now || until > now + LONGEST_READ) throw new RelayError("RELAY_READ_SIGNATURE", { trader, until, now });
  if (!(await isTrader(trader))) throw new RelayError("RELAY_TRADER_UNKNOWN", { trader });
  const digest = readDigest(domain, trader, until);
  if (recoverSigner(digest, signature) === trader) return;
  if (await wallets.approves(trader, digest, signature)) return;
  throw new RelayError("RELAY_READ_SIGNATURE", { trader, until, now });
}
