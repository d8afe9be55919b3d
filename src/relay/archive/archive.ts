/** The session's log as far as it is final, and what is measured of it: wired together. */
import type { DoorSettings } from "../../node/door.js";
import type { ChainNode } from "../../node/node.js";
import { NodeProvider } from "../../node/provider.js";
import type { House } from "../../protocol/book/houses.js";
import { RelayError } from "../errors.js";
import type { Log } from "../reporting/log.js";
import type { Database } from "../store/database.js";
import { type Archivist, createArchivist } from "./archivist.js";
import { createMeasurer, type Measurer } from "./measurer.js";
import { createLogStore, type LogStore } from "./store.js";
import type { Threads } from "./threads.js";

export interface Archive {
  readonly logs: LogStore;
  readonly archivist: Archivist;
  readonly measurer: Measurer;
  /** Why there is no log yet. */
  readonly notYet: () => RelayError;
}

export interface ArchiveDependencies {
  /** Where the node is. */
  readonly rpc: Pick<DoorSettings, "timeoutMs" | "atOnce"> & { readonly url: string };
  readonly terms: { readonly session: string; readonly houses: readonly House[] };
  /** Not after the session's first block. */
  readonly fromBlock: number;
  readonly database: Database;
  /** The key of its rows. */
  readonly rows: string;
  readonly node: Pick<ChainNode, "block">;
  readonly threads: Threads;
  readonly finalBlock: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export function createArchive(dependencies: ArchiveDependencies): Archive {
  const { terms, fromBlock, database, rows, node, threads, finalBlock, log } = dependencies;
  const logs = createLogStore(database, rows);
  const provider = openedOnce(dependencies);
  const archivist = createArchivist({
    ...{ store: logs, node, provider, session: terms.session, fromBlock, finalBlock, log },
  });
  const makers = terms.houses.flatMap((house) => (house.kind === "maker" ? [{ ...house, trader: house.address }] : []));
  const notYet = (): RelayError => notYetOf(fromBlock, finalBlock());
  return { logs, archivist, measurer: createMeasurer({ store: logs, makers, threads, notYet }), notYet };
}

/** @param finalBlock below 0 if none is known */
export function notYetOf(firstBlock: number, finalBlock: number): RelayError {
  if (finalBlock >= firstBlock) return new RelayError("RELAY_NOT_READY");
  const missing = firstBlock - finalBlock;
  return new RelayError("RELAY_LOG_WAITS", { firstBlock, finalBlock, missing });
}

/** Asks the node by itself: what is searched here is far behind what everybody follows. */
function openedOnce({ rpc: { url, ...settings }, signal }: ArchiveDependencies): () => Promise<NodeProvider> {
  let provider: Promise<NodeProvider> | undefined;
  return () => {
    provider ??= NodeProvider.open(url, { ...settings, signal }).catch((error: unknown) => {
      provider = undefined; // it is tried again
      throw error;
    });
    return provider;
  };
}
