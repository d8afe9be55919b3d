/** One relay for one session: builds the parts, and runs them until it is told to stop. */
import { randomUUID } from "node:crypto";

import { computeAddress } from "ethers";
import type { FastifyInstance } from "fastify";

import { type Monitoring, monitoringOf } from "../protocol/book/monitoring.js";
import { TRUSTING } from "../protocol/book/outside.js";
import { bookOf } from "../protocol/book/snapshot.js";
import { fastCrypto } from "../bindings/fast-crypto.js";
import type { RelayConfig } from "./config/config.js";
import { createEngine, type Engine } from "./engine/engine.js";
import { messageOf } from "../protocol/amounts/errors.js";
import type { PageFiles } from "../page/serve.js";
import { adviceOf, RelayError } from "./errors.js";
import { createFaults } from "./faults.js";
import { createChainClock } from "./follow/clock.js";
import { createConfirmedBook } from "./follow/confirmed.js";
import { createFollower } from "./follow/follower.js";
import { createMirror } from "./follow/mirror.js";
import type { NodeError } from "../node/errors.js";
import { createNode } from "../node/node.js";
import { createWallets } from "./follow/wallets.js";
import type { RelayTerms } from "./follow/session.js";
import { createHistorian, type Historian } from "./history/historian.js";
import { requireMarket } from "./http/views.js";
import { pageOf } from "./http/page.js";
import { queueView } from "./http/queue-view.js";
import { createReceipts, type Receipts } from "./http/receipts.js";
import type { HealthView } from "./http/routes.js";
import { sessionView, type SessionView } from "./http/routes-session.js";
import { createServer, type Served, type ServerOptions } from "./http/server.js";
import { createWatchers } from "./http/watchers.js";
import { createViews } from "./http/views.js";
import type { Log } from "./log.js";
import { createMetrics } from "./metrics.js";
import { createBatchPlan } from "./queue/batch-plan.js";
import { createCanceller } from "./queue/cancel.js";
import { createCancelDesk } from "./queue/cancel-desk.js";
import { createCancelLedger } from "./queue/cancel-ledger.js";
import { createGasAccounts } from "./queue/accounts.js";
import { createGasEstimate } from "./queue/gas.js";
import { createIntake, type Intake } from "./queue/intake.js";
import { createLane } from "./queue/lane.js";
import { createLedger } from "./queue/ledger.js";
import { requireReader } from "./queue/reading.js";
import { createSigners } from "./queue/signers.js";
import { createSwitchDesk } from "./queue/switch-desk.js";
import { createCancellationStore } from "./store/cancellations.js";
import { claimBook } from "./store/books.js";
import { type Database, isServer } from "./store/database.js";
import { createGasAccountStore } from "./store/gas-accounts.js";
import { createLeaseStore } from "./store/lease.js";
import { type BlockRef, createPackageStore } from "./store/packages.js";
import { createSnapshotStore } from "./store/snapshots.js";
import { createSubmissionStore } from "./store/submissions.js";
import { createSwitchStore } from "./store/switches.js";
import { createDispatcher } from "./submit/dispatcher.js";
import { GWEI } from "./submit/fees.js";
import { createKeeper } from "./submit/keeping.js";
import { createAccountant } from "./submit/accountant.js";
import { createGasRoom } from "./submit/room.js";
import { createPurse } from "./submit/purse.js";
import { createSender } from "./submit/sender.js";
import { createSettlerDesk, type SettlerDesk } from "./submit/settler-desk.js";
import { createTreasury } from "./submit/treasury.js";
import { SNAPSHOT_PLAN } from "./tracker/snapshots.js";
import { createTracker, type Tracker } from "./tracker/tracker.js";

export interface Relay {
  /** Where it listens, once it does. */
  readonly url: string;
  readonly tracker: Tracker;
  /** Takes no more packages, writes what is left, and ends, within seconds. May be called again. */
  stop(): Promise<void>;
  /** Resolves when everything has ended. */
  readonly ended: Promise<void>;
}

/** What the relay asks it asks again anyway, soon: a node that is away is to be told as a fault meanwhile. */
const PATIENCE = { tries: 2, patienceMs: 2_000 };
/** A stop that takes longer is given up: everything that was acknowledged is stored. */
const STOP_MS = 10_000;
/** A subscriber that goes on from earlier may take so long for half of its backlog. */
const DRAIN_MS = 10_000;

const NOT_READY = { code: "RELAY_NOT_READY", detail: adviceOf("RELAY_NOT_READY") };

