/** The batches in which what waits will go, as they are laid onto the mirror: cancellations before all packages. */
import type { NamedPackage } from "../../bindings/packages.js";
import { isRefusal, type Refusal } from "../../protocol/market/refusal.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { Batch, Expected, ExpectedCancellation } from "../follow/batch.js";
import { MOST_PLACES, ordersMeant } from "../follow/cancelling.js";
import type { Mirror } from "../follow/mirror.js";
import type { NamedCancellation } from "../store/cancellations.js";
import { CALL_GAS, type GasAccounts, riskOf } from "./accounts.js";
import type { CancelLedger } from "./cancel-ledger.js";
import type { GasEstimate } from "./gas.js";
import type { Ledger } from "./ledger.js";
import type { Entry, LiveSubmission } from "./ledger-state.js";
import { isSubmittersFault } from "./tries.js";
import type { Signers } from "./signers.js";

/** As many as a batch may have: each may burn half a million gas before the first order is applied. */
const MAX_WALLETS = 8;
/** As many as a batch has a number for. */
const MAX_CANCELLATIONS = 255;
/** After so many transactions with it that came to nothing a package goes by itself. */
const ALONE = 2;
/** How long packages wait for room in their trader's account if no block comes, ms. */
const DEFERRED_MS = 2_000;

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
}

/** A package, and the cancellation in whose place it comes. */
export type PlannedPackage = NamedPackage & { readonly replaces?: Hash | undefined };

export interface BatchPlan {
  /** Lays a package that was stored on top, unless it waits for a while or the book would refuse it. */
  enqueue(mirror: Mirror, entry: Entry, timestamp: bigint): void;
  /** Packages that wait in no batch because the book would refuse them once all before them has landed, and why. */
  leftOut(): ReadonlyMap<Hash, Refusal>;
  /** Leaves a package out for so long, ms. */
  hold(link: Hash, ms: number): void;
  /** Whether one waits outside all batches that may be laid on again. */
  hasDue(mirror: Mirror): boolean;
  /**
   * Lays everything that has not landed onto the confirmed book again: what was sent as it was sent, then what waits.
   * @param more a cancellation besides those of the ledger; laid on even if its trader's account does not bear it
   */
  lay(mirror: Mirror, timestamp: bigint, more?: NamedCancellation): void;
  /** Lays one more package on top. A batch that is full is closed first. */
  push(mirror: Mirror, named: PlannedPackage, timestamp: bigint): Expected;
  /**
   * Puts a cancellation at the head of the batch into which the next packages go.
   * @param packages how many come in its place; a batch without room for all is closed first
   */
  replace(mirror: Mirror, named: NamedCancellation, packages: number, timestamp: bigint): void;
  /** Whether a cancellation was laid on that its trader's account does not bear yet: it has to wait, so all has to be laid anew. */
  isOverdrawn(): boolean;
  /** What a cancellation that waits does, or why nothing would come of it; undefined if it was not laid on. */
  laidAs(hash: Hash): ExpectedCancellation | Refusal | undefined;
  /** The oldest batch that was not sent; an open one is closed for it if `isDue`. */
  next(mirror: Mirror, isDue: boolean): Batch | undefined;
  markSent(batch: Batch): void;
  /** An open submission as all was last laid anew; undefined if nothing of it is left to land. */
  sentAs(submissionId: number): Batch | undefined;
  /** Fewer packages in a batch from now on: one has come to nothing. */
  shrink(): void;
  grow(): void;
}

interface PlanState extends BatchLimits {
  readonly ledger: Ledger;
  readonly cancels: CancelLedger;
  sent: Set<Batch>;
  /** Open submissions as they were laid on, by id. */
  sentAs: Map<number, Batch>;
  /** Cancellations that were laid on since all was laid anew, or would have come to nothing. */
  laid: Map<Hash, ExpectedCancellation | Refusal>;
  leftOut: Map<Hash, Refusal>;
  /** Until when packages are left out, by `now`. */
  readonly held: Map<Hash, number>;
  /** Links that wait until others of the same trader have landed, and the block at which all was last laid anew. */
  deferred: Set<Hash>;
  laidAt: Hash | undefined;
  /** When that was, by `now`. */
  laidSince: number;
  /** Gas that may be burned by what is laid on, or was sent and not charged yet, by trader. */
  exposed: Map<string, bigint>;
  isOverdrawn: boolean;
  /** Links that go by themselves: a transaction with them has failed more than once. */
  alone: Set<Hash>;
  /** Packages in a batch, for now. */
  size: number;
}

