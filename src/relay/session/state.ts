/** What a relay knows of one session, and what it works with: put together once, from the lower rooms. */
import { type Monitoring, monitoringOf } from "../../protocol/book/monitoring.js";
import { TRUSTING } from "../../protocol/book/outside.js";
import { bookOf } from "../../protocol/book/snapshot.js";
import type { NodeError } from "../../node/errors.js";
import { adviceOf } from "../errors.js";
import { createFaults } from "../reporting/faults.js";
import { AUDIT_PLAN, type AuditPlan } from "../follow/audit.js";
import { createChainClock } from "../follow/clock.js";
import { createConfirmedBook } from "../tracker/confirmed.js";
import { createFollower } from "../follow/follower.js";
import { createMirror } from "../follow/mirror.js";
import { createWallets } from "../follow/wallets.js";
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
import { createSwitchStore } from "../store/switches.js";
import { createAccountant } from "../submit/accountant.js";
import { createBudget } from "../submit/budget.js";
import { GWEI } from "../submit/fees.js";
import { createSender } from "../submit/sender.js";
import { createTreasury } from "../submit/treasury.js";
import { SNAPSHOT_PLAN } from "../tracker/snapshots.js";
import { createTracker, type Tracker } from "../tracker/tracker.js";
import type { Ground, Venue } from "./ground.js";
import { openPast, type Past } from "./past.js";
import { openStores } from "./stores.js";

const NOT_READY = { code: "RELAY_NOT_READY", detail: adviceOf("RELAY_NOT_READY") };

/** However many sessions there are, one of their books is asked about at a look, on an average. */
function auditPlanOf(book: string, { mostSessions }: Venue): AuditPlan {
  const every = Math.max(AUDIT_PLAN.every, mostSessions);
  return { every, done: Number(BigInt(book) % BigInt(every)) };
}

export type SessionState = Awaited<ReturnType<typeof openState>>;

/** What is known of a session: the chain as it is followed, the packages that wait, the stores, and if wanted the history. */
export async function openState(ground: Ground) {
  const session = await openGround(ground);
  const queue = openQueue(session, () => monitoringOf(chain.confirmed.book.state));
  const known = { ...session, ...queue };
  const past = await openPast(known, ground.signal, {
    restart: (reason) => chain.tracker.restart(reason),
    finalBlock: () => chain.tracker.finalBlock,
  });
  const chain = openChain(known, past);
  return { ...known, ...past, ...chain, ...openDesks(known, chain.tracker) };
}

/** What all the rest is built on. */
async function openGround({ venue, terms, fromBlock }: Ground) {
  const { config, node, now } = venue;
  const { hashing } = venue.crypto;
  return {
    ...{ venue, config, terms, fromBlock, node, now, hashing },
    ...(await openStores(venue, terms)),
    book: terms.domain.verifyingContract,
    log: venue.log.child({ session: terms.session }),
    clock: createChainClock(node, now),
    faults: createFaults(now),
    lane: createLane(),
    snapshotPlan: SNAPSHOT_PLAN,
    openBook: (text: string) => bookOf(terms, text, TRUSTING, hashing),
    tokens: [terms.session, ...terms.basketTokens.map(({ leg }) => leg)],
  };
}

type Known = Awaited<ReturnType<typeof openGround>>;