/** What a relay is made from. */
interface Ground {
  readonly config: RelayConfig;
  readonly terms: RelayTerms;
  readonly database: Database;
  readonly log: Log;
  /** Ends what a stop in good order has not ended. */
  readonly signal: AbortSignal;
}

export async function startRelay(config: RelayConfig, terms: RelayTerms, database: Database, log: Log): Promise<Relay> {
  const running = new AbortController();
  const state = await openState({ config, terms, database, log, signal: running.signal });
  const engine = openSubmission(state);
  const { server, intake } = await openHttp(state, engine);
  const url = await listen(server, config);
  const { tracker, ledger, historian, book, account, native } = state;
  log.info({ url, session: terms.session, book, account, native }, "relay listens");
  const looping = new AbortController();
  const loops = Promise.all([engine.run(looping.signal), historian?.indexer.run(looping.signal)]);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    log.info({ waiting: ledger.unlanded() }, "relay stops");
    return shutDown({ intake, server, loops, looping, running, database, log });
  };
  return { url, tracker, stop: () => (stopping ??= stop()), ended: loops.then(() => stopping) };
}

/** What is known: the chain as it is followed, the packages that wait, the stores, and if wanted the history. */
async function openState({ config, terms, database, log, signal }: Ground) {
  const { reorgDepth, fromBlock, batchSize, rebuild } = config;
  const { verifyingContract: book, chainId } = terms.domain;
  const node = createNode(config.rpcUrl, {
    ...{ signal, timeoutMs: config.rpcTimeoutMs, atOnce: config.rpcAtOnce },
    ...PATIENCE,
  });
  const genesis = await node.block(0);
  const rows = await claimBook(database, { chainId, book, genesis: genesis?.hash });
  const { hashing, keccak, recoverSigner, native } = await fastCrypto();
  const now = (): number => performance.now();
  const clock = createChainClock(node, now);
  const faults = createFaults(now);
  const blocking = (): number => faults.list().filter((fault) => fault.blocking).length;
  const lane = createLane();
  const watchers = createWatchers();
  const ledger = createLedger(now, watchers.hear);
  const waiting = () => ({
    packages: ledger.unlanded(),
    oldestSeconds: (now() - (ledger.oldestSince() ?? now())) / 1_000,
  });
  const monitoring = (): Monitoring => monitoringOf(confirmed.book.state);
  const metrics = createMetrics({ pools: () => database.pools(), blocking, waiting, monitoring });
  const packages = createPackageStore(database, rows);
  const submissions = createSubmissionStore(database, rows);
  const signers = createSigners(terms.domain, hashing, recoverSigner);
  const gas = createGasEstimate(signers);
  const room = createGasRoom(node, BigInt(config.gasCap), now);
  const quotas = { burnQuota: BigInt(config.burnQuota), windowMs: config.quotaWindowMs };
  const accounts = createGasAccounts(quotas, now);
  const limits = { maxMatches: config.maxMatches, maxWalk: config.maxWalk };
  const cancels = createCancelLedger(ledger, watchers.hearCancellation);
  const { maxMatches } = limits;
  const accountant = createAccountant({
    node,
    ledger,
    cancels,
    submissions,
    accounts,
    signers,
    metrics,
    maxMatches,
    log,
  });
  const cancellations = createCancellationStore(database, rows);
  const routing = { houses: terms.houses, most: 2 * config.maxInFlight, maxMatches: config.maxMatches };
  const planned = { batchSize, gasCap: () => room.most(), gas, signers, accounts, routing, now };
  const plan = createBatchPlan(ledger, cancels, planned);
  const account = computeAddress(config.privateKey);
  const restart = (reason: string): Promise<void> => tracker.restart(reason);
  const historian = config.index
    ? createHistorian({ terms, rows, hashing, database, log, metrics, node, reorgDepth, rebuild, signal, restart })
    : undefined;
  if (await historian?.store.clearIfOlder()) log.info({}, "index of an earlier version is made anew");
  const onMissing = (error: NodeError): void => {
    metrics.faults.inc({ part: "logs" });
    log.warn({ error }, "logs that the node left out were in its receipts");
  };
  const follower = createFollower(node, { address: book.toLowerCase(), fromBlock, reorgDepth, onMissing });
  const kept = {
    snapshots: createSnapshotStore(database, rows),
    snapshotPlan: SNAPSHOT_PLAN,
    openBook: (text: string) => bookOf(terms, text, TRUSTING, hashing),
    isIndexed: async (block: BlockRef) => historian === undefined || historian.store.holds(block),
    tokens: [terms.session, ...terms.basketTokens.map(({ leg }) => leg)],
  };
  const tracker: Tracker = createTracker({
    node,
    clock,
    ledger,
    cancels,
    plan,
    submissions,
    lane,
    log,
    metrics,
    book,
    reorgDepth,
    account,
    follower: historian?.paced(follower, () => tracker.isReady) ?? follower,
    createMirror: (start) => createMirror({ terms, limits, depth: reorgDepth + 1, hashing, start }),
    ...kept,
  });
  faults.watch("mirror", () => (tracker.isReady ? undefined : { ...NOT_READY, blocksAfterMs: 0 }));
  const onLost = (reason: string): void => void restart(`the confirmed book is lost: ${reason}`);
  const confirmed = createConfirmedBook({ terms, depth: reorgDepth + 1, hashing, onLost });
  tracker.subscribe((news) => {
    confirmed.hear(news);
    accountant.hear(news);
    historian?.indexer.hear(news);
  });
  const { maxPending, maxPendingPerTrader, deadlineMargin, privateKey, replaceAfterMs } = config;
  const maxFee = BigInt(config.maxFeeGwei) * GWEI;
  const parts = { node, ledger, room, log, now, keccak, book, store: submissions };
  const wallets = createWallets(node, () => tracker.mirror.tip?.hash);
  const sender = createSender({ ...parts, privateKey, chainId, replaceAfterMs, maxFee });
  const minBalance = BigInt(config.minBalanceGwei) * GWEI;
  const treasury = createTreasury({ node, sender, metrics, minBalance });
  const admission = {
    requireFunds: () => {
      treasury.requireFunds();
    },
    ...{ wallets, clock, ledger, cancels, plan, lane, hashing, signers, accounts, log, metrics },
    mirror: () => tracker.mirror,
    isReady: () => tracker.isReady,
    limits: { maxPending, maxPendingPerTrader, deadlineMargin },
  };
  const switches = createSwitchDesk({ ...admission, store: createSwitchStore(database, rows) });
  const chain = { node, clock, tracker, confirmed, book, rows, account };
  const queue = { lane, ledger, cancels, plan, routing, signers, gas, room, limits };
  const gasAccounts = createGasAccountStore(database, rows);
  const stores = { database, packages, cancellations, submissions, gasAccounts };
  const desks = { admission, watchers, switches, historian, sender, treasury, accountant, accounts, wallets, ...kept };
  return { config, terms, log, now, metrics, faults, hashing, keccak, native, ...desks, ...chain, ...queue, ...stores };
}

