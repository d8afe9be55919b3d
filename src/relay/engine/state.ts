/** What the loops share. */
import type { ChainClock } from "../follow/clock.js";
import type { Faults } from "../reporting/faults.js";
import type { Log } from "../reporting/log.js";
import type { Metrics } from "../reporting/metrics.js";
import type { BatchPlan } from "../queue/batch-plan.js";
import type { CancelLedger } from "../queue/cancel-ledger.js";
import type { Lane } from "../queue/lane.js";
import type { Ledger } from "../queue/ledger.js";
import type { SwitchDesk } from "../queue/switch-desk.js";
import type { CancellationStore } from "../store/cancellations.js";
import type { GasAccountStore } from "../store/gas-accounts.js";
import type { LeaseStore } from "../store/lease.js";
import type { PackageStore } from "../store/packages.js";
import type { Fence, SubmissionStore } from "../store/submissions.js";
import type { Budget } from "../submit/budget.js";
import type { Dispatcher } from "../submit/dispatcher.js";
import type { Keeper } from "../submit/keeping.js";
import type { SettlerDesk } from "../submit/settler-desk.js";
import type { Sender } from "../submit/sender.js";
import type { Accountant } from "../submit/accountant.js";
import type { GasAccounts } from "../queue/accounts.js";
import type { Signers } from "../queue/signers.js";
import type { Treasury } from "../submit/treasury.js";
import type { SnapshotStore } from "../store/snapshots.js";
import type { TrackerDependencies } from "../tracker/state.js";
import type { Tracker } from "../tracker/tracker.js";

export interface EngineDependencies extends Pick<TrackerDependencies, "isIndexed" | "node" | "openBook" | "tokens"> {
  readonly tracker: Tracker;
  readonly ledger: Ledger;
  readonly cancels: CancelLedger;
  readonly switches: Pick<SwitchDesk, "fire">;
  readonly plan: BatchPlan;
  readonly dispatcher: Dispatcher;
  readonly sender: Pick<Sender, "account" | "tend" | "fault">;
  readonly treasury: Treasury;
  readonly accountant: Accountant;
  readonly accounts: Pick<GasAccounts, "trust" | "restore" | "takeChanges" | "giveBack">;
  readonly gasAccounts: GasAccountStore;
  readonly signers: Signers;
  readonly keeper: Keeper;
  /** Undefined if nothing may be spent on it. */
  readonly settlerDesk: SettlerDesk | undefined;
  readonly packages: PackageStore;
  readonly cancellations: CancellationStore;
  readonly submissions: Pick<SubmissionStore, "live" | "finish">;
  readonly leases: LeaseStore;
  readonly snapshots: Pick<SnapshotStore, "put" | "clear">;
  readonly clock: ChainClock;
  readonly lane: Lane;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Where each part says what goes wrong. */
  readonly faults: Faults;
  readonly budget: Pick<Budget, "fault">;
  /** Whether the account that pays for this book is this process's to use. */
  readonly mayPay: () => boolean;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
  /** Name of this process among the relays of one database. */
  readonly holder: string;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly keepMs: number;
  /** Whether other relays may use the same database. */
  readonly isShared: boolean;
  /** Whether this process brings packages to the chain; else it leaves that to others of the same database. */
  readonly submits: boolean;
  readonly rebuild: boolean;
}

export interface EngineState extends EngineDependencies {
  /** The right to submit, as it was last given. */
  fence: Fence | undefined;
  /** Until when it holds, by `now`. */
  leaseUntil: number;
  /** Until when it is known who may submit, this relay or another, by `now`. */
  knownUntil: number;
  /** The last package that the ledger has heard of, and the last cancellation. */
  lastSeq: number;
  lastCancellation: number;
}

/** @returns undefined while this relay may not submit */
export function rightToSubmit({ now, leaseUntil, fence, mayPay }: EngineState): Fence | undefined {
  return now() < leaseUntil && mayPay() ? fence : undefined;
}
