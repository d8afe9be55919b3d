/** The batches in which what waits will go, as they are laid onto the mirror: cancellations before all packages. */
import type { House } from "../../protocol/book/houses.js";
import { isRefusal, type Refusal } from "../../protocol/market/refusal.js";
import { TimeInForce } from "../../protocol/signing/package.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import { RelayError } from "../errors.js";
import type { Batch, Expected } from "../follow/batch.js";
import { MOST_PLACES } from "../follow/cancelling.js";
import type { Mirror } from "../follow/mirror.js";
import type { NamedCancellation } from "../store/cancellations.js";
import { closesFor, gasOf, hasRoomForCancellation, hasRoomForSigner, isAlone } from "./batch-room.js";
import { burnGas, leastBurnGas, mostSteps } from "./burning.js";
import type { CancelLedger } from "./cancel-ledger.js";
import { type Behind, foresee, type Foresight } from "./foresight.js";
import type { Ledger } from "./ledger.js";
import type { Entry } from "./ledger-state.js";
import { type BatchLimits, createPlanState, forgetLaid, type PlannedPackage, type PlanState } from "./plan-state.js";
import { bestHouse, routedIn } from "./routing.js";
import { isSubmittersFault } from "./tries.js";

/** After so many transactions with it that came to nothing a package goes by itself. */
const ALONE = 2;
/** How long packages wait for room in their trader's account if no block comes, ms. */
const DEFERRED_MS = 2_000;
/** All is laid anew at most so often because somebody was refused behind what is stale, ms. */
export const DOUBT_MS = 1_000;

export interface BatchPlan {
  /**
   * That the account of its trader would bear it if a package that was just pushed were killed, and nothing else of the trader were on its
   * way; it would wait for that in vain.
   * @throws RelayError RELAY_KILL_UNBORNE; then it is not on the mirror
   */
  requireBorne(mirror: Mirror, expected: Expected): void;
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
   */
  lay(mirror: Mirror, timestamp: bigint): void;
  /** What a cancellation will do before all that waits, or why nothing would come of it. Nothing is laid on. */
  foresee(mirror: Mirror, named: NamedCancellation, timestamp: bigint): Foresight | Refusal;
  /** The same of one with packages in its place. @param packages how many they are */
  foreseeReplacing(mirror: Mirror, named: NamedCancellation, packages: number, timestamp: bigint): Foresight | Refusal;
  /**
   * Brings in what the ledgers have by now: cancellations that go before all that waits, and packages that were taken back. All is
   * laid anew if enough was saved for it (credit.ts). Else what they do is done behind all that waits, and the plan is stale: it has
   * to be laid before more of it is sent.
   */
  change(mirror: Mirror, changes: PlanChanges, timestamp: bigint): void;
  /** Whether what is laid on is not what will be sent. */
  isStale(): boolean;
  /** Whether a refusal may come of that alone; then `settle` lays all anew within `DOUBT_MS`. */
  isDoubtful(): boolean;
  /** Lays a stale plan anew, if enough was saved or refusals are doubtful. Only between two groups of packages. */
  settle(mirror: Mirror, timestamp: bigint): void;
  /** Why a package would be refused on top of what is laid on, whichever way it went. Nothing is laid on. */
  refusalOf(mirror: Mirror, named: PlannedPackage, timestamp: bigint): Refusal | undefined;
  /** Lays one more package on top. A batch that is full is closed first. */
  push(mirror: Mirror, named: PlannedPackage, timestamp: bigint): Expected;
  /**
   * Puts a cancellation at the head of the batch into which the next packages go.
   * @param packages how many come in its place; a batch without room for all is closed first
   */
  replace(mirror: Mirror, named: NamedCancellation, packages: number, timestamp: bigint): void;
  /** Whether a cancellation was laid on that its trader's account does not bear yet: it has to wait, so the plan is to be changed. */
  isOverdrawn(): boolean;
  /** What a cancellation that waits does, or why nothing would come of it; undefined if it was not laid on. */
  laidAs(hash: Hash): Foresight | Refusal | undefined;
  /** The oldest batch that was not sent; an open one is closed for it if `isDue`. */
  next(mirror: Mirror, isDue: boolean): Batch | undefined;
  markSent(batch: Batch): void;
  /** An open submission as all was last laid anew; undefined if nothing of it is left to land. */
  sentAs(submissionId: number): Batch | undefined;
  /** Fewer packages in a batch from now on: one has come to nothing. */
  shrink(): void;
  grow(): void;
}

