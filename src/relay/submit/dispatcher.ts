/** Brings batches to the book while this relay has the lease: closes them, simulates, prices, hands them to the sender. */
import { type BookCall, decodeBatchResult, houseOf } from "../../bindings/calls.js";
import type { OrderLimits } from "../../protocol/book/orders.js";
import type { ChainClock } from "../follow/clock.js";
import { type Batch, throughOf } from "../follow/batch.js";
import { adviceOf, asText } from "../errors.js";
import type { FaultReport } from "../reporting/faults.js";
import { Reverted } from "../../node/errors.js";
import type { ChainNode, NodeCall } from "../../node/node.js";
import type { Standing } from "../follow/standing.js";
import type { Log } from "../reporting/log.js";
import type { Metrics } from "../reporting/metrics.js";
import { isRefusal } from "../../protocol/market/refusal.js";
import type { BatchPlan } from "../queue/batch-plan.js";
import type { CancelEntry, CancelLedger } from "../queue/cancel-ledger.js";
import type { GasEstimate } from "../queue/gas.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { Lane } from "../queue/lane.js";
import type { Ledger } from "../queue/ledger.js";
import type { LiveSubmission } from "../queue/ledger-state.js";
import type { Signers } from "../queue/signers.js";
import { CALL_FAILS, isSubmittersFault, MAX_ATTEMPTS, pauseAfter } from "../queue/tries.js";
import { type Fence, PackagesWithdrawn, type RemadeCall } from "../store/submissions.js";
import type { Tracker } from "../tracker/tracker.js";
import { callOf } from "./batch-call.js";
import type { Budget } from "./budget.js";
import { feesAt, isLegacy, least } from "./fees.js";
import type { GasRoom } from "./room.js";
import type { PricedCall, Sender } from "./sender.js";

export interface Dispatcher {
  /** Sends what is due. @throws RelayError of the database or the lease; NodeError */
  tick(fence: Fence): Promise<void>;
  /** Makes a transaction anew that no node takes as it is: with less gas, fewer packages, at today's price. */
  remake(fence: Fence, submission: LiveSubmission): Promise<void>;
  /** That calls fail, in simulation or on the chain, for as long as what was in them is tried again. */
  fault(): FaultReport | undefined;
  /** Sends a call that is no batch, if it would do something. */
  chore(fence: Fence, call: BookCall, gas: bigint): Promise<void>;
}

export interface DispatcherDependencies {
  readonly tracker: Pick<Tracker, "mirror" | "isReady" | "standing">;
  readonly ledger: Ledger;
  readonly cancels: CancelLedger;
  readonly signers: Signers;
  readonly plan: BatchPlan;
  readonly sender: Pick<Sender, "account" | "hasRoom" | "maxFee" | "priorityFee" | "submit" | "remake">;
  readonly node: Pick<ChainNode, "call" | "estimateGas">;
  readonly budget: Pick<Budget, "fault">;
  readonly room: GasRoom;
  readonly lane: Lane;
  readonly clock: Pick<ChainClock, "now">;
  readonly log: Log;
  readonly metrics: Pick<Metrics, "inFlight" | "batchPackages" | "routed" | "settled">;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
  readonly book: string;
  readonly limits: OrderLimits;
  readonly gas: GasEstimate;
  readonly batchMs: number;
  readonly batchSize: number;
  readonly maxInFlight: number;
}

interface DispatcherState extends DispatcherDependencies {
  /** When the oldest package of the open batch came, as far as ticks have seen. */
  openSince: number | undefined;
  /** Most gas of a transaction when it was last looked at: what was laid for more is laid anew. */
  laidFor: bigint;
  /** What the book would refuse, as it was looked at at a block. */
  considered: { readonly block: Hash; readonly links: ReadonlySet<Hash> };
}

/** A batch that is good to go. */
interface Dispatch {
  readonly batch: Batch;
  readonly call: PricedCall;
  readonly standing: Standing;
}

export function createDispatcher(dependencies: DispatcherDependencies): Dispatcher {
  const state: DispatcherState = {
    ...dependencies,
    openSince: undefined,
    laidFor: dependencies.room.most(),
    considered: { block: "", links: new Set() },
  };
  return {
    tick: (fence) => tick(state, fence),
    remake: (fence, submission) => remake(state, fence, submission),
    chore: (fence, call, gas) => sendChore(state, fence, call, gas),
    fault: () => fault(state),
  };
}