/** What waits, what it may cost, and who hears of it. */
function openQueue(session: Known, monitoring: () => Monitoring) {
  const { venue, config, terms, node, book, log, now, faults, submissions } = session;
  const { batchSize, maxMatches, maxWalk, maxInFlight } = config;
  const { hashing, recoverSigner } = venue.crypto;
  const watchers = createWatchers();
  const ledger = createLedger(now, watchers.hear);
  const cancels = createCancelLedger(ledger, watchers.hearCancellation);
  const blocking = (): number => faults.list().filter((fault) => fault.blocking).length;
  const waiting = () => ({
    packages: ledger.unlanded(),
    oldestSeconds: (now() - (ledger.oldestSince() ?? now())) / 1_000,
  });
  const metrics = createMetrics(terms.session, { blocking, waiting, monitoring });
  const signers = createSigners(terms.domain, hashing, recoverSigner);
  const gas = createGasEstimate(signers);
  const accounts = createGasAccounts({ burnQuota: BigInt(config.burnQuota), windowMs: config.quotaWindowMs }, now);
  const budget = createBudget(BigInt(config.sessionGas), now);
  const routing = { houses: terms.houses, most: 2 * maxInFlight, maxMatches };
  const { room } = venue;
  const planned = { batchSize, gasCap: () => room.most(), gas, signers, accounts, routing, now };
  const plan = createBatchPlan(ledger, cancels, planned);
  const { account: payer, mayPay } = venue.accounts.forBook(book);
  const accountant = createAccountant({
    ...{ node, ledger, cancels, submissions, accounts, signers, metrics, budget, log, maxMatches },
    ...{ houses: terms.houses, payers: venue.accounts.addresses },
  });
  const waits = { watchers, ledger, cancels, metrics, signers, routing, plan, limits: { maxMatches, maxWalk } };
  return { ...waits, payer, account: payer.address, mayPay, gas, accounts, budget, accountant, room };
}

type Waiting = Known & ReturnType<typeof openQueue>;

/** The chain as it is followed: the book as of the newest block, and as its blocks are confirmed. */
function openChain(session: Waiting, { historian, isIndexed }: Past) {
  const { venue, config, terms, fromBlock, node, book, log, hashing, metrics, faults, accountant, limits } = session;
  const { reorgDepth } = config;
  const onMissing = (error: NodeError): void => {
    metrics.faults.inc({ part: "logs" });
    log.warn({ error }, "logs that the node left out were in its receipts");
  };
  const follower = createFollower(node, { address: book.toLowerCase(), fromBlock, reorgDepth, onMissing });
  const depth = reorgDepth + 1;
  const tracker: Tracker = createTracker({
    ...{ ...session, reorgDepth, isIndexed },
    follower: historian?.paced(follower, () => tracker.isReady) ?? follower,
    createMirror: (start) => createMirror({ terms, limits, depth, hashing, start }),
    auditPlan: auditPlanOf(book, venue),
  });
  faults.watch("mirror", () => (tracker.isReady ? undefined : { ...NOT_READY, blocksAfterMs: 0 }));
  const onLost = (reason: string): void => void tracker.restart(`the confirmed book is lost: ${reason}`);
  const confirmed = createConfirmedBook({ terms, depth, hashing, onLost });
  tracker.subscribe((news) => {
    confirmed.hear(news);
    accountant.hear(news);
    historian?.indexer.hear(news);
  });
  return { tracker, confirmed };
}

/** What takes packages in, and what brings and pays for them. */
function openDesks(session: Waiting, tracker: Tracker) {
  const { venue, config, node, book, log, now, payer, budget, submissions, room, ledger, database, rows } = session;
  const { maxPending, maxPendingPerTrader, deadlineMargin, replaceAfterMs } = config;
  const { chainId } = venue;
  const sender = createSender({
    ...{ node, ledger, room, log, now, book, store: submissions, chainId, replaceAfterMs, account: payer, budget },
    maxFee: BigInt(config.maxFeeGwei) * GWEI,
    standing: () => tracker.standing,
  });
  const minBalance = BigInt(config.minBalanceGwei) * GWEI;
  const treasury = createTreasury({ node, sender, balances: venue.metrics.balance, log, minBalance });
  const wallets = createWallets(node, () => tracker.mirror.tip?.hash);
  const admission = {
    ...session,
    wallets,
    requireFunds: () => {
      treasury.requireFunds();
      budget.require();
    },
    mirror: () => tracker.mirror,
    isReady: () => tracker.isReady,
    limits: { maxPending, maxPendingPerTrader, deadlineMargin },
  };
  const switches = createSwitchDesk({ ...admission, store: createSwitchStore(database, rows) });
  return { admission, switches, sender, treasury, wallets };
}