type RelayState = Awaited<ReturnType<typeof openState>>;

/** Brings to the chain what waits, while this relay has the lease. */
function openSubmission(state: RelayState): Engine {
  const { config, database, rows } = state;
  const { batchMs, batchSize, maxInFlight, leaseMs, pollMs, keepMs, rebuild } = config;
  const dispatcher = createDispatcher({ ...state, batchMs, batchSize, maxInFlight });
  return createEngine({
    ...state,
    dispatcher,
    keeper: createKeeper(),
    settlerDesk: settlerDeskOf(state),
    leases: createLeaseStore(database, rows),
    holder: randomUUID(),
    isShared: isServer(config.database),
    leaseMs,
    pollMs,
    keepMs,
    rebuild,
  });
}

/** @returns undefined if nothing may be spent on it */
function settlerDeskOf({ config, node, log, metrics, now, book, account }: RelayState): SettlerDesk | undefined {
  const { settleGas, reorgDepth } = config;
  if (settleGas === 0) return undefined;
  const purse = createPurse(BigInt(settleGas), now);
  return createSettlerDesk({ node, purse, log, metrics, now, book, account, reorgDepth });
}

/** Takes packages, and answers what is asked. */
async function openHttp(
  state: RelayState,
  engine: Engine,
): Promise<{ readonly server: FastifyInstance; readonly intake: Intake }> {
  const { config, tracker, ledger, cancels, packages, cancellations, metrics, now, log, account, historian } = state;
  const { admission, switches, confirmed, wallets, clock, terms, routing } = state;
  const isTrader = (address: string): boolean => confirmed.book.traderIdOf(address) !== 0;
  const reading = { domain: terms.domain, wallets, clock, isTrader };
  const intake = createIntake({ ...admission, store: packages });
  const receipts = receiptsOf(state);
  const views = createViews({ tracker, confirmed, ledger, cancels, store: packages, routing, clock });
  const mayRead: Served["mayRead"] = (trader, until, signature) => requireReader(reading, trader, until, signature);
  const served: Served = {
    intake,
    receipts,
    metrics,
    canceller: createCanceller({ ...admission, store: packages }),
    cancelDesk: createCancelDesk({ ...admission, intake, cancellations }),
    switches,
    views,
    health: () => healthOf(state, engine),
    queue: () => queueView({ tracker, ledger, cancels, now, account, submits: engine.isSubmitter }),
    book: () => confirmed.book,
    words: historian && ((roots) => historian.history.words(roots)),
    basket: terms.basket,
    mayRead,
    session: () => sessionOf(state, receipts),
    page: pageFilesOf(state),
    past: historian && pastOf(state, historian, { views, mayRead }),
  };
  return { intake, server: await createServer(served, serverOptions(config, now), metrics, log) };
}

