/** The batches in which the packages that wait will go, as they are laid onto the mirror. */
import type { NamedPackage } from "../../bindings/packages.js";
import type { Batch, Expected } from "../follow/batch.js";
import type { Mirror } from "../follow/mirror.js";
import type { GasEstimate } from "./gas.js";
import type { Ledger } from "./ledger.js";
import type { Signers } from "./signers.js";

/** Each may burn half a million gas before the first order is applied: more of them could use up a transaction. */
const MAX_WALLETS = 8;

export interface BatchLimits {
  /** Most packages in a batch, and most gas. */
  readonly batchSize: number;
  readonly gasCap: bigint;
  readonly gas: Pick<GasEstimate, "of">;
  /** Whose key has signed: contract wallets are asked by the book, with gas of their own. */
  readonly signers: Pick<Signers, "isOwnKey">;
}

export interface BatchPlan {
  /** Lays everything that has not landed onto the confirmed book again: what was sent as it was sent, then what waits. */
  lay(mirror: Mirror, timestamp: bigint): void;
  /** Lays one more on top. A batch that is full is closed first. */
  push(mirror: Mirror, named: NamedPackage, timestamp: bigint): Expected;
  /** The oldest batch that was not sent; an open one is closed for it if `isDue`. */
  next(mirror: Mirror, isDue: boolean): Batch | undefined;
  markSent(batch: Batch): void;
  /** Fewer packages in a batch from now on: one has come to nothing. */
  shrink(): void;
  grow(): void;
}

interface PlanState extends BatchLimits {
  readonly ledger: Ledger;
  sent: Set<Batch>;
  /** Packages in a batch, for now. */
  size: number;
}

export function createBatchPlan(ledger: Ledger, limits: BatchLimits): BatchPlan {
  const state: PlanState = { ...limits, ledger, sent: new Set(), size: limits.batchSize };
  return {
    lay: (mirror, timestamp) => {
      lay(state, mirror, timestamp);
    },
    push: (mirror, named, timestamp) => push(state, mirror, named, timestamp),
    next(mirror, isDue) {
      const closed = mirror.batches.find((batch) => !state.sent.has(batch));
      return closed ?? (isDue ? mirror.close() : undefined);
    },
    markSent(batch) {
      state.sent.add(batch);
    },
    shrink() {
      state.size = Math.max(1, Math.floor(state.size / 2));
    },
    grow() {
      state.size = Math.min(state.batchSize, state.size + 1);
    },
  };
}

function lay(state: PlanState, mirror: Mirror, timestamp: bigint): void {
  mirror.clear();
  state.sent = new Set();
  for (const submission of state.ledger.openSubmissions()) {
    for (const entry of state.ledger.packagesOf(submission)) mirror.append(entry, timestamp);
    const batch = mirror.close();
    if (batch !== undefined) state.sent.add(batch);
  }
  for (const entry of state.ledger.waiting()) push(state, mirror, entry, timestamp);
}

function push(state: PlanState, mirror: Mirror, named: NamedPackage, timestamp: bigint): Expected {
  const { size, gas, gasCap } = state;
  if (mirror.open.length >= size || !hasRoomForSigner(state, mirror, named)) mirror.close();
  const expected = mirror.append(named, timestamp);
  const needed = mirror.open.reduce((sum, one) => sum + gas.of(one), 0n);
  if (needed <= gasCap || mirror.open.length === 1) return expected;
  mirror.undoFrom(expected);
  mirror.close();
  return mirror.append(named, timestamp);
}

function hasRoomForSigner({ signers }: PlanState, { open }: Mirror, named: NamedPackage): boolean {
  if (signers.isOwnKey(named)) return true;
  return open.filter((one) => !signers.isOwnKey(one)).length < MAX_WALLETS;
}
