/** Keeps mirror and ledger where the chain is: applies blocks, takes them off, and starts again when nothing fits any more. */
import type { ChainRecord } from "../bindings/records.js";
import { createChainAudit } from "./follow/audit.js";
import type { ChainClock } from "./follow/clock.js";
import type { FollowedBlock, Follower } from "./follow/follower.js";
import type { BlockHeader, ChainNode } from "./follow/node.js";
import { messageOf } from "./errors.js";
import type { Lane } from "./queue/lane.js";
import type { Ledger, Outcome } from "./queue/ledger.js";
import type { Log } from "./log.js";
import type { Metrics } from "./metrics.js";
import type { AppliedBlock, Mirror, Skipped } from "./follow/mirror.js";
import type { Queue } from "./queue/queue.js";
import type { BlockRef } from "./store/packages.js";
import type { SubmissionStore } from "./store/submissions.js";
import type { Standing } from "./follow/standing.js";

/** What followers of the relay are told, in order. */
export type ChainNews =
  | { readonly kind: "block"; readonly header: BlockHeader; readonly records: () => ChainRecord[] }
  /** Blocks above this one are gone. */
  | { readonly kind: "reorganised"; readonly ancestor: number }
  /** Everything is told again from the first block. */
  | { readonly kind: "restarted" };

export interface Tracker {
  readonly mirror: Mirror;
  /** Whether the mirror has reached the chain's end since it was started. */
  readonly isReady: boolean;
  readonly standing: Standing | undefined;
  /** What recent blocks brought, for packages that are heard of later. */
  recentOf(link: string): { readonly outcome: Outcome; readonly block: BlockRef } | undefined;
  /** Takes one look at the chain. @returns blocks that are still missing @throws RelayError of the node */
  follow(): Promise<number>;
  /** Forgets everything that came from the chain and reads it again. */
  restart(reason: string): Promise<void>;
  subscribe(listener: (news: ChainNews) => void): void;
}

export interface TrackerDependencies {
  readonly node: ChainNode;
  readonly follower: Follower;
  readonly clock: ChainClock;
  readonly createMirror: () => Mirror;
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly submissions: SubmissionStore;
  readonly lane: Lane;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly account: string;
  readonly book: string;
  readonly reorgDepth: number;
}

/** Refusals that are the submitter's fault, and not the package's: it is tried again. */
const SUBMITTERS_FAULTS = new Set(["Book_StillCrossed", "Book_HintTooFar", "Book_OutOfGas"]);
const MAX_ATTEMPTS = 8;
/** A block that contradicts what came before is asked for so often before it is taken that the earlier ones were wrong. */
const CONTRADICTIONS = 3;
/** Looks at the same newest block until a node is taken to answer for it, and not for one that it is still making. */
const NONCE_PATIENCE = 40;

