/** What the tracker knows of the chain, and whom it tells. */
import type { ChainRecord } from "../../bindings/records.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { Book } from "../../protocol/book/book.js";
import type { FaultReport } from "../reporting/faults.js";
import { type AuditPlan, type ChainAudit, createChainAudit } from "../follow/audit.js";
import type { ChainClock } from "../follow/clock.js";
import type { Follower } from "../follow/follower.js";
import type { Mirror, MirrorStart } from "../follow/mirror.js";
import type { BlockHeader, ChainNode } from "../../node/node.js";
import type { Standing } from "../follow/standing.js";
import type { Log } from "../reporting/log.js";
import type { Metrics } from "../reporting/metrics.js";
import type { BatchPlan } from "../queue/batch-plan.js";
import type { CancelLedger } from "../queue/cancel-ledger.js";
import type { Lane } from "../queue/lane.js";
import type { Ledger } from "../queue/ledger.js";
import type { Outcome } from "../queue/ledger-state.js";
import type { BlockRef } from "../store/packages.js";
import type { SnapshotStore, StoredSnapshot } from "../store/snapshots.js";
import type { SubmissionStore } from "../store/submissions.js";

/** What the mirror begins with, and the text that the book came from, for whoever wants one of its own. */
export interface Start extends MirrorStart {
  readonly text: string;
}

export interface TakenSnapshot extends StoredSnapshot {
  readonly text: string;
}

export interface SnapshotPlan {
  /** Logs after which the next one is taken, */
  readonly everyLogs: number;
  /** or blocks, if there was any log. */
  readonly everyBlocks: number;
}

/** What followers of the relay are told, in order. */
export type ChainNews =
  | { readonly kind: "block"; readonly header: BlockHeader; readonly records: () => ChainRecord[] }
  /** Blocks above this one are gone. */
  | { readonly kind: "reorganised"; readonly ancestor: number }
  /** Everything is told again, from behind the block at which was begun; undefined for the first one. */
  | { readonly kind: "restarted"; readonly start: Start | undefined };

export interface TrackerDependencies {
  readonly node: ChainNode;
  readonly follower: Follower;
  readonly clock: ChainClock;
  readonly createMirror: (start?: MirrorStart) => Mirror;
  /** The book that a snapshot is of. @throws RuleError SNAPSHOT_… */
  readonly openBook: (text: string) => Book;
  readonly snapshots: Pick<SnapshotStore, "list" | "read" | "drop">;
  readonly snapshotPlan: SnapshotPlan;
  /** Whether the index, if there is one, has come as far as that block: else it has to be told of earlier ones. */
  readonly isIndexed: (block: BlockRef) => Promise<boolean>;
  /** Addresses of the session token, and of the token of each leg. */
  readonly tokens: readonly string[];
  readonly ledger: Ledger;
  readonly cancels: CancelLedger;
  readonly plan: BatchPlan;
  readonly submissions: Pick<SubmissionStore, "linksOf">;
  readonly lane: Lane;
  readonly log: Log;
  readonly metrics: Metrics;
  /** That submits. */
  readonly account: string;
  readonly book: string;
  readonly reorgDepth: number;
  /** When the book's head is compared with the chain's; every 20 looks by default. */
  readonly auditPlan?: AuditPlan;
}

/** What a block brought for a package. */
export interface Settlement {
  readonly outcome: Outcome;
  readonly block: BlockRef;
}

export interface TrackerState extends TrackerDependencies {
  mirror: Mirror;
  isReady: boolean;
  /** Whether the mirror stands where it is to begin; and whether that is before the first block, whatever snapshots there are. */
  hasBegun: boolean;
  isFromLogs: boolean;
  /** How often the chain had to be read again. */
  beginnings: number;
  /** Looks at a node that has not come as far as a snapshot. */
  behindLooks: number;
  /** Blocks of snapshots at which was begun since the book was last found to be the chain's, and `FROM_LOGS`. */
  readonly tried: Set<number>;
  fault: FaultReport | undefined;
  /** Why the book may not be the chain's, if that has to be found out. */
  suspicion: string | undefined;
  /** Times that reading it all again is put off, after reading it all has not helped; and how many of them are over. */
  putOff: { readonly times: number; readonly over: number };
  /** The newest block that is not reorganised any more. */
  finalBlock: number;
  /** Snapshots that are not kept yet, oldest first, */
  taken: TakenSnapshot[];
  /** the block of the last one, */
  takenAt: number | undefined;
  /** and logs since then. */
  logsSince: number;
  standing: Standing | undefined;
  /** What blocks brought that may still change, for packages that are heard of later. */
  readonly recent: Map<Hash, Settlement>;
  /** The same of cancellations of which all was done, by hash. */
  readonly recentlyCancelled: Map<Hash, BlockRef>;
  readonly listeners: ((news: ChainNews) => void)[];
  readonly audit: ChainAudit;
  /** Logs of the newest block, as they were applied; undefined if that was long ago. */
  tipLogs: number | undefined;
  /** How often in a row a block contradicted what came before. */
  contradictions: number;
  /** The newest block when blocks were last read again. */
  rereadAt: number;
  /** Looks at the newest block while packages waited whose nonce was used, and no block that was followed had them. */
  doubt: { readonly hash: string; readonly looks: number };
}

/** A tracker that has looked at nothing yet. */
export function trackerState(dependencies: TrackerDependencies): TrackerState {
  return {
    ...dependencies,
    mirror: dependencies.createMirror(),
    isReady: false,
    hasBegun: false,
    isFromLogs: false,
    beginnings: 0,
    behindLooks: 0,
    tried: new Set(),
    fault: undefined,
    suspicion: undefined,
    putOff: { times: 0, over: 0 },
    finalBlock: -1,
    taken: [],
    takenAt: undefined,
    logsSince: 0,
    standing: undefined,
    recent: new Map(),
    recentlyCancelled: new Map(),
    listeners: [],
    audit: createChainAudit(dependencies.node, dependencies.book.toLowerCase(), dependencies.auditPlan),
    tipLogs: undefined,
    contradictions: 0,
    rereadAt: -1,
    doubt: { hash: "", looks: 0 },
  };
}

export function tell({ listeners }: TrackerState, news: ChainNews): void {
  for (const listener of listeners) listener(news);
}

/** Lays what waits onto the mirror again. */
export function layPlan({ plan, mirror, clock }: TrackerState): void {
  plan.lay(mirror, clock.now());
}
