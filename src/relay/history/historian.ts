/** The part of a relay that knows what was: index, history and streams, wired together. */
import { createHouses } from "../../bindings/houses.js";
import type { ChainNode } from "../../node/node.js";
import type { Basket } from "../../protocol/value/allocations.js";
import { TRUSTING } from "../../protocol/book/outside.js";
import { bookOf } from "../../protocol/book/snapshot.js";
import type { BookTerms } from "../../protocol/book/terms.js";
import type { Hashing } from "../../protocol/signing/hashing.js";
import type { Follower } from "../follow/follower.js";
import { createHistory, type History } from "./history.js";
import { createHub, type Hub } from "./hub.js";
import { createIndexer, type Indexer } from "./indexer.js";
import { createProjector } from "../../history/projector.js";
import { createIndexStore, type IndexStore } from "./index-store.js";
import { createPartitions } from "./partitions.js";
import type { Log } from "../reporting/log.js";
import type { Metrics } from "../reporting/metrics.js";
import type { Database } from "../store/database.js";

export interface Historian {
  readonly indexer: Indexer;
  readonly history: History;
  readonly hub: Hub;
  readonly store: IndexStore;
  readonly basket: Basket;
  /** Hears whenever something was committed. */
  onCommit(listener: () => void): void;
  /** A follower that waits for the index while the chain is read for the first time, so that memory stays bounded. */
  paced(follower: Follower, isReady: () => boolean): Follower;
}

export interface HistorianDependencies {
  readonly terms: BookTerms & { readonly basket: Basket };
  /** The key of its rows. */
  readonly rows: string;
  readonly hashing: Hashing;
  readonly database: Database;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly node: Pick<ChainNode, "codeOf">;
  readonly reorgDepth: number;
  readonly partitionBlocks: number;
  readonly rebuild: boolean;
  readonly signal: AbortSignal;
  readonly restart: (reason: string) => Promise<void>;
}

export function createHistorian({
  terms,
  rows,
  hashing,
  database,
  log,
  metrics,
  node,
  ...rest
}: HistorianDependencies): Historian {
  const { reorgDepth, partitionBlocks, rebuild, signal, restart } = rest;
  const store = createIndexStore(database, rows, createPartitions(database, partitionBlocks));
  const hub = createHub(store);
  const committed: (() => void)[] = [];
  const depth = reorgDepth + 1;
  const indexer = createIndexer({
    store,
    log,
    houseAt: createHouses((address) => node.codeOf(address), terms),
    depth,
    rebuild,
    restart,
    createProjector: () => createProjector(terms, depth, hashing),
    async openProjector({ header, text }) {
      const { number, hash, timestamp } = header;
      const book = bookOf(terms, text, TRUSTING, hashing);
      const resting = [...book.state.queues.orders()].map(({ tradeRootId }) => tradeRootId);
      const lastPrices = await store.lastPrices(number);
      const events = await store.eventsSoFar(number, resting);
      return createProjector(terms, depth, hashing, { number, hash, timestamp, book, lastPrices, events });
    },
    isAwaited: () => hub.listeners > 0,
    async onChange() {
      const { block, behind } = indexer.status;
      metrics.indexBlock.set(block ?? 0);
      metrics.indexBehind.set(behind);
      for (const listener of committed) listener();
      await hub.poll();
    },
  });
  return {
    indexer,
    hub,
    store,
    basket: terms.basket,
    onCommit: (listener) => void committed.push(listener),
    history: createHistory(database, rows),
    paced: (follower, isReady) => ({
      async next(known) {
        if (!isReady()) await indexer.room(signal);
        return follower.next(known);
      },
    }),
  };
}
