/** What a relay knows of one session, and what it works with: put together once, from the lower rooms. */
import { type Monitoring, monitoringOf } from "../../protocol/book/monitoring.js";
import { TRUSTING } from "../../protocol/book/outside.js";
import { bookOf } from "../../protocol/book/snapshot.js";
import type { NodeError } from "../../node/errors.js";
import { adviceOf } from "../errors.js";
import { createArchive } from "../archive/archive.js";
import { LOG_TABLES } from "../archive/schema.js";
import { createFaults } from "../reporting/faults.js";
import { AUDIT_PLAN, type AuditPlan } from "../follow/audit.js";
import { createChainClock } from "../follow/clock.js";
import { createConfirmedBook } from "../tracker/confirmed.js";
import { createFollower } from "../follow/follower.js";
import { createMirror } from "../follow/mirror.js";
import { TABLES_OF_BOOKS } from "../history/block-rows.js";
import { createWallets } from "../follow/wallets.js";
import { createHistorian } from "../history/historian.js";
import { createWatchers } from "../http/watchers.js";
import { createMetrics } from "../reporting/metrics.js";
import { createGasAccounts } from "../queue/accounts.js";
import { createBatchPlan } from "../queue/batch-plan.js";
import { createCancelLedger } from "../queue/cancel-ledger.js";
import { createGasEstimate } from "../queue/gas.js";
import { createLane } from "../queue/lane.js";
import { createLedger } from "../queue/ledger.js";
import { createSigners } from "../queue/signers.js";
import { createSwitchDesk } from "../queue/switch-desk.js";
import { claimBook } from "../store/books.js";
import { createCancellationStore } from "../store/cancellations.js";
import { createGasAccountStore } from "../store/gas-accounts.js";
import { type BlockRef, createPackageStore } from "../store/packages.js";
import { createSnapshotStore } from "../store/snapshots.js";
import { createSubmissionStore } from "../store/submissions.js";
import { createSwitchStore } from "../store/switches.js";
import { createAccountant } from "../submit/accountant.js";
import { createBudget } from "../submit/budget.js";
import { GWEI } from "../submit/fees.js";
import { createSender } from "../submit/sender.js";
import { createTreasury } from "../submit/treasury.js";
import { SNAPSHOT_PLAN } from "../tracker/snapshots.js";
import { createTracker, type Tracker } from "../tracker/tracker.js";
import type { Ground, Venue } from "./ground.js";

const NOT_READY = { code: "RELAY_NOT_READY", detail: adviceOf("RELAY_NOT_READY") };

/** However many sessions there are, one of their books is asked about at a look, on an average. */
function auditPlanOf(book: string, { mostSessions }: Venue): AuditPlan {
  const every = Math.max(AUDIT_PLAN.every, mostSessions);
  return { every, done: Number(BigInt(book) % BigInt(every)) };
}

/** What is known of a session: the chain as it is followed, the packages that wait, the stores, and if wanted the history. */
export async function openState({ venue, terms, fromBlock, signal }: Ground) {
  const { config, node, genesis, database, room, crypto, now } = venue;
  const { reorgDepth, batchSize, partitionBlocks, rebuild } = config;
  const { verifyingContract: book, chainId } = terms.domain;
  const log = venue.log.child({ session: terms.session });
  const rows = await claimBook(database, { chainId, book, genesis }, [...TABLES_OF_BOOKS, ...LOG_TABLES]);
  const { hashing, recoverSigner } = crypto;
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
  const metrics = createMetrics(terms.session, { blocking, waiting, monitoring });
  const packages = createPackageStore(database, rows);
  const submissions = createSubmissionStore(database, rows);
  const signers = createSigners(terms.domain, hashing, recoverSigner);
  const gas = createGasEstimate(signers);
  const quotas = { burnQuota: BigInt(config.burnQuota), windowMs: config.quotaWindowMs };
  const accounts = createGasAccounts(quotas, now);
  const budget = createBudget(BigInt(config.sessionGas), now);
  const limits = { maxMatches: config.maxMatches, maxWalk: config.maxWalk };
  const cancels = createCancelLedger(ledger, watchers.hearCancellation);
  const accountant = createAccountant({
    ...{ node, ledger, cancels, submissions, accounts, signers, metrics, budget, log },
    ...{ maxMatches: limits.maxMatches, houses: terms.houses },
  });
  const cancellations = createCancellationStore(database, rows);
  const routing = { houses: terms.houses, most: 2 * config.maxInFlight, maxMatches: config.maxMatches };
  const planned = { batchSize, gasCap: () => room.most(), gas, signers, accounts, routing, now };
  const plan = createBatchPlan(ledger, cancels, planned);
  const { account: payer, mayPay } = venue.accounts.forBook(book);
  const account = payer.address;
  const restart = (reason: string): Promise<void> => tracker.restart(reason);
  const historian = config.index
    ? createHistorian({
        ...{
          terms,
          rows,
          hashing,
          database,
          log,
          metrics,
          node,
          reorgDepth,
          partitionBlocks,
          rebuild,
          signal,
          restart,
        },
      })
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
    auditPlan: auditPlanOf(book, venue),
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
  const archive =
    historian &&
    createArchive({
      ...{ terms, fromBlock, database, rows, node, log, signal, threads: venue.threads },
      rpc: { url: config.rpcUrl, timeoutMs: config.rpcTimeoutMs, atOnce: config.rpcAtOnce },
      finalBlock: () => tracker.finalBlock,
    });
  const { maxPending, maxPendingPerTrader, deadlineMargin, replaceAfterMs } = config;
  const maxFee = BigInt(config.maxFeeGwei) * GWEI;
  const parts = { node, ledger, room, log, now, book, store: submissions };
  const wallets = createWallets(node, () => tracker.mirror.tip?.hash);
  const sender = createSender({
    ...parts,
    ...{ chainId, replaceAfterMs, maxFee, account: payer, budget, standing: () => tracker.standing },
  });
  const minBalance = BigInt(config.minBalanceGwei) * GWEI;
  const treasury = createTreasury({ node, sender, balances: venue.metrics.balance, log, minBalance });
  const admission = {
    requireFunds: () => {
      treasury.requireFunds();
      budget.require();
    },
    ...{ wallets, clock, ledger, cancels, plan, lane, hashing, signers, accounts, log, metrics },
    mirror: () => tracker.mirror,
    isReady: () => tracker.isReady,
    limits: { maxPending, maxPendingPerTrader, deadlineMargin },
  };
  const switches = createSwitchDesk({ ...admission, store: createSwitchStore(database, rows) });
  const chain = { node, clock, tracker, confirmed, book, rows, account };
  const queue = { budget, mayPay, lane, ledger, cancels, plan, routing, signers, gas, room, limits };
  const gasAccounts = createGasAccountStore(database, rows);
  const stores = { database, packages, cancellations, submissions, gasAccounts };
  const desks = {
    admission,
    watchers,
    switches,
    historian,
    archive,
    sender,
    treasury,
    accountant,
    accounts,
    wallets,
    ...kept,
  };
  return {
    venue,
    config,
    terms,
    fromBlock,
    log,
    now,
    metrics,
    faults,
    hashing,
    ...desks,
    ...chain,
    ...queue,
    ...stores,
  };
}

export type SessionState = Awaited<ReturnType<typeof openState>>;
