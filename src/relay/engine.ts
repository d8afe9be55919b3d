/** The relay's loops: each goes on whatever happens, and ends when the signal says so. */
import type { Book } from "../protocol/book/book.js";
import { isNonceUsed } from "../protocol/book/nonces.js";
import type { TradePackage } from "../protocol/signing/package.js";
import type { ChainClock } from "./follow/clock.js";
import { messageOf, RelayError } from "./errors.js";
import type { Keeper } from "./submit/keeping.js";
import { type Lane, pause } from "./queue/lane.js";
import type { Ledger } from "./queue/ledger.js";
import type { Log } from "./log.js";
import type { Metrics } from "./metrics.js";
import type { Queue } from "./queue/queue.js";
import type { LeaseStore } from "./store/lease.js";
import type { PackageStore } from "./store/packages.js";
import type { Fence, SubmissionStore } from "./store/submissions.js";
import type { Sender } from "./submit/sender.js";
import type { Submitter } from "./submit/submitter.js";
import type { Tracker } from "./tracker.js";

export interface Engine {
  /** Loads what waits, and runs until the signal; resolves when the last loop has ended and all is written. */
  run(signal: AbortSignal): Promise<void>;
  /** Whether this relay submits. */
  readonly isSubmitter: boolean;
  readonly health: Health;
}

/** Faults that go on: what each part said last, empty if all is well. */
export type Health = Readonly<Record<string, string>>;

export interface EngineDependencies {
  readonly tracker: Tracker;
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly submitter: Submitter;
  readonly sender: Sender;
  readonly keeper: Keeper;
  readonly packages: PackageStore;
  readonly submissions: SubmissionStore;
  readonly leases: LeaseStore;
  readonly clock: ChainClock;
  readonly lane: Lane;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => number;
  /** Name of this process among the relays of one database. */
  readonly holder: string;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly keepMs: number;
  /** Whether other relays may use the same database. */
  readonly isShared: boolean;
  readonly rebuild: boolean;
}

const TICK_MS = 20;
const FLUSH_MS = 250;
const SHARED_POLL_MS = 250;
const TEND_MS = 500;
/** After a fault a loop waits twice as long each time, up to this. */
const MAX_BACKOFF_MS = 2_000;
/** What the last writing may take when the relay stops. */
const LAST_FLUSH_TRIES = 3;

