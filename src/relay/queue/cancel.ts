/** Taking a package back before it was sent: asked for by its trader's signature over the package's own link. */
import { recoverSigner } from "../../protocol/signing/signatures.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import { cancelDigest } from "../../wire/cancellation.js";
import { RelayError } from "../errors.js";
import type { ChainClock } from "../follow/clock.js";
import type { Mirror } from "../follow/mirror.js";
import type { Wallets } from "../follow/wallets.js";
import type { PackageStore } from "../store/packages.js";
import type { BatchPlan } from "./batch-plan.js";
import type { Lane } from "./lane.js";
import type { Ledger } from "./ledger.js";

export interface Canceller {
  /** @throws RelayError RELAY_PACKAGE_UNKNOWN, RELAY_CANCEL_SIGNATURE, RELAY_ALREADY_SENT, RELAY_STORE_UNAVAILABLE */
  cancel(link: Hash, signature: string): Promise<void>;
}

export interface CancellerDependencies {
  readonly mirror: () => Mirror;
  readonly ledger: Pick<Ledger, "find" | "withdraw">;
  readonly plan: Pick<BatchPlan, "change">;
  readonly store: Pick<PackageStore, "withdraw">;
  readonly wallets: Wallets;
  readonly clock: Pick<ChainClock, "now">;
  readonly lane: Lane;
}

export function createCanceller(dependencies: CancellerDependencies): Canceller {
  const { ledger, lane } = dependencies;
  return {
    async cancel(link, signature) {
      const entry = ledger.find(link);
      if (entry === undefined) throw new RelayError("RELAY_PACKAGE_UNKNOWN", { link });
      await requireTrader(dependencies, entry.signed.package.trader, link, signature);
      await lane.run(() => takeBack(dependencies, link, signature));
    },
  };
}

async function requireTrader(
  { mirror, wallets }: CancellerDependencies,
  trader: string,
  link: Hash,
  signature: string,
): Promise<void> {
  const digest = cancelDigest(mirror().book.state.terms.domain, link);
  if (recoverSigner(digest, signature) === trader) return;
  if (await wallets.approves(trader, digest, signature)) return;
  throw new RelayError("RELAY_CANCEL_SIGNATURE", { link, trader });
}

/** Runs in the lane: the package may have been sent since it was asked for. */
async function takeBack(dependencies: CancellerDependencies, link: Hash, signature: string): Promise<void> {
  const { ledger, store, plan, mirror, clock } = dependencies;
  const found = ledger.find(link);
  if (found?.fate.status !== "pending" || found.attempts > 0) {
    throw new RelayError("RELAY_ALREADY_SENT", { link, status: found?.fate.status ?? "final" });
  }
  await store.withdraw(found.seq, signature);
  ledger.withdraw(link);
  plan.change(mirror(), { withdrawn: [link] }, clock.now());
}