export function createBatchPlan(ledger: Ledger, cancels: CancelLedger, limits: BatchLimits): BatchPlan {
  const state: PlanState = {
    ...{ ...limits, ledger, cancels, sent: new Set(), sentAs: new Map(), laid: new Map() },
    ...{
      leftOut: new Map(),
      held: new Map(),
      deferred: new Set(),
      laidAt: undefined,
      laidSince: 0,
      exposed: new Map(),
      isOverdrawn: false,
      alone: new Set(),
    },
    size: limits.batchSize,
  };
  return {
    enqueue: (mirror, entry, timestamp) => {
      enqueue(state, mirror, entry, timestamp);
    },
    leftOut: () => state.leftOut,
    hold: (link, ms) => void state.held.set(link, state.now() + ms),
    hasDue: (mirror) => hasDue(state, mirror),
    lay: (mirror, timestamp, more) => {
      lay(state, mirror, timestamp, more);
    },
    push: (mirror, named, timestamp) => push(state, mirror, named, timestamp),
    replace: (mirror, named, packages, timestamp) => {
      replace(state, mirror, named, packages, timestamp);
    },
    isOverdrawn: () => state.isOverdrawn,
    laidAs: (hash) => state.laid.get(hash),
    next(mirror, isDue) {
      const closed = mirror.batches.find((batch) => !state.sent.has(batch));
      return closed ?? (isDue ? mirror.close() : undefined);
    },
    markSent(batch) {
      state.sent.add(batch);
    },
    sentAs: (submissionId) => state.sentAs.get(submissionId),
    shrink() {
      state.size = Math.max(1, Math.floor(state.size / 2));
    },
    grow() {
      state.size = Math.min(state.batchSize, state.size + 1);
    },
  };
}

function lay(state: PlanState, mirror: Mirror, timestamp: bigint, more: NamedCancellation | undefined): void {
  const { ledger, cancels } = state;
  mirror.clear();
  state.sent = new Set();
  state.sentAs = new Map();
  state.laid = new Map();
  state.leftOut = new Map();
  state.alone = new Set();
  state.deferred = new Set();
  state.laidAt = mirror.tip?.hash;
  state.laidSince = state.now();
  state.exposed = new Map();
  state.isOverdrawn = false;
  for (const submission of ledger.unchargedSubmissions()) exposeSent(state, submission);
  for (const [link, until] of state.held) if (until <= state.now()) state.held.delete(link);
  for (const submission of ledger.openSubmissions()) {
    for (const entry of cancels.of(submission)) mirror.cancel(entry, timestamp, MOST_PLACES);
    for (const entry of ledger.packagesOf(submission)) mirror.append(entry, timestamp);
    const batch = mirror.close();
    if (batch === undefined) continue;
    state.sent.add(batch);
    state.sentAs.set(submission.id, batch);
  }
  const waiting = ledger.waiting();
  const together = new Set(waiting.map(({ replaces }) => replaces));
  for (const entry of cancels.waiting()) {
    if (!together.has(entry.hash) && isBorne(state, mirror, entry)) cancelFirst(state, mirror, entry, timestamp);
  }
  if (more !== undefined) cancelFirst(state, mirror, more, timestamp);
  for (const entry of waiting) enqueue(state, mirror, entry, timestamp);
}

function hasDue({ held, now, deferred, laidAt, laidSince }: PlanState, { tip }: Mirror): boolean {
  if (deferred.size > 0 && (laidAt !== tip?.hash || now() - laidSince >= DEFERRED_MS)) return true;
  for (const until of held.values()) if (until <= now()) return true;
  return false;
}