export function createTracker(dependencies: TrackerDependencies): Tracker {
  const { node, follower, clock, ledger, queue, submissions, lane, log, metrics, account, book } = dependencies;
  let mirror = dependencies.createMirror();
  let isReady = false;
  let standing: Standing | undefined;
  /** Looks at the newest block while packages waited whose nonce was used, and no block that was followed had them. */
  let doubt = { hash: "", looks: 0 };
  /** Logs of the newest block, as they were applied; undefined if that was long ago. */
  let tipLogs: number | undefined;
  let contradictions = 0;
  const chainAudit = createChainAudit(node, book.toLowerCase());
  /** The newest block when blocks were last read again. */
  let rereadAt = -1;
  const recent = new Map<string, { outcome: Outcome; block: BlockRef }>();
  const listeners: ((news: ChainNews) => void)[] = [];
  const tell = (news: ChainNews): void => {
    for (const listener of listeners) listener(news);
  };

  async function apply(block: FollowedBlock): Promise<boolean> {
    const applied = mirror.apply(block);
    [contradictions, tipLogs] = [0, block.logs.length];
    const { header } = applied;
    const ref = { number: header.number, hash: header.hash };
    for (const { link, tradeRootId } of applied.landed) {
      settle(link, { kind: "landed", tradeRootId }, ref);
    }
    for (const skipped of applied.skipped) await refuse(skipped, ref);
    clock.saw(header.timestamp);
    metrics.block.set(header.number);
    tell({ kind: "block", header, records: () => applied.records() });
    if (!applied.asExpected) noteSurprise(applied);
    return applied.asExpected;
  }

  function settle(link: string, outcome: Outcome, block: BlockRef): void {
    recent.set(link, { outcome, block });
    if (ledger.settle(link, outcome, block)) metrics.settled.inc({ outcome: outcome.kind });
  }

  /** Anybody can have a package refused by bringing it badly; only what this relay's own transactions were told counts. */
  async function refuse({ link, transactionHash, refusal }: Skipped, block: BlockRef): Promise<void> {
    const entry = ledger.find(link);
    if (entry === undefined || !(await isOwn(transactionHash))) return;
    if (SUBMITTERS_FAULTS.has(refusal.code) && entry.attempts < MAX_ATTEMPTS) {
      ledger.retry(link);
      return;
    }
    const values = Object.fromEntries(Object.entries(refusal.args).map(([name, value]) => [name, String(value)]));
    settle(link, { kind: "refused", refusal: { code: refusal.code, values } }, block);
  }

  async function isOwn(hash: string): Promise<boolean> {
    if (ledger.isOwnTransaction(hash)) return true;
    return (await submissions.isOwn(hash)) || (await node.senderOf(hash)) === account;
  }

  function noteSurprise({ header }: AppliedBlock): void {
    metrics.rebases.inc();
    log.debug({ block: header.number }, "block brought something else than expected");
  }

  async function applyAll(blocks: readonly FollowedBlock[]): Promise<void> {
    let asExpected = true;
    for (const block of blocks) asExpected = (await apply(block)) && asExpected;
    const newest = mirror.tip?.number ?? 0;
    ledger.finalise(newest - dependencies.reorgDepth);
    for (const [link, { block }] of recent) if (block.number <= newest - dependencies.reorgDepth) recent.delete(link);
    if (!asExpected && isReady) queue.lay(mirror, clock.now());
  }

  function takeOff(ancestor: number): void {
    metrics.reorganisations.inc();
    log.warn({ ancestor, tip: mirror.tip?.number }, "blocks were reorganised away");
    if (!mirror.takeOff(ancestor)) {
      startAgain("a reorganisation deeper than what is kept");
      return;
    }
    [standing, tipLogs] = [undefined, undefined];
    ledger.takeOff(ancestor);
    for (const [link, { block }] of recent) if (block.number > ancestor) recent.delete(link);
    tell({ kind: "reorganised", ancestor });
    if (isReady) queue.lay(mirror, clock.now());
  }

  /** What was followed does not fit: what is kept is read again; if that was done before and did not help, everything. */
  function readAgain(reason: string): void {
    const [oldest] = mirror.blocks;
    const tip = mirror.tip?.number ?? 0;
    if (oldest === undefined || oldest.number === tip || tip <= rereadAt) {
      startAgain(reason);
      return;
    }
    log.warn({ reason, from: oldest.number }, "reading the newest blocks again");
    [rereadAt, isReady] = [tip, false];
    takeOff(oldest.number);
  }

  function startAgain(reason: string): void {
    log.warn({ reason }, "reading the chain from the start");
    mirror = dependencies.createMirror();
    [isReady, rereadAt, contradictions] = [false, -1, 0];
    [standing, tipLogs] = [undefined, undefined];
    recent.clear();
    ledger.takeOff(-1);
    tell({ kind: "restarted" });
  }

  /**
   * Settles the transactions whose nonces are used. Some nodes answer for their newest block with what the next one will bring:
   * so packages that no block has brought go back only when the nonce is used at a block that has a successor, or when no
   * other block comes for long.
   */
  async function settleNonces(): Promise<void> {
    const header = mirror.tip;
    if (header === undefined) return;
    const nonce = await node.nonceOf(account, "latest");
    const unsettled = ledger.openSubmissions().find((one) => one.nonce < nonce && ledger.packagesOf(one).length > 0);
    let surely = nonce;
    if (unsettled === undefined) doubt = { hash: "", looks: 0 };
    else {
      doubt = { hash: header.hash, looks: doubt.hash === header.hash ? doubt.looks + 1 : 0 };
      const isSure = doubt.looks >= NONCE_PATIENCE;
      if (!isSure) surely = Math.max(unsettled.nonce, await node.nonceOf(account, Math.max(0, header.number - 1)));
    }
    await lane.run(() => {
      if (mirror.tip?.hash !== header.hash) return;
      standing = { header, nonce };
      const returned = ledger.useNonces(account, Math.min(surely, nonce), header.number);
      if (returned.length === 0) return;
      metrics.settled.inc({ outcome: "returned" }, returned.length);
      log.warn({ packages: returned.length, nonce }, "transaction came to nothing, its packages wait again");
      queue.shrink();
      queue.lay(mirror, clock.now());
    });
  }

  /** A node that cannot say is asked again later: following goes on. */
  async function audit(): Promise<void> {
    const header = mirror.tip;
    if (header === undefined) return;
    const isFollowed = (hash: string): boolean => mirror.blocks.some((block) => block.hash === hash);
    const newest = { header, head: mirror.confirmed.head, logs: tipLogs };
    const found = await chainAudit.look(newest, isFollowed).catch((error: unknown) => {
      log.debug({ error }, "the book's head was not compared");
    });
    if (found === undefined) return;
    await lane.run(() => {
      if (isFollowed(found.hash)) readAgain(found.reason);
    });
  }

  /** A block contradicts what came before: it is asked for again, as the mirror has not taken it. */
  function contradicted(error: unknown): never {
    metrics.faults.inc({ part: "chain" });
    contradictions += 1;
    if (contradictions >= CONTRADICTIONS) readAgain(messageOf(error));
    else if (isReady) queue.lay(mirror, clock.now());
    throw error;
  }

  return {
    get mirror() {
      return mirror;
    },
    get isReady() {
      return isReady;
    },
    get standing() {
      return standing;
    },
    recentOf: (link) => recent.get(link),
    async follow() {
      const step = await follower.next(mirror.blocks);
      if (step.kind === "reorganised") {
        const { ancestor } = step;
        await lane.run(() => {
          if (ancestor === undefined) startAgain("no block that is known is part of the chain");
          else takeOff(ancestor);
        });
        return 1;
      }
      if (step.kind === "blocks") {
        await lane.run(() => applyAll(step.blocks).catch(contradicted));
        if (step.behind > 0) return step.behind;
      }
      if (!isReady && mirror.tip !== undefined) {
        await lane.run(() => {
          isReady = true;
          queue.lay(mirror, clock.now());
          log.info({ block: mirror.tip?.number, waiting: ledger.unlanded() }, "caught up with the chain");
        });
      }
      if (step.kind === "same") await clock.refresh();
      await settleNonces();
      await audit();
      return 0;
    },
    restart: (reason) =>
      lane.run(() => {
        startAgain(reason);
      }),
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}
