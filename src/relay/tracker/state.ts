/** What the tracker knows of the chain, and whom it tells. */
import type { ChainRecord } from "../../bindings/records.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { ChainAudit } from "../follow/audit.js";
import type { ChainClock } from "../follow/clock.js";
import type { Follower } from "../follow/follower.js";
import type { Mirror } from "../follow/mirror.js";
import type { BlockHeader, ChainNode } from "../../node/node.js";
import type { Standing } from "../follow/standing.js";
import type { Log } from "../log.js";
import type { Metrics } from "../metrics.js";
import type { BatchPlan } from "../queue/batch-plan.js";
import type { CancelLedger } from "../queue/cancel-ledger.js";
import type { Lane } from "../queue/lane.js";
import type { Ledger } from "../queue/ledger.js";
import type { Outcome } from "../queue/ledger-state.js";
import type { BlockRef } from "../store/packages.js";
import type { SubmissionStore } from "../store/submissions.js";

/** What followers of the relay are told, in order. */
export type ChainNews =
  | { readonly kind: "block"; readonly header: BlockHeader; readonly records: () => ChainRecord[] }
  /** Blocks above this one are gone. */
  | { readonly kind: "reorganised"; readonly ancestor: number }
  /** Everything is told again from the first block. */
  | { readonly kind: "restarted" };

export interface TrackerDependencies {
  readonly node: ChainNode;
  readonly follower: Follower;
  readonly clock: ChainClock;
  readonly createMirror: () => Mirror;
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
}

/** What a block brought for a package. */
export interface Settlement {
  readonly outcome: Outcome;
  readonly block: BlockRef;
}

export interface TrackerState extends TrackerDependencies {
  mirror: Mirror;
  isReady: boolean;
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

export function tell({ listeners }: TrackerState, news: ChainNews): void {
  for (const listener of listeners) listener(news);
}

/** Lays what waits onto the mirror again. */
export function layPlan({ plan, mirror, clock }: TrackerState): void {
  plan.lay(mirror, clock.now());
}