export function createEngine(dependencies: EngineDependencies): Engine {
  const { tracker, ledger, queue, submitter, sender, keeper, packages, submissions, leases } = dependencies;
  const { clock, lane, log, metrics, now, holder, leaseMs } = dependencies;
  const faults = new Map<string, string>();
  let fence: Fence | undefined;
  let leaseUntil = 0;
  let lastSeq = 0;

  const current = (): Fence | undefined => (now() < leaseUntil ? fence : undefined);

  /** Repeats a piece of work; a fault is noted, and the loop goes on more slowly until it is over. */
  async function loop(part: string, ms: number, signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
    let backoff = 0;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        await work();
        if (faults.delete(part)) log.info({ part }, "fault is over");
        backoff = 0;
      } catch (error) {
        if (isOver()) break;
        metrics.faults.inc({ part });
        if (faults.get(part) !== messageOf(error)) log.error({ part, error }, "fault, going on");
        faults.set(part, messageOf(error));
        backoff = Math.min(MAX_BACKOFF_MS, Math.max(2 * backoff, ms));
      }
      await pause(backoff > 0 ? backoff : ms, signal);
    }
  }

  /** Everything that may still change, as the database has it. */
  async function load(): Promise<void> {
    const [stored, sent] = await Promise.all([packages.live(), submissions.live()]);
    const own = sent.filter(({ account }) => account === sender.account);
    await lane.run(() => {
      ledger.load(stored, own, now());
      for (const { link, seq } of stored) {
        lastSeq = Math.max(lastSeq, seq);
        const known = tracker.recentOf(link);
        if (known !== undefined) ledger.settle(link, known.outcome, known.block);
      }
      if (tracker.isReady) queue.lay(tracker.mirror, clock.now());
    });
  }

  async function holdLease(): Promise<void> {
    const asked = now();
    const held = await leases.acquire(holder, leaseMs);
    if (held === undefined) {
      if (fence !== undefined) log.warn({ holder }, "another relay submits now");
      fence = undefined;
    } else if (held.epoch !== fence?.epoch) {
      log.info({ holder, epoch: held.epoch }, "this relay submits now");
      if (dependencies.isShared) await takeOver();
      fence = held;
    }
    leaseUntil = fence === undefined ? 0 : asked + leaseMs;
    metrics.submits.set(fence === undefined ? 0 : 1);
  }

  /** What the last submitter left. A package that has landed unseen shows by its nonce: then the chain is read again. */
  async function takeOver(): Promise<void> {
    await load();
    const unexplained = await lane.run(() => {
      if (!tracker.isReady) return false; // the chain is being read
      const { mirror } = tracker;
      mirror.clear();
      const found = ledger.waiting().some(({ signed }) => isUsed(mirror.book, signed.package));
      queue.lay(mirror, clock.now());
      return found;
    });
    if (unexplained) await tracker.restart("packages wait whose nonces are used");
  }

  async function flush(): Promise<void> {
    if (!tracker.isReady) return;
    const changes = ledger.takeChanges();
    if (current() === undefined && dependencies.isShared) return; // the submitter writes
    try {
      await packages.change(changes.fates);
      await submissions.finish(changes.finished);
    } catch (error) {
      ledger.giveBack(changes);
      throw error;
    }
  }

  /** Packages that other relays took, and those that they let their traders take back. */
  async function learn(): Promise<void> {
    const stored = await packages.waitingAfter(lastSeq);
    const oldest = ledger.oldestWaiting();
    const withdrawn = oldest === undefined ? [] : await packages.withdrawnFrom(oldest);
    if (stored.length === 0 && withdrawn.length === 0) return;
    await lane.run(() => {
      const fresh = stored.filter(({ link }) => ledger.find(link) === undefined);
      ledger.load(fresh, [], now());
      for (const { seq } of stored) lastSeq = Math.max(lastSeq, seq);
      for (const { link } of fresh) {
        const known = tracker.recentOf(link);
        if (known !== undefined) ledger.settle(link, known.outcome, known.block);
        const entry = ledger.find(link);
        if (entry?.fate.status === "pending" && tracker.isReady) queue.push(tracker.mirror, entry, clock.now());
      }
      const gone = withdrawn.filter((link) => ledger.withdraw(link));
      if (gone.length > 0 && tracker.isReady) queue.lay(tracker.mirror, clock.now());
    });
  }

  async function keep(): Promise<void> {
    const right = current();
    if (right === undefined || !tracker.isReady || tracker.standing === undefined) return;
    if (ledger.openSubmissions().some(({ kind }) => kind !== "batch")) return;
    const chores = await lane.run(() => keeper.chores(tracker.mirror.book, clock.now()));
    for (const { call, gas } of chores) await submitter.chore(right, call, gas);
  }

  async function submit(): Promise<void> {
    const right = current();
    try {
      if (right !== undefined) await submitter.tick(right);
    } catch (error) {
      if (error instanceof RelayError && error.code === "RELAY_LEASE_LOST") fence = undefined;
      throw error;
    }
    metrics.waiting.set(ledger.unlanded());
  }

  async function tend(): Promise<void> {
    const right = current();
    if (right !== undefined && tracker.standing !== undefined) await sender.tend(right, tracker.standing);
  }

  async function start(signal: AbortSignal): Promise<void> {
    const once = new AbortController();
    await loop("start", FLUSH_MS, AbortSignal.any([signal, once.signal]), async () => {
      if (dependencies.rebuild) await packages.forgetFates();
      await load();
      log.info({ waiting: ledger.unlanded() }, "packages loaded");
      once.abort();
    });
  }

  async function lastFlush(): Promise<void> {
    for (let tries = 0; tries < LAST_FLUSH_TRIES; tries += 1) {
      try {
        await flush();
        if (fence !== undefined) await leases.release(fence);
        return;
      } catch (error) {
        log.warn({ error }, "last changes not written, the chain tells them again");
      }
    }
  }

  return {
    get isSubmitter() {
      return current() !== undefined;
    },
    get health() {
      return Object.fromEntries(faults);
    },
    async run(signal) {
      await start(signal);
      const catchUp = async (): Promise<void> => {
        while (!signal.aborted && (await tracker.follow()) > 0);
      };
      await Promise.all([
        loop("chain", dependencies.pollMs, signal, catchUp),
        loop("lease", leaseMs / 4, signal, holdLease),
        loop("submission", TICK_MS, signal, submit),
        loop("transactions", TEND_MS, signal, tend),
        loop("keeping", dependencies.keepMs, signal, keep),
        loop("database", FLUSH_MS, signal, flush),
        ...(dependencies.isShared ? [loop("others", SHARED_POLL_MS, signal, learn)] : []),
      ]);
      await lane.idle();
      await lastFlush();
    },
  };
}

/** Whether the order's nonce is used, whatever by. */
function isUsed({ state }: Book, { trader, nonce }: TradePackage): boolean {
  const known = state.traders.find(trader);
  return known !== undefined && isNonceUsed(known.nonces, nonce);
}
