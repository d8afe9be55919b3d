/** The relay's loops: each goes on whatever happens, and ends when the signal says so. */
import { bringsOrders } from "../../bindings/calls.js";
import { RelayError } from "../errors.js";
import { type FaultReport, publicFault } from "../reporting/faults.js";
import { holdLease, leaseFault } from "./lease.js";
import { loop } from "./loop.js";
import { type EngineDependencies, type EngineState, rightToSubmit } from "./state.js";
import { settleByOwners } from "./settlers.js";
import { keepSnapshot } from "./snapshots.js";
import { flush, learn, learnCancellations, load } from "./stored.js";

export interface Engine {
  /** Loads what waits, and runs until the signal; resolves when the last loop has ended and all is written. */
  run(signal: AbortSignal): Promise<void>;
  /** Whether this relay submits. */
  readonly isSubmitter: boolean;
}

const TICK_MS = 20;
const FLUSH_MS = 250;
const SHARED_POLL_MS = 250;
const TEND_MS = 500;
const BALANCE_MS = 1_000;
const SNAPSHOT_MS = 1_000;
const SETTLERS_MS = 1_000;
/** A switch fires so much late, at most. */
const SWITCH_MS = 250;
/** What the last writing may take when the relay stops. */
const LAST_FLUSH_TRIES = 3;

export function createEngine(dependencies: EngineDependencies): Engine {
  const state: EngineState = {
    ...dependencies,
    fence: undefined,
    leaseUntil: 0,
    knownUntil: -Infinity,
    lastSeq: 0,
    lastCancellation: 0,
  };
  return {
    get isSubmitter() {
      return rightToSubmit(state) !== undefined;
    },
    run: (signal) => run(state, signal),
  };
}

async function run(state: EngineState, signal: AbortSignal): Promise<void> {
  const { pollMs, isShared, submits, lane } = state;
  const repeat: Repeat = (part, ms, work) => loop(state, part, ms, signal, () => work(state, signal));
  await start(state, signal);
  state.faults.watch("book", () => state.tracker.fault);
  await Promise.all([
    repeat("chain", pollMs, catchUp),
    repeat("accounts", TEND_MS, ({ accountant }) => accountant.look()),
    repeat("switches", SWITCH_MS, fire),
    repeat("database", FLUSH_MS, flush),
    repeat("snapshot", SNAPSHOT_MS, keepSnapshot),
    ...(isShared ? [repeat("others", SHARED_POLL_MS, learn)] : []),
    ...(submits ? submission(state, repeat) : []),
  ]);
  await lane.idle();
  await lastFlush(state);
}

type Repeat = (
  part: string,
  ms: number,
  work: (state: EngineState, signal: AbortSignal) => Promise<void>,
) => Promise<void>;

/** What only a process does that brings packages to the chain. */
function submission(state: EngineState, repeat: Repeat): Promise<void>[] {
  const { faults, leaseMs, keepMs, settlerDesk } = state;
  faults.watch("right to submit", () => leaseFault(state));
  faults.watch("sending", () => sendFault(state));
  faults.watch("calls", () => state.dispatcher.fault());
  faults.watch("funds", () => state.treasury.fault());
  faults.watch("budget", () => state.budget.fault());
  return [
    repeat("lease", leaseMs / 4, holdLease),
    repeat("submission", TICK_MS, submit),
    repeat("transactions", TEND_MS, tend),
    repeat("balance", BALANCE_MS, count),
    repeat("keeping", keepMs, keep),
    ...(settlerDesk === undefined ? [] : [repeat("settlers", SETTLERS_MS, settleByOwners)]),
  ];
}

/** The database may come later than the relay. */
async function start(state: EngineState, signal: AbortSignal): Promise<void> {
  const { rebuild, packages, cancellations, snapshots, log, ledger } = state;
  const once = new AbortController();
  await loop(state, "start", FLUSH_MS, AbortSignal.any([signal, once.signal]), async () => {
    if (rebuild) await Promise.all([packages.forgetFates(), cancellations.forgetFates(), snapshots.clear()]);
    await load(state);
    log.info({ waiting: ledger.unlanded() }, "packages loaded");
    once.abort();
  });
}

async function catchUp({ tracker }: EngineState, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await tracker.follow()) > 0);
}

async function submit(state: EngineState): Promise<void> {
  const right = rightToSubmit(state);
  try {
    if (right !== undefined) await state.dispatcher.tick(right);
  } catch (error) {
    if (error instanceof RelayError && error.code === "RELAY_LEASE_LOST") state.fence = undefined;
    throw error;
  }
}

async function tend(state: EngineState): Promise<void> {
  const right = rightToSubmit(state);
  const { standing } = state.tracker;
  if (right === undefined || standing === undefined) return;
  for (const hopeless of await state.sender.tend(right, standing)) await state.dispatcher.remake(right, hopeless);
}

/** Only the relay that submits has to pay. */
async function count(state: EngineState): Promise<void> {
  const { standing } = state.tracker;
  if (rightToSubmit(state) === undefined) state.treasury.rest();
  else if (standing !== undefined) await state.treasury.look(standing);
}

/** What keeps the node from taking transactions. The node's own words are for the log. */
function sendFault({ sender, tracker }: EngineState): FaultReport | undefined {
  const error = tracker.standing === undefined ? undefined : sender.fault(tracker.standing);
  return error === undefined ? undefined : publicFault(error);
}

/** One relay fires switches: the one that brings what they have. All hear of it. */
async function fire(state: EngineState): Promise<void> {
  if (rightToSubmit(state) !== undefined) await state.switches.fire();
  await learnCancellations(state);
}

/** Does what the book needs, unless that is under way already. */
async function keep(state: EngineState): Promise<void> {
  const { tracker, ledger, lane, keeper, clock, dispatcher } = state;
  const right = rightToSubmit(state);
  if (right === undefined || !tracker.isReady || tracker.standing === undefined) return;
  if (ledger.openSubmissions().some(({ kind }) => !bringsOrders(kind))) return;
  const chores = await lane.run(() => keeper.chores(tracker.mirror.book, clock.now()));
  for (const { call, gas } of chores) await dispatcher.chore(right, call, gas);
}

async function lastFlush(state: EngineState): Promise<void> {
  for (let tries = 0; tries < LAST_FLUSH_TRIES; tries += 1) {
    try {
      await flush(state);
      if (state.fence !== undefined) await state.leases.release(state.fence);
      return;
    } catch (error) {
      state.log.warn({ error }, "last changes not written, the chain tells them again");
    }
  }
}