async function tick(state: DispatcherState, fence: Fence): Promise<void> {
  const { tracker, ledger, metrics, maxInFlight, sender, budget, room } = state;
  await room.refresh().catch((error: unknown) => {
    state.log.debug({ error }, "the room of a block is not known");
  });
  await state.lane.run(() => {
    if (!tracker.isReady || tracker.mirror.tip === undefined) return;
    dropVoid(state);
    refuseLeftOut(state);
    layDue(state);
  });
  while (tracker.isReady && tracker.standing !== undefined) {
    const inFlight = ledger.openSubmissions().length;
    metrics.inFlight.set(inFlight);
    if ((tracker.standing.header.baseFee ?? 0n) > sender.maxFee) break; // nobody would take it
    if (inFlight >= maxInFlight || !sender.hasRoom || budget.fault() !== undefined || !(await sendNext(state, fence)))
      break;
  }
}

/** @returns false if there is nothing more to send for now */
async function sendNext(state: DispatcherState, fence: Fence): Promise<boolean> {
  const { lane, sender, tracker } = state;
  const batch = await lane.run(() => takeNext(state));
  const { standing: before } = tracker;
  if (batch === undefined || before === undefined) return false;
  const call = callOf(batch, { ...state, newest: Number(tracker.mirror.confirmed.checkpoints) });
  const priorityFee = await sender.priorityFee(before.header);
  const fees = feesAt(before.header, priorityFee, sender.maxFee);
  const price = isLegacy(before.header) ? { gasPrice: fees.maxFee } : fees;
  const { gasLimit, verdict } = await tryOut(state, batch, { ...call, price });
  const priced = {
    ...{ ...call, gasLimit, priorityFee },
    links: batch.expected.map(({ link }) => link),
    cancellations: batch.cancellations.map(({ hash }) => hash),
  };
  await lane.run(async () => {
    const { standing, mirror } = tracker;
    // Blocks may have come meanwhile, and with them other batches.
    if (standing === undefined || !mirror.batches.includes(batch) || hasTakenBack(state, batch)) return;
    if (verdict === "fails") splitUp(state, batch);
    else if (verdict.length > 0) leaveOut(state, batch, verdict);
    else await send(state, fence, { batch, call: priced, standing });
  });
  return true;
}

/** A batch is taken only from a plan that is as it will be sent. */
function takeNext(state: DispatcherState): Batch | undefined {
  const { tracker, plan, cancels, clock } = state;
  const { mirror } = tracker;
  let isDue = isOpenDue(state);
  if (plan.isStale()) {
    if (!isDue && cancels.waiting().length === 0 && plan.next(mirror, false) === undefined) return undefined;
    plan.lay(mirror, clock.now());
    isDue = isOpenDue(state);
  }
  const batch = plan.next(mirror, isDue);
  if (isDue) state.openSince = undefined;
  return batch;
}

function isOpenDue(state: DispatcherState): boolean {
  const { tracker, now, batchSize, batchMs } = state;
  const { open, openCancellations } = tracker.mirror;
  if (open.length === 0) state.openSince = undefined;
  else state.openSince ??= now();
  const isOld = state.openSince !== undefined && now() - state.openSince >= batchMs;
  // A cancellation waits for nobody, and nothing comes to what goes through a house.
  return (
    openCancellations.length > 0 || throughOf({ expected: open }) !== undefined || open.length >= batchSize || isOld
  );
}

/** Whether its trader has taken a package of it back since it was looked at. */
function hasTakenBack({ ledger }: DispatcherState, { expected }: Batch): boolean {
  return expected.some(({ link }) => ledger.find(link)?.fate.status !== "pending");
}

/** Cancellations of which nothing would come are decided once nothing is on its way that could change that. */
function dropVoid({ tracker, ledger, cancels, plan, clock }: DispatcherState): void {
  const { mirror } = tracker;
  if (mirror.tip === undefined || ledger.openSubmissions().length > 0) return;
  const isVoid = ({ hash }: CancelEntry): boolean => isRefusal(plan.laidAs(hash));
  if (!cancels.waiting().some(isVoid)) return;
  plan.lay(mirror, clock.now()); // what had been on its way when it was laid has landed, or has not
  const block = { number: mirror.tip.number, hash: mirror.tip.hash };
  for (const { hash } of cancels.waiting()) {
    const laid = plan.laidAs(hash);
    if (isRefusal(laid)) cancels.settle(hash, { status: "refused", refusal: asText(laid), block });
  }
}

/**
 * Packages that the book would refuse are not sent: they are refused here, if the book would refuse them at the newest block as well
 * as behind all that is on its way. What only the latter would is left to wait for.
 */
