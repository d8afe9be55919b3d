/** Taking a package back before it was sent: asked for by its trader's signature over the package's own link. */
import { cancelDigest } from "../../wire/cancellation.js";
import { recoverSigner } from "../../protocol/signing/signatures.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { ChainClock } from "../follow/clock.js";
import type { ChainNode } from "../follow/node.js";
import { walletApproves } from "../follow/wallets.js";
import { RelayError } from "../errors.js";
import type { Lane } from "./lane.js";
import type { Ledger } from "./ledger.js";
import type { Mirror } from "../follow/mirror.js";
import type { Queue } from "./queue.js";
import type { PackageStore } from "../store/packages.js";

export interface Canceller {
  /** @throws RelayError RELAY_PACKAGE_UNKNOWN, RELAY_CANCEL_SIGNATURE, RELAY_ALREADY_SENT, RELAY_STORE_UNAVAILABLE */
  cancel(link: Hash, signature: string): Promise<void>;
}

export interface CancellerDependencies {
  readonly mirror: () => Mirror;
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly store: PackageStore;
  readonly node: ChainNode;
  readonly clock: ChainClock;
  readonly lane: Lane;
}

export function createCanceller({ mirror, ledger, queue, store, node, clock, lane }: CancellerDependencies): Canceller {
  async function requireTrader(trader: string, link: Hash, signature: string): Promise<void> {
    const digest = cancelDigest(mirror().book.state.terms.domain, link);
    if (recoverSigner(digest, signature) === trader) return;
    if (await walletApproves(node, trader, digest, signature)) return;
    throw new RelayError("RELAY_CANCEL_SIGNATURE", { link, trader });
  }

  return {
    async cancel(link, signature) {
      const entry = ledger.find(link);
      if (entry === undefined) throw new RelayError("RELAY_PACKAGE_UNKNOWN", { link });
      await requireTrader(entry.signed.package.trader, link, signature);
      await lane.run(async () => {
        const found = ledger.find(link);
        if (found?.fate.status !== "pending" || found.attempts > 0) {
          throw new RelayError("RELAY_ALREADY_SENT", { link, status: found?.fate.status ?? "final" });
        }
        await store.withdraw(found.seq);
        ledger.withdraw(link);
        queue.lay(mirror(), clock.now());
      });
    },
  };
}
