/** A relay's parts, real ones, over a chain on paper and a clock that is set by hand. */
import { computeAddress, id } from "ethers";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import type { House } from "../../../src/protocol/book/houses.js";
import { bookOf } from "../../../src/protocol/book/snapshot.js";
import { PLAIN_HASHING } from "../../../src/protocol/signing/hashing.js";
import { recoverSigner } from "../../../src/protocol/signing/signatures.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { createChainClock } from "../../../src/relay/follow/clock.js";
import { createConfirmedBook } from "../../../src/relay/tracker/confirmed.js";
import { createFollower } from "../../../src/relay/follow/follower.js";
import { createWallets } from "../../../src/relay/follow/wallets.js";
import { createMirror } from "../../../src/relay/follow/mirror.js";
import { createLog, type Log } from "../../../src/relay/reporting/log.js";
import { createFaults } from "../../../src/relay/reporting/faults.js";
import { createMetrics } from "../../../src/relay/reporting/metrics.js";
import { createProcessMetrics } from "../../../src/relay/reporting/process-metrics.js";
import { createBudget } from "../../../src/relay/submit/budget.js";
import { createPayingAccount } from "../../../src/relay/submit/account.js";
import { createWatchers } from "../../../src/relay/http/watchers.js";
import { createBatchPlan } from "../../../src/relay/queue/batch-plan.js";
import { createCanceller } from "../../../src/relay/queue/cancel.js";
import { createCancelDesk } from "../../../src/relay/queue/cancel-desk.js";
import { createCancelLedger } from "../../../src/relay/queue/cancel-ledger.js";
import { createGasAccounts } from "../../../src/relay/queue/accounts.js";
import type { CreditPlan } from "../../../src/relay/queue/credit.js";
import { createGasEstimate } from "../../../src/relay/queue/gas.js";
import { createIntake } from "../../../src/relay/queue/intake.js";
import { createLane } from "../../../src/relay/queue/lane.js";
import { createLedger } from "../../../src/relay/queue/ledger.js";
import { requireReader } from "../../../src/relay/queue/reading.js";
import { createSigners } from "../../../src/relay/queue/signers.js";
import { createSwitchDesk } from "../../../src/relay/queue/switch-desk.js";
import { createCancellationStore } from "../../../src/relay/store/cancellations.js";
import { createGasAccountStore } from "../../../src/relay/store/gas-accounts.js";
import { createLeaseStore } from "../../../src/relay/store/lease.js";
import { type BlockRef, createPackageStore } from "../../../src/relay/store/packages.js";
import { createSnapshotStore } from "../../../src/relay/store/snapshots.js";
import { createSubmissionStore, type Fence } from "../../../src/relay/store/submissions.js";
import { createSwitchStore } from "../../../src/relay/store/switches.js";
import { createDispatcher } from "../../../src/relay/submit/dispatcher.js";
import { createAccountant } from "../../../src/relay/submit/accountant.js";
import { createGasRoom } from "../../../src/relay/submit/room.js";
import { createSender } from "../../../src/relay/submit/sender.js";
import { createTreasury } from "../../../src/relay/submit/treasury.js";
import { SNAPSHOT_PLAN } from "../../../src/relay/tracker/snapshots.js";
import type { SnapshotPlan } from "../../../src/relay/tracker/state.js";
import { createTracker } from "../../../src/relay/tracker/tracker.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { CHAIN_ID, GWEI, PaperChain } from "./chain.js";
import { freshBook, sharedDatabase } from "./database.js";

