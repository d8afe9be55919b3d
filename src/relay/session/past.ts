/** What a relay writes down of what was in one session. */
import { type Archive, createArchive } from "../archive/archive.js";
import { createHistorian, type Historian, type HistorianDependencies } from "../history/historian.js";
import type { BlockRef } from "../store/packages.js";
import type { Ground, Venue } from "./ground.js";

export interface Past {
  /** Undefined if no history is kept, or another process keeps it. */
  readonly historian: Historian | undefined;
  readonly archive: Archive | undefined;
  /** Whether what this process writes has come as far as that block: else it has to be told of earlier ones. */
  readonly isIndexed: (block: BlockRef) => Promise<boolean>;
}

/** How the chain is followed, which is opened after it. */
interface Following {
  readonly restart: (reason: string) => Promise<void>;
  readonly finalBlock: () => number;
}

type Session = Pick<Ground, "terms" | "fromBlock"> &
  Pick<Venue, "node" | "database" | "log"> &
  Pick<HistorianDependencies, "rows" | "hashing" | "metrics"> & { readonly venue: Venue };

export async function openPast(session: Session, signal: AbortSignal, following: Following): Promise<Past> {
  const { venue, log } = session;
  const { reorgDepth, partitionBlocks, rebuild, roles, ...config } = venue.config;
  if (!config.index || !roles.has("index")) {
    return { historian: undefined, archive: undefined, isIndexed: () => Promise.resolve(true) };
  }
  const historian = createHistorian({
    ...{ ...session, reorgDepth, partitionBlocks, rebuild, signal },
    restart: following.restart,
  });
  if (await historian.store.clearIfOlder()) log.info({}, "index of an earlier version is made anew");
  const archive = createArchive({
    ...session,
    signal,
    threads: venue.threads,
    rpc: { url: config.rpcUrl, timeoutMs: config.rpcTimeoutMs, atOnce: config.rpcAtOnce },
    finalBlock: following.finalBlock,
  });
  return { historian, archive, isIndexed: (block) => historian.store.holds(block) };
}