function refuseLeftOut(state: DispatcherState): void {
  const { tracker, plan, ledger, clock, metrics } = state;
  const { mirror } = tracker;
  const { tip } = mirror;
  const links = [...plan.leftOut().keys()];
  if (tip === undefined || links.length === 0 || !isNews(state, tip.hash, links)) return;
  mirror.clear();
  for (const link of links) {
    const entry = ledger.find(link);
    if (entry?.fate.status !== "pending") continue;
    const refusal = plan.refusalOf(mirror, entry, clock.now());
    if (refusal === undefined || isSubmittersFault(refusal.code)) continue;
    ledger.settle(link, { kind: "refused", refusal: asText(refusal) }, { number: tip.number, hash: tip.hash });
    metrics.settled.inc({ outcome: "refused" });
  }
  plan.lay(mirror, clock.now());
}

/** Once a block is enough, or as soon as nothing but the newest block is what it depends on. */
function isNews(state: DispatcherState, block: Hash, links: readonly Hash[]): boolean {
  const { considered, tracker } = state;
  const { batches, open, openCancellations } = tracker.mirror;
  if (batches.length + open.length + openCancellations.length === 0) return true;
  if (considered.block === block && links.every((link) => considered.links.has(link))) return false;
  state.considered = { block, links: new Set(links) };
  return true;
}

/** What was held back may go again; and batches that have become too large for a transaction are made smaller. */
function layDue(state: DispatcherState): void {
  const { tracker, plan, clock, room } = state;
  const most = room.most();
  if (most >= state.laidFor && !plan.hasDue(tracker.mirror)) {
    state.laidFor = most;
    return;
  }
  state.laidFor = most;
  plan.lay(tracker.mirror, clock.now());
}

/** A call at the price at which it will be sent. */
interface Offered extends BookCall {
  readonly price: Pick<NodeCall, "maxFee" | "priorityFee" | "gasPrice">;
}

/** What came of trying a call: the links that the book would skip though that was not expected, or that it fails as a whole. */
type Verdict = readonly Hash[] | "fails";

/** As it will be sent: from the account that pays, at the price that it pays, on all that the node knows to be on its way. */
async function tryOut(
  state: DispatcherState,
  batch: Batch,
  { kind, to = state.book, data, price }: Offered,
): Promise<{ readonly gasLimit: bigint; readonly verdict: Verdict }> {
  const { node, sender, gas, room, log } = state;
  const least = gas.limitOf(batch, room.most());
  const call = { from: sender.account, to, data, ...price };
  const estimated = node.estimateGas({ ...call, gas: room.most() }).catch(() => undefined); // the simulation says why
  try {
    const result = await node.call({ ...call, gas: least }, "pending");
    const verdict = kind === "batch" ? skippedIn(batch, result) : [];
    if (verdict.length > 0) log.debug({ packages: verdict.length }, "left out what the book would skip");
    return { gasLimit: gas.withEstimate(batch, await estimated, room.most()), verdict };
  } catch (error) {
    if (!(error instanceof Reverted)) throw error; // no money, no node: later, then
    const counts = { packages: batch.expected.length, cancellations: batch.cancellations.length };
    log.warn({ error, ...counts }, "batch failed as a whole in simulation");
    return { gasLimit: least, verdict: "fails" };
  }
}

/** Those that got no number though they were expected to. */
function skippedIn({ expected }: Batch, result: string): Hash[] {
  const numbers = decodeBatchResult(result);
  return expected.flatMap(({ link, outcome }, index) => {
    return typeof outcome === "number" && numbers[index]?.tradeRootId === 0 ? [link] : [];
  });
}

/**
 * They wait, longer each time. A node that does not know what is on its way may be wrong about what comes behind it: only what it
 * says when nothing is, counts.
 */
function leaveOut(state: DispatcherState, batch: Batch, links: readonly Hash[]): void {
  const { tracker, plan, ledger } = state;
  const isSure = ledger.openSubmissions().length === 0;
  for (const link of links) {
    if (isSure) tryAgain(state, link);
    else plan.hold(link, pauseAfter(1));
  }
  plan.lay(tracker.mirror, batch.time);
}

/** A package has come to nothing once more: it waits, or has done so too often. */
function tryAgain({ tracker, plan, ledger, metrics }: DispatcherState, link: Hash): void {
  ledger.retry(link);
  const attempts = ledger.find(link)?.attempts ?? 0;
  const { tip } = tracker.mirror;
  if (attempts < MAX_ATTEMPTS || tip === undefined) {
    plan.hold(link, pauseAfter(attempts));
    return;
  }
  ledger.settle(link, { kind: "refused", refusal: CALL_FAILS }, { number: tip.number, hash: tip.hash });
  metrics.settled.inc({ outcome: "refused" });
}

