/** Keeps mirror and ledger where the chain is: applies blocks, takes them off, and starts again when nothing fits any more. */
import type { ChainRecord } from "../client/records.js";
import type { ChainClock } from "./chain/clock.js";
import type { FollowedBlock, Follower } from "./chain/follower.js";
import type { BlockHeader, ChainNode } from "./chain/node.js";
import { messageOf } from "./errors.js";
import type { Lane } from "./lane.js";
import type { Ledger, Outcome } from "./ledger.js";
import type { Log } from "./log.js";
import type { Metrics } from "./metrics.js";
import type { AppliedBlock, Mirror, Skipped } from "./mirror/mirror.js";
import type { Queue } from "./queue.js";
import type { BlockRef } from "./store/packages.js";
import type { SubmissionStore } from "./store/submissions.js";
import { chainStateCall, decodeChainState } from "./submission/calls.js";
import type { Position } from "./submission/sender.js";

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
  readonly position: Position | undefined;
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
/** Looks between two questions whether the book's head is the mirror's. */
const AUDIT_EVERY = 20;

export function createTracker(dependencies: TrackerDependencies): Tracker {
  const { node, follower, clock, ledger, queue, submissions, lane, log, metrics, account, book } = dependencies;
  let mirror = dependencies.createMirror();
  let isReady = false;
  let position: Position | undefined;
  /** What the account's nonce was at the last look. */
  let usedNonce: number | undefined;
  let looks = 0;
  /** Hash of a block whose head was not the mirror's. */
  let suspect: string | undefined;
  const recent = new Map<string, { outcome: Outcome; block: BlockRef }>();
  const listeners: ((news: ChainNews) => void)[] = [];
  const tell = (news: ChainNews): void => {
    for (const listener of listeners) listener(news);
  };

  async function apply(block: FollowedBlock): Promise<boolean> {
    const applied = mirror.apply(block);
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
    [position, usedNonce] = [undefined, undefined];
    ledger.takeOff(ancestor);
    for (const [link, { block }] of recent) if (block.number > ancestor) recent.delete(link);
    tell({ kind: "reorganised", ancestor });
    if (isReady) queue.lay(mirror, clock.now());
  }

  function startAgain(reason: string): void {
    log.warn({ reason }, "reading the chain from the start");
    mirror = dependencies.createMirror();
    isReady = false;
    [position, usedNonce] = [undefined, undefined];
    recent.clear();
    ledger.takeOff(-1);
    tell({ kind: "restarted" });
  }

  /**
   * A nonce that was used when the node was asked the last time is in a block that has been applied by now, since all blocks
   * were that have come since: so its packages have landed, or were refused, or else wait again.
   */
  async function settleNonces(): Promise<void> {
    const header = mirror.tip;
    if (header === undefined) return;
    const used = usedNonce;
    const next = await node.nonceOf(account, "latest");
    await lane.run(() => {
      if (mirror.tip?.hash !== header.hash) return;
      [usedNonce, position] = [next, { header, nonce: next }];
      const returned = used === undefined ? [] : ledger.useNonces(account, Math.min(used, next), header.number);
      if (returned.length === 0) return;
      metrics.settled.inc({ outcome: "returned" }, returned.length);
      log.warn({ packages: returned.length, nonce: used }, "transaction came to nothing, its packages wait again");
      queue.shrink();
      queue.lay(mirror, clock.now());
    });
  }

  /**
   * Logs that a node left out show only at the next record; its state shows at once. Some nodes answer for their newest block
   * with what has come since, so a block has to be found wrong twice in a row.
   */
  async function audit(): Promise<void> {
    const header = mirror.tip;
    if (header === undefined) return;
    const { head: expected } = mirror.confirmed;
    const head = decodeChainState(await node.call({ to: book, data: chainStateCall() }, header.number));
    await lane.run(() => {
      if (mirror.tip?.hash !== header.hash || head === expected) {
        suspect = undefined;
        return;
      }
      const isSure = suspect === header.hash;
      suspect = header.hash;
      if (!isSure) return;
      startAgain(`the node's logs lead to head ${expected}, its state says ${head}`);
    });
  }

  return {
    get mirror() {
      return mirror;
    },
    get isReady() {
      return isReady;
    },
    get position() {
      return position;
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
      looks += 1;
      if (looks % AUDIT_EVERY === 0 || suspect !== undefined) await audit();
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

  /** What the node said does not fit: it is asked again for everything. */
  function contradicted(error: unknown): never {
    metrics.faults.inc({ part: "chain" });
    startAgain(messageOf(error));
    throw error;
  }
}