export interface PlanChanges {
  readonly cancellations?: readonly NamedCancellation[];
  /** Links of packages that were taken back. */
  readonly withdrawn?: readonly Hash[];
}

export function createBatchPlan(ledger: Ledger, cancels: CancelLedger, limits: BatchLimits): BatchPlan {
  const state = createPlanState(ledger, cancels, limits);
  return {
    enqueue: (mirror, entry, timestamp) => {
      enqueue(state, mirror, entry, timestamp);
    },
    leftOut: () => state.leftOut,
    hold: (link, ms) => void state.held.set(link, state.now() + ms),
    hasDue: (mirror) => hasDue(state, mirror),
    lay: (mirror, timestamp) => {
      lay(state, mirror, timestamp);
    },
    foresee: (mirror, named, timestamp) => foreseeAt(state, mirror, named, unsent(state, mirror), timestamp),
    foreseeReplacing(mirror, named, packages, timestamp) {
      const isClosed = closesFor(state, mirror, named, packages);
      const behind = isClosed ? [] : [{ cancellations: [], expected: mirror.open }];
      return foreseeAt(state, mirror, named, behind, timestamp);
    },
    change: (mirror, changes, timestamp) => {
      change(state, mirror, changes, timestamp);
    },
    isStale: () => state.isStale,
    isDoubtful: () => (state.isDoubted = state.isStale),
    settle: (mirror, timestamp) => {
      settle(state, mirror, timestamp);
    },
    refusalOf(mirror, named, timestamp) {
      const tried = mirror.append(named, timestamp, routeOf(state, mirror, named, timestamp));
      mirror.undoFrom(tried);
      return isRefusal(tried.outcome) ? tried.outcome : undefined;
    },
    push(mirror, named, timestamp) {
      state.credit.earn();
      return push(state, mirror, named, timestamp);
    },
    requireBorne: (mirror, expected) => {
      requireBorne(state, mirror, expected);
    },
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

function lay(state: PlanState, mirror: Mirror, timestamp: bigint): void {
  const { ledger, cancels } = state;
  mirror.clear();
  forgetLaid(state, mirror.tip?.hash);
  addSent(state, mirror);
  for (const [link, until] of state.held) if (until <= state.now()) state.held.delete(link);
  for (const submission of ledger.openSubmissions()) {
    for (const entry of cancels.of(submission)) mirror.cancel(entry, timestamp, MOST_PLACES);
    const through = houseAt(state, submission.to);
    for (const entry of ledger.packagesOf(submission)) mirror.append(entry, timestamp, through);
    const batch = mirror.close();
    if (batch === undefined) continue;
    state.sent.add(batch);
    state.sentAs.set(submission.id, batch);
  }
  const waiting = ledger.waiting();
  for (const { replaces } of waiting) {
    if (replaces !== undefined) state.replacing.set(replaces, (state.replacing.get(replaces) ?? 0) + 1);
  }
  for (const entry of cancels.waiting()) {
    if (!state.replacing.has(entry.hash) && isBorne(state, mirror, entry)) cancelFirst(state, mirror, entry, timestamp);
  }
  for (const entry of waiting) enqueue(state, mirror, entry, timestamp);
}

/** A house that brings a call which was sent; one that is not known any more is taken for the book, until its block says what it did. */
function houseAt({ routing }: PlanState, to: string | undefined): House | undefined {
  return to === undefined ? undefined : routing.houses.find(({ address }) => address === to);
}

/** Batches that were not sent, the open one too; without cancellations that come before all of it. */
function unsent({ sent, joined }: PlanState, { batches, openCancellations, open }: Mirror): readonly Behind[] {
  const all: Behind[] = [
    ...batches.filter((batch) => !sent.has(batch)),
    { cancellations: openCancellations, expected: open },
  ];
  return all.map(({ cancellations, expected }) => ({
    cancellations: cancellations.filter(({ hash }) => joined.has(hash)),
    expected,
  }));
}

function foreseeAt(
  state: PlanState,
  mirror: Mirror,
  named: NamedCancellation,
  behind: readonly Behind[],
  timestamp: bigint,
): Foresight | Refusal {
  const most = state.gas.mostPlaces(state.gasCap());
  return foresee(mirror, named, { behind, ahead: state.ahead, timestamp, most });
}

function change(state: PlanState, mirror: Mirror, changes: PlanChanges, timestamp: bigint): void {
  const { credit, ledger } = state;
  const { cancellations = [], withdrawn = [] } = changes;
  credit.earn();
  if (credit.spend(ledger.unlanded())) {
    lay(state, mirror, timestamp);
    return;
  }
  const behind = unsent(state, mirror);
  for (const named of cancellations) doBehind(state, mirror, named, foreseeAt(state, mirror, named, behind, timestamp));
  const links = new Set(withdrawn);
  for (const { signed, outcome } of behind.flatMap(({ expected }) => expected.filter(({ link }) => links.has(link)))) {
    if (typeof outcome !== "number") continue;
    mirror.foresee({ trader: signed.package.trader, nonceFloor: 0n, tradeRootIds: [outcome] });
  }
  state.isStale = true;
}

/** One that is not borne yet does nothing for now. One that was laid on with packages, of which none was taken, goes before all too. */
function doBehind(state: PlanState, mirror: Mirror, named: NamedCancellation, laid: Foresight | Refusal): void {
  state.joined.delete(named.hash);
  if (!isRefusal(laid)) {
    const { exposure } = state;
    const risk = exposure.ofCancellation(named, true);
    if (!exposure.bears(risk)) {
      state.deferred.add(named.hash);
      return;
    }
    exposure.add(risk);
    const { trader, nonceFloor } = named.signed.cancellation;
    mirror.foresee({ trader, nonceFloor, tradeRootIds: laid.orders.map(({ tradeRootId }) => tradeRootId) });
    state.ahead.push(named);
  }
  state.laid.set(named.hash, laid);
}

/** What was sent may burn what it was reckoned to when it was laid on; of what another process has sent, what its house burns at least. */
function addSent(state: PlanState, mirror: Mirror): void {
  const { ledger, cancels, exposure, burns } = state;
  const { assets } = mirror.book.state.terms;
  state.burns = new Map();
  for (const { links, cancellations, to } of ledger.unchargedSubmissions()) {
    const house = houseAt(state, to);
    const least = house === undefined ? 0n : leastBurnGas(house, assets);
    for (const link of links) state.burns.set(link, burns.get(link) ?? least);
    exposure.addSent(
      links.flatMap((link) => ledger.find(link) ?? []),
      cancellations.flatMap((hash) => cancels.find(hash) ?? []),
      ({ link }) => state.burns.get(link) ?? least,
    );
  }
}

function settle(state: PlanState, mirror: Mirror, timestamp: bigint): void {
  const { credit, ledger, now } = state;
  if (!state.isStale) return;
  const isDue = state.isDoubted && now() - state.laidSince >= DOUBT_MS;
  if (isDue || credit.spend(ledger.unlanded())) lay(state, mirror, timestamp);
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

/** One that is not waits, until others of its trader have landed. */
function isBorne(state: PlanState, { open, openCancellations }: Mirror, named: NamedCancellation): boolean {
  const isFirst = open.length + openCancellations.length === 0;
  const { exposure } = state;
  if (exposure.bears(exposure.ofCancellation(named, isFirst))) return true;
  state.deferred.add(named.hash);
  return false;
}

/** A package that its trader's account does not bear waits, as one does whose cancellation waits, and one for which houses have no room. */
function push(state: PlanState, mirror: Mirror, named: PlannedPackage, timestamp: bigint): Expected {
  const expected = pushed(state, mirror, named, timestamp);
  if (typeof expected.outcome !== "number") return expected;
  const { exposure } = state;
  const isFirst = mirror.open.length + mirror.openCancellations.length === 1;
  const besides = burnGas(mirror.book.state, { ...expected, steps: stepsAtMost(state, mirror, expected) });
  const risk = exposure.ofPackage(named, isFirst, besides);
  const hasRoom = expected.through === undefined || routedIn(mirror) < state.routing.most;
  if (hasRoom && exposure.bears(risk) && !state.deferred.has(named.replaces ?? "")) {
    exposure.add(risk);
    state.burns.set(named.link, besides);
    return expected;
  }
  state.deferred.add(named.link);
  mirror.undoFrom(expected);
  return expected;
}

/** What is sent and has not landed may come to nothing as what waits may. */
function stepsAtMost({ routing }: PlanState, { batches, open }: Mirror, expected: Expected): number {
  if (expected.signed.package.timeInForce !== TimeInForce.FillOrKill) return expected.steps;
  const ahead = [...batches.map((batch) => batch.expected), open];
  return mostSteps(expected, ahead, routing.maxMatches === 0 ? Infinity : routing.maxMatches);
}

function requireBorne(state: PlanState, mirror: Mirror, expected: Expected): void {
  const { exposure, accounts, signers } = state;
  const { signed, steps, link } = expected;
  if (signed.package.timeInForce !== TimeInForce.FillOrKill) return;
  const { trader } = signed.package;
  const risk = exposure.ofPackage(expected, true, burnGas(mirror.book.state, expected));
  if (exposure.isBorneAlone(risk)) return;
  state.deferred.delete(link); // it was pushed, and is not borne: so it was undone
  const left = accounts.left(trader, !signers.isOwnKey(expected));
  throw new RelayError("RELAY_KILL_UNBORNE", { trader, steps, risk: exposure.gasOf(risk), left });
}

function pushed(state: PlanState, mirror: Mirror, named: PlannedPackage, timestamp: bigint): Expected {
  joinCancellation(state, mirror, named, timestamp);
  const through = routeOf(state, mirror, named, timestamp);
  const isFull = mirror.open.length >= state.size || !hasRoomForSigner(state, mirror, named);
  if (isFull || through !== undefined || isAlone(state, mirror, named)) mirror.close();
  const expected = mirror.append(named, timestamp, through);
  if (gasOf(state, mirror) <= state.gasCap() || mirror.open.length + mirror.openCancellations.length === 1)
    return expected;
  mirror.undoFrom(expected);
  mirror.close();
  return mirror.append(named, timestamp);
}

/**
 * The house that brings a package; undefined for the book. What goes with a cancellation goes to the book, in one transaction; what came
 * to nothing goes there, too; and so does what a contract wallet signed, which may burn more gas than a house should.
 */
function routeOf(state: PlanState, mirror: Mirror, named: PlannedPackage, timestamp: bigint): House | undefined {
  const { routing, signers, exposure, gas, gasCap } = state;
  if (routing.houses.length === 0 || named.replaces !== undefined || (named.attempts ?? 0) > 0) return undefined;
  if (!signers.isOwnKey(named)) return undefined;
  return bestHouse(mirror, named, timestamp, {
    ...routing,
    fits: (one) => gas.wanted({ cancellations: [], expected: [one] }) <= gasCap(),
    isBorne: (one) => exposure.isBorneAlone(exposure.ofPackage(named, true, burnGas(mirror.book.state, one))),
  });
}

/** The first package of a replacement brings the cancellation along. */
function joinCancellation(state: PlanState, mirror: Mirror, { replaces }: PlannedPackage, timestamp: bigint): void {
  const { cancels, ledger } = state;
  if (replaces === undefined || state.laid.has(replaces) || state.deferred.has(replaces)) return;
  const waiting = cancels.find(replaces);
  if (waiting?.fate.status !== "pending" || cancels.submissionOf(replaces) !== undefined) return;
  if (!isBorne(state, mirror, waiting)) return;
  const packages = state.replacing.get(replaces) ?? ledger.waiting().filter((one) => one.replaces === replaces).length;
  replace(state, mirror, waiting, packages, timestamp);
}

function replace(
  state: PlanState,
  mirror: Mirror,
  named: NamedCancellation,
  packages: number,
  timestamp: bigint,
): void {
  if (closesFor(state, mirror, named, packages)) mirror.close();
  state.joined.add(named.hash);
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
    const { exposure } = state;
    const risk = exposure.ofCancellation(named, isFirst);
    state.isOverdrawn ||= !exposure.bears(risk);
    exposure.add(risk);
  }
  if (!isRefusal(laid) && !state.signers.isOwnCancellation(named)) mirror.close();
}
