/** One relay for one session: builds the parts, and runs them until it is told to stop. */
import { randomUUID } from "node:crypto";

import type { FastifyInstance } from "fastify";

import { fastCrypto } from "../bindings/fast-crypto.js";
import { createCanceller } from "./queue/cancel.js";
import { createChainClock } from "./follow/clock.js";
import { createFollower } from "./follow/follower.js";
import { createNode } from "./follow/node.js";
import type { SessionTerms } from "./follow/session.js";
import type { RelayConfig } from "./config.js";
import { createEngine } from "./engine.js";
import { messageOf, RelayError } from "./errors.js";
import { createServer } from "./http/server.js";
import { createIntake } from "./queue/intake.js";
import { createKeeper } from "./submit/keeping.js";
import { createLane } from "./queue/lane.js";
import { createLedger } from "./queue/ledger.js";
import type { Log } from "./log.js";
import { createMetrics } from "./metrics.js";
import { createMirror, type Mirror } from "./follow/mirror.js";
import { requireMarket } from "./http/market-views.js";
import { createPast } from "./history/past.js";
import { createQueue } from "./queue/queue.js";
import { queueView } from "./http/queue-view.js";
import { createSigners } from "./queue/signers.js";
import { type Database, isServer } from "./store/database.js";
import { createLeaseStore } from "./store/lease.js";
import { createPackageStore } from "./store/packages.js";
import { createSubmissionStore } from "./store/submissions.js";
import { createGasEstimate } from "./queue/gas.js";
import { createSender } from "./submit/sender.js";
import { createSubmitter } from "./submit/submitter.js";
import { createTracker, type Tracker } from "./tracker.js";
import { createViews } from "./http/views.js";

export interface Relay {
  /** Where it listens, once it does. */
  readonly url: string;
  readonly tracker: Tracker;
  /** Takes no more packages, writes what is left, and ends, within seconds. May be called again. */
  stop(): Promise<void>;
  /** Resolves when everything has ended. */
  readonly ended: Promise<void>;
}

const GWEI = 10n ** 9n;
/** A stop that takes longer is given up: everything that was acknowledged is stored. */
const STOP_MS = 10_000;
/** A subscriber that goes on from earlier may take so long for half of its backlog. */
const DRAIN_MS = 10_000;