/** A refusal that comes of how packages are brought, and not of the package, may be another one by the time that it is sent. */
function enqueue(state: PlanState, mirror: Mirror, entry: Entry, timestamp: bigint): void {
  const { link, attempts } = entry;
  if (state.held.has(link)) return;
  if (attempts >= ALONE) state.alone.add(link);
  const expected = push(state, mirror, entry, timestamp);
  const { outcome } = expected;
  if (!isRefusal(outcome) || isSubmittersFault(outcome.code)) return;
  mirror.undoFrom(expected);
  state.leftOut.set(link, outcome);
}

/** In the first batch that has room; only cancellations are in it so far. */
function cancelFirst(state: PlanState, mirror: Mirror, named: NamedCancellation, timestamp: bigint): void {
  if (!hasRoomForCancellation(state, mirror, named)) mirror.close();
  addCancellation(state, mirror, named, timestamp);
}

/** What may cost gas for nothing: whose it is, and the signature if a contract wallet speaks for it. */
interface Risk {
  readonly trader: string;
  readonly signature: string | undefined;
  /** Whether it begins a transaction, which is for nothing too if nothing of it lands. */
  readonly isFirst: boolean;
}

function gasAtRisk({ signature, isFirst }: Risk): bigint {
  return riskOf(signature) + (isFirst ? CALL_GAS : 0n);
}

function packageRisk({ signers }: PlanState, named: NamedPackage, isFirst: boolean): Risk {
  const { signature, package: order } = named.signed;
  return { trader: order.trader, signature: signers.isOwnKey(named) ? undefined : signature, isFirst };
}

function cancellationRisk({ signers }: PlanState, named: NamedCancellation, isFirst: boolean): Risk {
  const { signature, cancellation } = named.signed;
  return { trader: cancellation.trader, signature: signers.isOwnCancellation(named) ? undefined : signature, isFirst };
}

function expose({ exposed }: PlanState, risk: Risk): void {
  exposed.set(risk.trader, (exposed.get(risk.trader) ?? 0n) + gasAtRisk(risk));
}

/** Whether its trader's account bears it besides all else of the trader that is on its way. */
function bears({ accounts, exposed }: PlanState, risk: Risk): boolean {
  const { trader, signature } = risk;
  return (exposed.get(trader) ?? 0n) + gasAtRisk(risk) <= accounts.left(trader, signature !== undefined);
}

/** What was sent may have burned gas until its receipt was looked at; what has landed of a key has not. */
function exposeSent(state: PlanState, { links, cancellations }: LiveSubmission): void {
  const { ledger, cancels } = state;
  const entries = links.flatMap((link) => ledger.find(link) ?? []);
  const cancelling = cancellations.flatMap((hash) => cancels.find(hash) ?? []);
  const isLanded = ({ fate }: { readonly fate: { readonly status: string } }): boolean => fate.status === "onChain";
  let isFirst = ![...entries, ...cancelling].some(isLanded);
  const risks = [
    ...cancelling.map((one) => ({ isLanded: isLanded(one), risk: cancellationRisk(state, one, false) })),
    ...entries.map((one) => ({ isLanded: isLanded(one), risk: packageRisk(state, one, false) })),
  ];
  for (const { isLanded: landed, risk } of risks) {
    if (landed && risk.signature === undefined) continue;
    expose(state, { ...risk, isFirst });
    isFirst = false;
  }
}

/** One that is not waits, until others of its trader have landed. */
function isBorne(state: PlanState, { open, openCancellations }: Mirror, named: NamedCancellation): boolean {
  const isFirst = open.length + openCancellations.length === 0;
  if (bears(state, cancellationRisk(state, named, isFirst))) return true;
  state.deferred.add(named.hash);
  return false;
}

