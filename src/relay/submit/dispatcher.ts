/** Brings batches to the book while this relay has the lease: closes them, simulates, prices, hands them to the sender. */
import { type BookCall, decodeBatchResult } from "../../bindings/calls.js";
import type { OrderLimits } from "../../protocol/book/orders.js";
import type { ChainClock } from "../follow/clock.js";
import type { Batch } from "../follow/batch.js";
import { asText } from "../errors.js";
import { Reverted } from "../../node/errors.js";
import type { ChainNode } from "../../node/node.js";
import type { Standing } from "../follow/standing.js";
import type { Log } from "../log.js";
import type { Metrics } from "../metrics.js";
import { isRefusal } from "../../protocol/market/refusal.js";
import type { BatchPlan } from "../queue/batch-plan.js";
import type { CancelEntry, CancelLedger } from "../queue/cancel-ledger.js";
import type { GasEstimate } from "../queue/gas.js";
import type { Lane } from "../queue/lane.js";
import type { Ledger } from "../queue/ledger.js";
import type { Signers } from "../queue/signers.js";
import { type Fence, PackagesWithdrawn } from "../store/submissions.js";
import type { Tracker } from "../tracker/tracker.js";
import { callOf } from "./batch-call.js";
import type { PricedCall, Sender } from "./sender.js";

export interface Dispatcher {
  /** Sends what is due. @throws RelayError of the database or the lease */
  tick(fence: Fence): Promise<void>;
  /** Sends a call that is no batch, if it would do something. */
  chore(fence: Fence, call: BookCall, gas: bigint): Promise<void>;
}

export interface DispatcherDependencies {
  readonly tracker: Pick<Tracker, "mirror" | "isReady" | "standing">;
  readonly ledger: Ledger;
  readonly cancels: CancelLedger;
  readonly signers: Signers;
  readonly plan: BatchPlan;
  readonly sender: Pick<Sender, "account" | "priorityFee" | "submit">;
  readonly node: Pick<ChainNode, "call">;
  readonly lane: Lane;
  readonly clock: Pick<ChainClock, "now">;
  readonly log: Log;
  readonly metrics: Pick<Metrics, "inFlight" | "batchPackages">;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
  readonly book: string;
  readonly limits: OrderLimits;
  readonly gasCap: bigint;
  readonly gas: GasEstimate;
  readonly batchMs: number;
  readonly batchSize: number;
  readonly maxInFlight: number;
}

interface DispatcherState extends DispatcherDependencies {
  /** When the oldest package of the open batch came, as far as ticks have seen. */
  openSince: number | undefined;
}

/** A batch that is good to go. */
interface Dispatch {
  readonly batch: Batch;
  readonly call: PricedCall;
  readonly standing: Standing;
}

/** Times that a package alone may fail in simulation. */
const MAX_ATTEMPTS = 8;
const CALL_FAILS = { code: "RELAY_CALL_FAILS", values: { attempts: String(MAX_ATTEMPTS) } };

export function createDispatcher(dependencies: DispatcherDependencies): Dispatcher {
  const state: DispatcherState = { ...dependencies, openSince: undefined };
  return { tick: (fence) => tick(state, fence), chore: (fence, call, gas) => sendChore(state, fence, call, gas) };
}

async function tick(state: DispatcherState, fence: Fence): Promise<void> {
  const { tracker, ledger, metrics, maxInFlight } = state;
  await state.lane.run(() => {
    dropVoid(state);
  });
  while (tracker.isReady && tracker.standing !== undefined) {
    const inFlight = ledger.openSubmissions().length;
    metrics.inFlight.set(inFlight);
    if (inFlight >= maxInFlight || !(await sendNext(state, fence))) break;
  }
}

/** @returns false if there is nothing more to send for now */
async function sendNext(state: DispatcherState, fence: Fence): Promise<boolean> {
  const { lane, sender, gas, gasCap } = state;
  const batch = await lane.run(() => takeNext(state));
  if (batch === undefined) return false;
  const limited = {
    ...callOf(batch, { ...state, newest: Number(state.tracker.mirror.confirmed.checkpoints) }),
    gasLimit: gas.limitOf(batch, gasCap),
    links: batch.expected.map(({ link }) => link),
    cancellations: batch.cancellations.map(({ hash }) => hash),
  };
  const [isGood, priorityFee] = await Promise.all([simulate(state, batch, limited), sender.priorityFee()]);
  await lane.run(async () => {
    const { standing, mirror } = state.tracker;
    // Blocks may have come meanwhile, and with them other batches.
    if (standing === undefined || !mirror.batches.includes(batch)) return;
    if (isGood) await send(state, fence, { batch, call: { ...limited, priorityFee }, standing });
    else splitUp(state, batch);
  });
  return true;
}