function serverOptions(config: RelayConfig, now: () => number): ServerOptions {
  const { bodyLimit, rate, allowOrigin, trustedProxies, maxStreams, maxStreamsPerAddress, streamBacklog } = config;
  const { maxConnections, maxConnectionsPerAddress } = config;
  const streams = { maxStreams, maxStreamsPerAddress, maxBacklog: streamBacklog, drainMs: DRAIN_MS };
  const connections = { maxConnections, maxConnectionsPerAddress, trustedProxies };
  return { bodyLimit, rate, allowOrigin, now, ...connections, ...streams };
}

/** @returns undefined if none is to be served */
function pageFilesOf({ config: { page, fromBlock }, terms }: RelayState): PageFiles | undefined {
  if (page === undefined) return undefined;
  const { domain, session, houses } = terms;
  return pageOf({ folder: page, chainId: domain.chainId, session, fromBlock, houses });
}

/** @returns undefined without a key */
function receiptsOf({ terms, config, ledger, cancels }: RelayState): Receipts | undefined {
  const { receiptKey: key } = config;
  if (key === undefined) return undefined;
  return createReceipts({ domain: terms.domain, key, ledger, cancels, time: () => Date.now() });
}

function sessionOf({ terms, config, account, clock, historian }: RelayState, receipts?: Receipts): SessionView {
  const { maxPending, maxPendingPerTrader, deadlineMargin } = config;
  const hasStream = historian !== undefined;
  const limits = { maxPending, maxPendingPerTrader, deadlineMargin };
  const facts = { account, receipts: receipts?.account, houses: terms.houses, ...limits, hasStream };
  return sessionView(terms, facts, { time: clock.now(), serverTimeMs: Date.now() });
}

function healthOf({ tracker, ledger, historian, faults }: RelayState, engine: Engine): HealthView {
  const list = faults.list();
  return {
    ready: !list.some(({ blocking }) => blocking),
    submits: engine.isSubmitter,
    block: tracker.mirror.tip?.number,
    waiting: ledger.unlanded(),
    inFlight: ledger.openSubmissions().length,
    faults: list,
    index: historian?.indexer.status,
  };
}

function pastOf(
  { tracker, confirmed, metrics, now, clock, watchers }: RelayState,
  historian: Historian,
  { views, mayRead }: Pick<Served, "views" | "mayRead">,
): NonNullable<Served["past"]> {
  const { history, basket, hub, store } = historian;
  return {
    history,
    basket,
    finalBlock: () => tracker.finalBlock,
    hub,
    store,
    metrics,
    now,
    own: { ...views, mayRead, watch: watchers.watch, time: () => clock.now() },
    requireMarket: (market) => {
      requireMarket(confirmed.book, market);
    },
  };
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

interface Running {
  readonly intake: Intake;
  readonly server: FastifyInstance;
  readonly loops: Promise<unknown>;
  /** Ends the loops in good order. */
  readonly looping: AbortController;
  /** Ends everything. */
  readonly running: AbortController;
  readonly database: Database;
  readonly log: Log;
}

/** First what comes in, then what goes on, the database last. */
async function shutDown({ intake, server, loops, looping, running, database, log }: Running): Promise<void> {
  const limit = setTimeout(() => {
    log.warn({}, "stop takes too long, what is left is given up");
    running.abort();
    looping.abort();
  }, STOP_MS);
  await intake.close();
  await server.close();
  looping.abort();
  await loops;
  clearTimeout(limit);
  running.abort();
  await database.close();
  log.info({}, "relay stopped");
}