/** A package that its trader's account does not bear waits, as one does whose cancellation waits. */
function push(state: PlanState, mirror: Mirror, named: PlannedPackage, timestamp: bigint): Expected {
  const expected = pushed(state, mirror, named, timestamp);
  if (typeof expected.outcome !== "number") return expected;
  const risk = packageRisk(state, named, mirror.open.length + mirror.openCancellations.length === 1);
  if (bears(state, risk) && !state.deferred.has(named.replaces ?? "")) {
    expose(state, risk);
    return expected;
  }
  state.deferred.add(named.link);
  mirror.undoFrom(expected);
  return expected;
}

function pushed(state: PlanState, mirror: Mirror, named: PlannedPackage, timestamp: bigint): Expected {
  joinCancellation(state, mirror, named, timestamp);
  const isFull = mirror.open.length >= state.size || !hasRoomForSigner(state, mirror, named);
  if (isFull || isAlone(state, mirror, named)) mirror.close();
  const expected = mirror.append(named, timestamp);
  if (gasOf(state, mirror) <= state.gasCap() || mirror.open.length + mirror.openCancellations.length === 1)
    return expected;
  mirror.undoFrom(expected);
  mirror.close();
  return mirror.append(named, timestamp);
}

function isAlone({ alone }: PlanState, { open }: Mirror, { link }: NamedPackage): boolean {
  return open.length > 0 && (alone.has(link) || open.some((one) => alone.has(one.link)));
}

/** The first package of a replacement brings the cancellation along. */
function joinCancellation(state: PlanState, mirror: Mirror, { replaces }: PlannedPackage, timestamp: bigint): void {
  if (replaces === undefined || state.laid.has(replaces)) return;
  const waiting = state.cancels.waiting().find(({ hash }) => hash === replaces);
  if (waiting === undefined || !isBorne(state, mirror, waiting)) return;
  const packages = state.ledger.waiting().filter((entry) => entry.replaces === replaces).length;
  replace(state, mirror, waiting, packages, timestamp);
}

function replace(
  state: PlanState,
  mirror: Mirror,
  named: NamedCancellation,
  packages: number,
  timestamp: bigint,
): void {
  const isTight = mirror.open.length > 0 && mirror.open.length + packages > state.size;
  if (isTight || !hasRoomForCancellation(state, mirror, named)) mirror.close();
  const { open } = mirror;
  const [first] = open;
  if (first !== undefined) mirror.undoFrom(first);
  addCancellation(state, mirror, named, timestamp);
  for (const one of open) mirror.append(one, timestamp);
}

/** That of a wallet goes alone, in a call of its own kind. */
function addCancellation(state: PlanState, mirror: Mirror, named: NamedCancellation, timestamp: bigint): void {
  const isFirst = mirror.openCancellations.length === 0;
  const laid = mirror.cancel(named, timestamp, state.gas.mostPlaces(state.gasCap()));
  state.laid.set(named.hash, laid);
  if (!isRefusal(laid)) {
    const risk = cancellationRisk(state, named, isFirst);
    state.isOverdrawn ||= !bears(state, risk);
    expose(state, risk);
  }
  if (!isRefusal(laid) && !state.signers.isOwnCancellation(named)) mirror.close();
}

/** One of each trader in a batch: what the log says of it names the trader alone. */
function hasRoomForCancellation(state: PlanState, mirror: Mirror, named: NamedCancellation): boolean {
  const { gas, gasCap, signers } = state;
  const { openCancellations: before, open } = mirror;
  if (before.length === 0 && open.length === 0) return true;
  if (!signers.isOwnCancellation(named) || before.length === MAX_CANCELLATIONS) return false;
  const { cancellation } = named.signed;
  if (before.some(({ signed }) => signed.cancellation.trader === cancellation.trader)) return false;
  return gasOf(state, mirror) + gas.ofCancellation(ordersMeant(mirror.book, cancellation).length) <= gasCap();
}

function gasOf({ gas }: PlanState, { open, openCancellations }: Mirror): bigint {
  return gas.wanted({ cancellations: openCancellations, expected: open });
}

function hasRoomForSigner({ signers }: PlanState, { open }: Mirror, named: NamedPackage): boolean {
  if (signers.isOwnKey(named)) return true;
  return open.filter((one) => !signers.isOwnKey(one)).length < MAX_WALLETS;
}
