/**
 * Takes packages: everything that the chain will check is checked on the mirror, with every package that waits before it; then
 * the package is stored; only then it is acknowledged. Those that come together are stored together.
 */
import { type Route, routeBy } from "../../bindings/calls.js";
import type { NamedPackage, SignedPackage } from "../../bindings/packages.js";
import type { Lots } from "../../protocol/amounts/units.js";
import { isRefusal } from "../../protocol/market/refusal.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import { RelayError } from "../errors.js";
import type { Expected, ExpectedFill } from "../follow/batch.js";
import type { Metrics } from "../reporting/metrics.js";
import type { Fate, PackageStore } from "../store/packages.js";
import { type AdmissionDependencies, requireGood, requireRoom, requireSignature } from "./admission.js";
import { type BatchPlan, DOUBT_MS } from "./batch-plan.js";
import type { Lane } from "./lane.js";
import type { Ledger } from "./ledger.js";
import { type Entry, sentThrough } from "./ledger-state.js";

/** The relay has stored the package, and brings it as long as the book would take it and its trader's account of gas bears it. */
export interface Acknowledgement {
  /** Names the package. */
  readonly link: Hash;
  readonly fate: Fate;
  /** What it would get if nothing else came in between; undefined for a package that was taken before. */
  readonly expected?: {
    /** Its number on the chain. */
    readonly tradeRootId: number;
    readonly fills: readonly ExpectedFill[];
    /** Lots that would be left, signed as the order's; they rest if its timeInForce lets them. */
    readonly left: Lots;
  };
  /** Through what it goes as things stand, or was sent; undefined for one that was taken before and waits. */
  readonly route?: Route;
  /** Packages that wait before it. */
  readonly ahead: number;
}

export interface Intake {
  /** @throws RelayError, or the Refusal that the chain would give */
  offer(signed: SignedPackage): Promise<Acknowledgement>;
  /** From now on everything is refused; resolves when what was offered before is answered. */
  close(): Promise<void>;
}

export interface IntakeDependencies extends AdmissionDependencies {
  /** Whether the mirror has reached the chain's end. */
  readonly isReady: () => boolean;
  readonly ledger: Ledger;
  readonly plan: BatchPlan;
  readonly store: Pick<PackageStore, "add" | "find">;
  readonly lane: Lane;
  readonly metrics: Pick<Metrics, "accepted">;
}

/** Packages stored at once. */
const GROUP = 200;

interface Offer extends NamedPackage {
  readonly resolve: (acknowledgement: Acknowledgement) => void;
  readonly reject: (error: unknown) => void;
}

/** An offer that fits behind what waits. */
interface Fitting {
  readonly offer: Offer;
  readonly expected: Expected;
}

interface IntakeState extends IntakeDependencies {
  offers: Offer[];
  /** Of offers that are good and not answered yet, by link. */
  readonly underWay: Map<Hash, Promise<Acknowledgement>>;
  isClosed: boolean;
  /** The group that is being taken. */
  running: Promise<void> | undefined;
}

export function createIntake(dependencies: IntakeDependencies): Intake {
  const state: IntakeState = { ...dependencies, offers: [], underWay: new Map(), isClosed: false, running: undefined };
  return { offer: (signed) => offer(state, signed), close: () => close(state) };
}

async function offer(state: IntakeState, signed: SignedPackage): Promise<Acknowledgement> {
  requireOpen(state);
  const named = { link: state.hashing.primaryLink(signed.package), signed };
  const before = takenBefore(state, named.link);
  if (before !== undefined) return before;
  state.requireFunds();
  state.accounts.requireQuota(signed.package.trader);
  requireRoom(state, signed);
  await requireGoodAtLast(state, named);
  await requireSignature(state, named);
  return takenBefore(state, named.link) ?? enqueue(state, named);
}

/** What is refused behind a plan that is stale is looked at again when that is laid anew. */
async function requireGoodAtLast(state: IntakeState, named: NamedPackage): Promise<void> {
  const { plan, lane, mirror, clock } = state;
  try {
    requireGood(state, named);
  } catch (error) {
    if (!isRefusal(error) || !plan.isDoubtful()) throw error;
    await lane.run(() => {
      if (state.isReady()) plan.settle(mirror(), clock.now());
    });
    sure(state, named, () => {
      requireGood(state, named);
    });
  }
}

/** @throws RelayError RELAY_QUEUE_CHANGING in place of a refusal that may come of a stale plan alone */
function sure<Result>(
  { plan }: { readonly plan: Pick<BatchPlan, "isDoubtful"> },
  { signed }: NamedPackage,
  judge: () => Result,
): Result {
  try {
    return judge();
  } catch (error) {
    if (!isRefusal(error) || !plan.isDoubtful()) throw error;
    const { trader } = signed.package;
    throw new RelayError("RELAY_QUEUE_CHANGING", { trader, retryAfterSeconds: Math.ceil(DOUBT_MS / 1_000) }, error);
  }
}

/** A package that was offered before, or is just now, is acknowledged again. */
function takenBefore(state: IntakeState, link: Hash): Promise<Acknowledgement> | undefined {
  const known = knownOf(state, link);
  if (known !== undefined) return Promise.resolve(known);
  return state.underWay.get(link)?.then(({ fate }) => ({ link, fate, ahead: 0 }));
}