export async function startRelay(
  config: RelayConfig,
  terms: SessionTerms,
  database: Database,
  log: Log,
): Promise<Relay> {
  const now = (): number => performance.now();
  const running = new AbortController();
  const { hashing, keccak, recoverSigner, native } = await fastCrypto();
  const { chainId, verifyingContract: book } = terms.domain;
  const metrics = createMetrics();
  const node = createNode(config.rpcUrl, running.signal, config.rpcTimeoutMs);
  const packages = createPackageStore(database, book.toLowerCase());
  const submissions = createSubmissionStore(database, book.toLowerCase());
  const leases = createLeaseStore(database, book.toLowerCase());
  const clock = createChainClock(node, now);
  const [lane, ledger] = [createLane(), createLedger()];
  const limits = { maxMatches: config.maxMatches, maxWalk: config.maxWalk };
  const gasCap = BigInt(config.gasCap);
  const signers = createSigners(terms.domain, hashing, recoverSigner);
  const gas = createGasEstimate(signers);
  const queue = createQueue(ledger, { batchSize: config.batchSize, gasCap, gas });
  const { privateKey, reorgDepth, replaceAfterMs, fromBlock } = config;
  const sender = createSender({
    node,
    ledger,
    log,
    now,
    privateKey,
    keccak,
    chainId,
    book,
    replaceAfterMs,
    store: submissions,
    maxFee: BigInt(config.maxFeeGwei) * GWEI,
  });
  const past = config.index
    ? createPast({
        terms,
        hashing,
        database,
        log,
        metrics,
        reorgDepth,
        rebuild: config.rebuild,
        signal: running.signal,
        restart: (reason) => tracker.restart(reason),
      })
    : undefined;
  const follower = createFollower(node, { address: book.toLowerCase(), fromBlock, reorgDepth });
  const tracker: Tracker = createTracker({
    node,
    clock,
    ledger,
    queue,
    submissions,
    lane,
    log,
    metrics,
    book,
    reorgDepth,
    account: sender.account,
    follower: past?.paced(follower, () => tracker.isReady) ?? follower,
    createMirror: () => createMirror({ terms, limits, depth: reorgDepth + 1, hashing }),
  });
  tracker.subscribe((news) => {
    past?.indexer.hear(news);
  });
  const submitter = createSubmitter({
    tracker,
    ledger,
    queue,
    sender,
    node,
    lane,
    log,
    metrics,
    now,
    book,
    limits,
    gasCap,
    gas,
    batchMs: config.batchMs,
    batchSize: config.batchSize,
    maxInFlight: config.maxInFlight,
  });
  const engine = createEngine({
    tracker,
    ledger,
    queue,
    submitter,
    sender,
    packages,
    submissions,
    leases,
    clock,
    lane,
    log,
    metrics,
    now,
    keeper: createKeeper(),
    holder: randomUUID(),
    leaseMs: config.leaseMs,
    pollMs: config.pollMs,
    keepMs: config.keepMs,
    isShared: isServer(config.database),
    rebuild: config.rebuild,
  });
  const mirror = (): Mirror => tracker.mirror;
  const intake = createIntake({
    mirror,
    isReady: () => tracker.isReady,
    ledger,
    queue,
    store: packages,
    node,
    clock,
    lane,
    metrics,
    hashing,
    signers,
    limits: {
      maxPending: config.maxPending,
      maxPendingPerTrader: config.maxPendingPerTrader,
      deadlineMargin: config.deadlineMargin,
    },
  });
  const server = await createServer(
    {
      intake,
      metrics,
      canceller: createCanceller({ mirror, ledger, queue, store: packages, node, clock, lane }),
      views: createViews(tracker, ledger, packages),
      health: () => ({
        ready: tracker.isReady,
        submits: engine.isSubmitter,
        block: tracker.mirror.tip?.number,
        waiting: ledger.unlanded(),
        inFlight: ledger.openSubmissions().length,
        faults: engine.health,
        index: past?.indexer.status,
      }),
      queue: () => queueView({ tracker, ledger, now, account: sender.account, submits: engine.isSubmitter }),
      book: () => tracker.mirror.book,
      past: past && {
        history: past.history,
        basket: past.basket,
        hub: past.hub,
        store: past.store,
        metrics,
        now,
        requireMarket: (market) => {
          requireMarket(tracker.mirror.book, market);
        },
      },
    },
    {
      bodyLimit: config.bodyLimit,
      rate: config.rate,
      now,
      allowOrigin: config.allowOrigin,
      maxBacklog: config.streamBacklog,
      trustedProxies: config.trustedProxies,
      maxStreams: config.maxStreams,
      maxStreamsPerAddress: config.maxStreamsPerAddress,
      drainMs: DRAIN_MS,
    },
    metrics,
    log,
  );
  const url = await listen(server, config);
  log.info({ url, session: terms.session, book, account: sender.account, native }, "relay listens");

  const looping = new AbortController();
  const loops = Promise.all([engine.run(looping.signal), past?.indexer.run(looping.signal)]);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    log.info({ waiting: ledger.unlanded() }, "relay stops");
    const orderly = (async () => {
      await intake.close();
      await server.close();
      looping.abort();
      await loops;
    })();
    const limit = setTimeout(() => {
      log.warn({}, "stop takes too long, what is left is given up");
      running.abort();
      looping.abort();
    }, STOP_MS);
    await orderly;
    clearTimeout(limit);
    running.abort();
    await database.close();
    log.info({}, "relay stopped");
  };
  return { url, tracker, stop: () => (stopping ??= stop()), ended: loops.then(() => stopping) };
}

/** @throws RelayError RELAY_LISTEN_FAILED */
async function listen(server: FastifyInstance, { host, port }: RelayConfig): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw new RelayError("RELAY_LISTEN_FAILED", { host, port, reason: messageOf(error) }, error);
  }
}