export interface PaperRelayOptions {
  readonly chain?: PaperChain;
  /** Of its rows: relays that share it share a database. */
  readonly rows?: string;
  readonly privateKey?: string;
  readonly reorgDepth?: number;
  readonly batchSize?: number;
  readonly batchMs?: number;
  readonly maxInFlight?: number;
  readonly gasCap?: bigint;
  readonly burnQuota?: bigint;
  /** Gas a day that the session may take, 0 for any. */
  readonly sessionGas?: bigint;
  /** That the relay knows; all of the chain's by default. */
  readonly houses?: readonly House[];
  /** Most packages that are laid on to go through the chain's houses at once. */
  readonly mostRouted?: number;
  readonly maxPending?: number;
  readonly maxPendingPerTrader?: number;
  readonly deadlineMargin?: number;
  readonly replaceAfterMs?: number;
  readonly maxFee?: bigint;
  readonly snapshotPlan?: SnapshotPlan;
  /** What may be computed for those who change what waits. */
  readonly credit?: CreditPlan;
  readonly isIndexed?: (block: BlockRef) => Promise<boolean>;
  /** Gets the messages of the log. */
  readonly heard?: string[];
}

export type PaperRelay = Awaited<ReturnType<typeof paperRelay>>;

export async function paperRelay(options: PaperRelayOptions = {}) {
  const { chain = new PaperChain(), rows = freshBook(), reorgDepth = 8 } = options;
  const { privateKey = id(`relay of ${rows}`) } = options;
  const { batchSize = 64, batchMs = 0, maxInFlight = 4, gasCap = 16_000_000n } = options;
  const { maxPending = 1_000, maxPendingPerTrader = 64, deadlineMargin = 5 } = options;
  const { replaceAfterMs = 15_000, maxFee = 500n * GWEI } = options;
  const { terms, node } = chain;
  const { verifyingContract: book } = terms.domain;
  const database = await sharedDatabase();
  const time = { ms: 0 };
  const now = (): number => time.ms;
  const log = logInto(options.heard);
  const metrics = createMetrics(terms.session);
  const balances = createProcessMetrics().balance;
  const faults = createFaults(now, () => time.ms);
  const clock = createChainClock(node, now);
  const watchers = createWatchers();
  const [lane, ledger] = [createLane(), createLedger(now, watchers.hear)];
  const cancels = createCancelLedger(ledger, watchers.hearCancellation);
  const packages = createPackageStore(database, rows);
  const cancellations = createCancellationStore(database, rows);
  const submissions = createSubmissionStore(database, rows);
  const leases = createLeaseStore(database, rows);
  const gasAccounts = createGasAccountStore(database, rows);
  const signers = createSigners(terms.domain, PLAIN_HASHING, recoverSigner);
  const gas = createGasEstimate(signers);
  const accounts = createGasAccounts({ burnQuota: options.burnQuota ?? 0n, windowMs: 3_600_000 }, now);
  const budget = createBudget(options.sessionGas ?? 0n, now);
  const account = computeAddress(privateKey);
  const accountant = createAccountant({
    budget,
    node,
    ledger,
    cancels,
    submissions,
    accounts,
    signers,
    metrics,
    maxMatches: 16,
    houses: options.houses ?? chain.houses,
    payers: [account],
    log,
  });
  const room = createGasRoom(node, gasCap, now);
  const limits = { maxMatches: 16, maxWalk: 64 };
  const routing = {
    houses: options.houses ?? chain.houses,
    most: options.mostRouted ?? 2 * maxInFlight,
    maxMatches: limits.maxMatches,
  };
  const planned = { routing, batchSize, gasCap: () => room.most(), gas, signers, accounts, now };
  const plan = createBatchPlan(ledger, cancels, { ...planned, ...(options.credit && { credit: options.credit }) });
  const kept = {
    snapshots: createSnapshotStore(database, rows),
    snapshotPlan: options.snapshotPlan ?? SNAPSHOT_PLAN,
    openBook: (text: string) => bookOf(terms, text),
    isIndexed: options.isIndexed ?? (() => Promise.resolve(true)),
    tokens: chain.tokens,
  };
  const tracker = createTracker({
    node,
    clock,
    ledger,
    cancels,
    plan,
    submissions,
    lane,
    log,
    metrics,
    account,
    book,
    reorgDepth,
    follower: createFollower(node, { address: book.toLowerCase(), fromBlock: 0, reorgDepth }),
    createMirror: (start) => createMirror({ terms, limits, depth: reorgDepth + 1, hashing: PLAIN_HASHING, start }),
    ...kept,
  });
  const confirmed = createConfirmedBook({
    terms,
    depth: reorgDepth + 1,
    hashing: PLAIN_HASHING,
    onLost: (reason) => {
      throw new Error(`the confirmed book is lost: ${reason}`);
    },
  });
  tracker.subscribe((news) => {
    confirmed.hear(news);
    accountant.hear(news);
  });
  const wallets = createWallets(node, () => tracker.mirror.tip?.hash);
  const isTrader = (address: string): Promise<boolean> => Promise.resolve(confirmed.book.traderIdOf(address) !== 0);
  const mayRead = (trader: string, until: bigint, signature: string): Promise<void> =>
    requireReader({ domain: terms.domain, wallets, clock, isTrader }, trader, until, signature);
  const requireFunds = (): void => {
    treasury.requireFunds();
    budget.require();
  };
  const chainParts = {
    node,
    clock,
    lane,
    ledger,
    cancels,
    signers,
    plan,
    log,
    metrics,
    faults,
    now,
    book,
    room,
    accounts,
    accountant,
    budget,
    wallets,
    requireFunds,
  };
  const sender = createSender({
    ...chainParts,
    store: submissions,
    account: createPayingAccount(privateKey, keccak_256),
    standing: () => tracker.standing,
    chainId: CHAIN_ID,
    replaceAfterMs,
    maxFee,
  });
  const dispatcher = createDispatcher({ ...chainParts, tracker, sender, limits, gas, batchMs, batchSize, maxInFlight });
  const treasury = createTreasury({ node, sender, balances, log, minBalance: 0n });
  const mirror = () => tracker.mirror;
  const admission = {
    ...chainParts,
    mirror,
    isReady: () => tracker.isReady,
    hashing: PLAIN_HASHING,
    limits: { maxPending, maxPendingPerTrader, deadlineMargin },
  };
  const intake = createIntake({ ...admission, store: packages });
  const cancelDesk = createCancelDesk({ ...admission, intake, cancellations });
  const switchStore = createSwitchStore(database, rows);
  const switches = createSwitchDesk({ ...admission, store: switchStore });
  const canceller = createCanceller({ ...chainParts, mirror, store: packages });
  return {
    chain,
    rows,
    time,
    account,
    privateKey,
    ...chainParts,
    ...kept,
    limits,
    routing,
    gas,
    planned,
    database,
    packages,
    cancellations,
    submissions,
    leases,
    gasAccounts,
    tracker,
    confirmed,
    mayRead,
    watchers,
    sender,
    balances,
    treasury,
    dispatcher,
    intake,
    canceller,
    cancelDesk,
    switches,
    switchStore,
    /** Follows until it is where the chain is. */
    async follow(): Promise<void> {
      while ((await tracker.follow()) > 0);
    },
    /** Takes the lease, or renews it. */
    async fence(): Promise<Fence> {
      return (await leases.acquire(account, 60_000))!;
    },
    /** Offers packages and sends all that is due. */
    async bring(...signed: readonly SignedPackage[]): Promise<void> {
      await Promise.all(signed.map((one) => intake.offer(one)));
      await dispatcher.tick((await leases.acquire(account, 60_000))!);
    },
    fateOf: (signed: SignedPackage) => ledger.find(primaryLink(signed.package))?.fate,
    statusOf: (signed: SignedPackage) => ledger.find(primaryLink(signed.package))?.fate.status,
  };
}

/** RELAY_TEST_LOG shows what a test does. */
function logInto(heard: string[] | undefined): Log {
  if (heard === undefined) return createLog(process.env["RELAY_TEST_LOG"] ?? "silent");
  return createLog("debug", {
    write(line) {
      heard.push((JSON.parse(line) as { readonly msg: string }).msg); // as every line has
    },
  });
}