function enqueue(state: IntakeState, named: NamedPackage): Promise<Acknowledgement> {
  const answer = new Promise<Acknowledgement>((resolve, reject) => {
    state.offers.push({ ...named, resolve, reject });
  });
  const isAnswered = (): void => void state.underWay.delete(named.link);
  state.underWay.set(named.link, answer);
  answer.then(isAnswered, isAnswered);
  start(state);
  return answer;
}

async function close(state: IntakeState): Promise<void> {
  state.isClosed = true;
  while (state.running !== undefined) await state.running;
  state.offers = [];
}

function start(state: IntakeState): void {
  state.running ??= state.lane
    .run(() => takeGroup(state))
    .finally(() => {
      state.running = undefined;
      if (state.offers.length > 0) start(state);
    });
}

/** Runs in the lane: nobody else touches the mirror until the group is stored. */
async function takeGroup(state: IntakeState): Promise<void> {
  if (state.isReady()) state.plan.settle(state.mirror(), state.clock.now());
  const fitting: Fitting[] = [];
  for (const one of state.offers.splice(0, GROUP)) fitting.push(...tryOffer(state, one, fitting));
  if (fitting.length === 0) return;
  const ahead = state.ledger.unlanded();
  let stored: Map<Hash, number>;
  try {
    stored = await state.store.add(fitting.map(({ offer: { link, signed } }) => ({ link, signed })));
  } catch (error) {
    state.plan.lay(state.mirror(), state.clock.now());
    for (const one of fitting) one.offer.reject(error);
    return;
  }
  fitting.forEach((one, index) => {
    const seq = stored.get(one.offer.link);
    if (seq !== undefined) take(state, one, seq, ahead + index);
  });
  const others = fitting.filter((one) => !stored.has(one.offer.link));
  if (others.length > 0) await answerKnown(state, others);
}

/** Lays an offer onto the mirror. @returns nothing if it was answered at once */
function tryOffer(state: IntakeState, one: Offer, before: readonly Fitting[]): Fitting[] {
  try {
    const known = knownOf(state, one.link);
    if (known === undefined) {
      requireOpen(state);
      const others = before.map(({ offer: { signed } }) => signed);
      return [{ offer: one, expected: layOn(state, one, others) }];
    }
    one.resolve(known);
  } catch (error) {
    one.reject(error);
  }
  return [];
}

/**
 * Lays a package behind what waits; blocks and other packages may have come since it was offered.
 * @param before that are being taken with it
 * @throws RelayError, Refusal; then it is not on the mirror
 */
export function layOn(
  dependencies: AdmissionDependencies & { readonly plan: Pick<BatchPlan, "push" | "requireBorne" | "isDoubtful"> },
  one: NamedPackage,
  before: readonly SignedPackage[],
): Expected {
  const { plan, mirror, clock } = dependencies;
  requireRoom(dependencies, one.signed, before);
  return sure(dependencies, one, () => {
    requireGood(dependencies, one);
    const expected = plan.push(mirror(), one, clock.now());
    if (typeof expected.outcome === "number") {
      plan.requireBorne(mirror(), expected);
      return expected;
    }
    mirror().undoFrom(expected);
    throw expected.outcome;
  });
}

function take({ ledger, metrics }: IntakeState, { offer: one, expected }: Fitting, seq: number, ahead: number): void {
  ledger.add(one, seq);
  metrics.accepted.inc();
  one.resolve(acknowledge(expected, ahead));
}

/** Packages that the database had already, and the ledger had not: another relay's, or long done. */
async function answerKnown({ plan, mirror, clock, store }: IntakeState, known: readonly Fitting[]): Promise<void> {
  plan.change(mirror(), { withdrawn: known.map(({ offer: { link } }) => link) }, clock.now());
  for (const {
    offer: { link, resolve, reject },
  } of known) {
    try {
      const found = await store.find(link);
      if (found === undefined) throw new RelayError("RELAY_STORE_UNAVAILABLE", { link });
      resolve(acknowledgeAgain(found));
    } catch (error) {
      reject(error);
    }
  }
}

/** @throws RelayError RELAY_STOPPING, RELAY_NOT_READY */
function requireOpen(state: IntakeState): void {
  if (state.isClosed) throw new RelayError("RELAY_STOPPING");
  if (!state.isReady()) throw new RelayError("RELAY_NOT_READY");
}

/** What the ledger has need not be taken. */
function knownOf({ ledger }: IntakeState, link: Hash): Acknowledgement | undefined {
  const known = ledger.find(link);
  return known === undefined ? undefined : acknowledgeAgain(known);
}

/** A package that was taken before. */
function acknowledgeAgain({ link, ...one }: Pick<Entry, "link" | "fate" | "route">): Acknowledgement {
  const route = sentThrough(one);
  return { link, fate: one.fate, ...(route && { route }), ahead: 0 };
}

/** A package that was just stored. */
export function acknowledge({ link, signed, outcome, fills, through }: Expected, ahead: number): Acknowledgement {
  const filled = fills.reduce((sum, { lots }) => sum + lots, 0n);
  const { quantityLots: quantity } = signed.package;
  const left = (quantity > 0n ? quantity - filled : quantity + filled) as Lots; // no more than the quantity, which fits
  const tradeRootId = outcome as number; // it was accepted
  return { link, fate: { status: "pending" }, expected: { tradeRootId, fills, left }, route: routeBy(through), ahead };
}
