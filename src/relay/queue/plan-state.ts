/** What a plan of batches knows of what it has laid onto the mirror. */
import type { NamedPackage } from "../../bindings/packages.js";
import type { Refusal } from "../../protocol/market/refusal.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { Batch } from "../follow/batch.js";
import type { NamedCancellation } from "../store/cancellations.js";
import type { GasAccounts } from "./accounts.js";
import type { CancelLedger } from "./cancel-ledger.js";
import { createCredit, type Credit, CREDIT_PLAN, type CreditPlan } from "./credit.js";
import { createExposure, type Exposure } from "./exposure.js";
import type { Foresight } from "./foresight.js";
import type { GasEstimate } from "./gas.js";
import type { Ledger } from "./ledger.js";
import { NO_ROUTING, type Routing } from "./routing.js";
import type { Signers } from "./signers.js";

export interface BatchLimits {
  /** Most packages in a batch, and most gas, now. */
  readonly batchSize: number;
  readonly gasCap: () => bigint;
  readonly gas: GasEstimate;
  /** Whose key has signed: contract wallets are asked by the book, with gas of their own. */
  readonly signers: Signers;
  /** What may be on its way of each trader at once, by the gas that it burns if it does not land. */
  readonly accounts: Pick<GasAccounts, "left">;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
  /** What may be computed for those who change what waits. */
  readonly credit?: CreditPlan;
  /** The houses through which packages may go; none by default. */
  readonly routing?: Routing;
}

/** A package, the cancellation in whose place it comes, and how often a transaction with it came to nothing. */
export type PlannedPackage = NamedPackage & { readonly replaces?: Hash | undefined; readonly attempts?: number };

/** What has become of all since it was last laid anew. */
interface Laid {
  isStale: boolean;
  /** Whether something was refused since. */
  isDoubted: boolean;
  isOverdrawn: boolean;
  /** Cancellations that go before all that waits, and were done behind it. */
  readonly ahead: NamedCancellation[];
  /** Those that go with packages in the midst of what waits. */
  readonly joined: Set<Hash>;
  /** How many packages go with each of them. */
  readonly replacing: Map<Hash, number>;
  readonly sent: Set<Batch>;
  /** Open submissions as they were laid on, by id. */
  readonly sentAs: Map<number, Batch>;
  /** Cancellations that were laid on, or would have come to nothing. */
  readonly laid: Map<Hash, Foresight | Refusal>;
  readonly leftOut: Map<Hash, Refusal>;
  /** Links that wait until others of the same trader have landed. */
  readonly deferred: Set<Hash>;
  /** Links that go by themselves: a transaction with them has failed more than once. */
  readonly alone: Set<Hash>;
}

export interface PlanState extends Omit<BatchLimits, "credit" | "routing">, Laid {
  readonly ledger: Ledger;
  readonly cancels: CancelLedger;
  readonly credit: Credit;
  readonly routing: Routing;
  /** Until when packages are left out, by `now`. */
  readonly held: Map<Hash, number>;
  /** The block at which all was last laid anew, and when that was, by `now`. */
  laidAt: Hash | undefined;
  laidSince: number;
  /** What is laid on, or was sent and not charged yet. */
  readonly exposure: Exposure;
  /** What packages burn that were laid on, or sent and not charged yet, beside what skipping them takes: by link. */
  burns: Map<Hash, bigint>;
  /** Packages in a batch, for now. */
  size: number;
}

export function createPlanState(
  ledger: Ledger,
  cancels: CancelLedger,
  { credit = CREDIT_PLAN, routing = NO_ROUTING, ...limits }: BatchLimits,
): PlanState {
  return {
    ...{ ...limits, ledger, cancels, routing, credit: createCredit(credit) },
    ...{ held: new Map(), laidAt: undefined, laidSince: 0, size: limits.batchSize },
    ...{ exposure: createExposure(limits.signers, limits.accounts), burns: new Map() },
    ...nothingLaid(),
  };
}

/** Before all is laid anew. @param tip the block at which that is */
export function forgetLaid(state: PlanState, tip: Hash | undefined): void {
  Object.assign(state, nothingLaid());
  state.exposure.clear();
  [state.laidAt, state.laidSince] = [tip, state.now()];
}

function nothingLaid(): Laid {
  return {
    ...{ isStale: false, isDoubted: false, isOverdrawn: false, ahead: [], joined: new Set(), replacing: new Map() },
    ...{ sent: new Set(), sentAs: new Map(), laid: new Map(), leftOut: new Map() },
    ...{ deferred: new Set(), alone: new Set() },
  };
}