/** What fails as a whole goes in smaller batches; what fails alone, or at the head of one package, again and again, is refused. */
function splitUp(state: DispatcherState, batch: Batch): void {
  const { tracker, plan, cancels } = state;
  const { cancellations, expected, time } = batch;
  const { mirror } = tracker;
  if (throughOf(batch) !== undefined) {
    // What was foreseen is not so: it goes to the book, now.
    for (const { link } of expected) state.ledger.retry(link);
    plan.lay(mirror, time);
    return;
  }
  plan.shrink();
  if (expected.length <= 1 && mirror.tip !== undefined) {
    const { number, hash } = mirror.tip;
    for (const { link } of expected) tryAgain(state, link);
    cancels.missed(cancellations.map((one) => one.hash));
    for (const one of cancellations) {
      if ((cancels.find(one.hash)?.attempts ?? 0) < MAX_ATTEMPTS) continue;
      cancels.settle(one.hash, { status: "refused", refusal: CALL_FAILS, block: { number, hash } });
    }
  }
  plan.lay(mirror, time);
}

/** Runs whatever is on its way: with one nonce only one of its calls lands, and a package that comes twice is refused once. */
async function remake(state: DispatcherState, fence: Fence, submission: LiveSubmission): Promise<void> {
  const { lane, tracker, plan, gas, room, sender, clock } = state;
  await lane.run(async () => {
    const { mirror, standing, isReady } = tracker;
    if (!isReady || standing === undefined || submission.settledAt !== undefined) return;
    const { kind, to, data, links } = submission;
    let remade: RemadeCall = { kind, to, data, links, gasLimit: least(submission.gasLimit, room.most()) };
    plan.lay(mirror, clock.now());
    const batch = plan.sentAs(submission.id);
    if (batch !== undefined) {
      const fitting = gas.fittingIn(batch, room.most());
      const call = callOf(fitting, { ...state, newest: Number(mirror.confirmed.checkpoints) });
      const gasLimit = gas.limitOf(fitting, room.most());
      remade = { ...call, links: fitting.expected.map(({ link }) => link), gasLimit };
    }
    await sender.remake(fence, submission, remade, standing);
    plan.lay(mirror, clock.now());
  });
}

function fault({ ledger, tracker }: DispatcherState): FaultReport | undefined {
  if (!tracker.isReady) return undefined;
  const isFailing = ledger.waiting().some(({ attempts }) => attempts > 1);
  return isFailing ? { code: "RELAY_CALLS_FAIL", detail: adviceOf("RELAY_CALLS_FAIL") } : undefined;
}

async function send(state: DispatcherState, fence: Fence, { batch, call, standing }: Dispatch): Promise<void> {
  const { tracker, plan, sender, metrics } = state;
  plan.markSent(batch);
  try {
    await sender.submit(fence, call, standing);
  } catch (error) {
    const isShorter = error instanceof PackagesWithdrawn;
    if (isShorter) for (const link of error.links) state.ledger.withdraw(link);
    plan.lay(tracker.mirror, batch.time);
    if (isShorter) return;
    throw error;
  }
  plan.grow();
  if (call.links.length === 0) return;
  metrics.batchPackages.observe(call.links.length);
  metrics.routed.inc({ route: houseOf(call.kind) ?? "book" }, call.links.length);
}

async function sendChore(
  state: DispatcherState,
  fence: Fence,
  { kind, to, data }: BookCall,
  gas: bigint,
): Promise<void> {
  const { node, sender, lane, tracker, log, book, room } = state;
  const gasLimit = least(gas, room.most());
  const { standing } = tracker;
  if (standing === undefined) return;
  try {
    await node.call({ from: sender.account, to: to ?? book, data, gas: gasLimit }, "pending");
  } catch (error) {
    log.debug({ error, call: kind }, "chore left undone"); // somebody else has done it, or the node is away
    return;
  }
  const priorityFee = await sender.priorityFee(standing.header);
  await lane.run(async () => {
    if (tracker.standing === undefined) return;
    const call = { kind, to, data, gasLimit, priorityFee, links: [], cancellations: [] };
    await sender.submit(fence, call, tracker.standing);
    log.info({ call: kind }, "chore sent");
  });
}