function takeNext(state: DispatcherState): Batch | undefined {
  const { tracker, plan, now, batchSize, batchMs } = state;
  const { open, openCancellations } = tracker.mirror;
  if (open.length === 0) state.openSince = undefined;
  else state.openSince ??= now();
  const isOld = state.openSince !== undefined && now() - state.openSince >= batchMs;
  const isDue = openCancellations.length > 0 || open.length >= batchSize || isOld; // a cancellation waits for nobody
  const batch = plan.next(tracker.mirror, isDue);
  if (isDue) state.openSince = undefined;
  return batch;
}

/** Cancellations of which nothing would come are decided once nothing is on its way that could change that. */
function dropVoid({ tracker, ledger, cancels, plan, clock }: DispatcherState): void {
  const { mirror, isReady } = tracker;
  if (!isReady || mirror.tip === undefined || ledger.openSubmissions().length > 0) return;
  const isVoid = ({ hash }: CancelEntry): boolean => isRefusal(plan.laidAs(hash));
  if (!cancels.waiting().some(isVoid)) return;
  plan.lay(mirror, clock.now()); // what had been on its way when it was laid has landed, or has not
  const block = { number: mirror.tip.number, hash: mirror.tip.hash };
  for (const { hash } of cancels.waiting()) {
    const laid = plan.laidAs(hash);
    if (isRefusal(laid)) cancels.settle(hash, { status: "refused", refusal: asText(laid), block });
  }
}

/** Whether the call as a whole would succeed; that packages in it are skipped does not matter. */
async function simulate(
  { node, sender, book, log }: DispatcherState,
  batch: Batch,
  { kind, data, gasLimit }: Pick<PricedCall, "kind" | "data" | "gasLimit">,
): Promise<boolean> {
  try {
    const result = await node.call({ from: sender.account, to: book, data, gas: gasLimit }, "pending");
    if (kind !== "batch") return true;
    const others = decodeBatchResult(result).filter(({ tradeRootId }, index) => tradeRootId !== numberOf(batch, index));
    if (others.length > 0) log.debug({ packages: others.length }, "simulation came out otherwise than expected");
    return true;
  } catch (error) {
    if (!(error instanceof Reverted)) throw error; // no money, no node: later, then
    const counts = { packages: batch.expected.length, cancellations: batch.cancellations.length };
    log.warn({ error, ...counts }, "batch failed as a whole in simulation");
    return false;
  }
}

/** What fails as a whole goes in smaller batches; what fails alone, or at the head of one package, again and again, is refused. */
function splitUp({ tracker, plan, ledger, cancels }: DispatcherState, batch: Batch): void {
  const { cancellations, expected, time } = batch;
  const { mirror } = tracker;
  plan.shrink();
  if (expected.length <= 1 && mirror.tip !== undefined) {
    const { number, hash } = mirror.tip;
    const block = { number, hash };
    for (const { link } of expected) {
      ledger.retry(link);
      if ((ledger.find(link)?.attempts ?? 0) >= MAX_ATTEMPTS) {
        ledger.settle(link, { kind: "refused", refusal: CALL_FAILS }, block);
      }
    }
    cancels.missed(cancellations.map((one) => one.hash));
    for (const one of cancellations) {
      if ((cancels.find(one.hash)?.attempts ?? 0) < MAX_ATTEMPTS) continue;
      cancels.settle(one.hash, { status: "refused", refusal: CALL_FAILS, block });
    }
  }
  plan.lay(mirror, time);
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
  if (call.links.length > 0) metrics.batchPackages.observe(call.links.length);
}

async function sendChore(state: DispatcherState, fence: Fence, { kind, data }: BookCall, gas: bigint): Promise<void> {
  const { node, sender, lane, tracker, log, book, gasCap } = state;
  const gasLimit = gas < gasCap ? gas : gasCap;
  try {
    await node.call({ from: sender.account, to: book, data, gas: gasLimit }, "pending");
  } catch (error) {
    log.debug({ error, call: kind }, "chore left undone"); // somebody else has done it, or the node is away
    return;
  }
  const priorityFee = await sender.priorityFee();
  await lane.run(async () => {
    if (tracker.standing === undefined) return;
    await sender.submit(fence, { kind, data, gasLimit, priorityFee, links: [], cancellations: [] }, tracker.standing);
    log.info({ call: kind }, "chore sent");
  });
}

/** The number that a package of a batch is expected to get; 0 for one that is skipped. */
function numberOf({ expected }: Batch, index: number): number {
  const outcome = expected[index]?.outcome;
  return typeof outcome === "number" ? outcome : 0;
}
