import { openRoots } from "../submit/settler-desk.js";
import { type EngineState, rightToSubmit } from "./state.js";

/** Has settlers settle their roots, one at a time; never while a package or a cancellation waits to be sent. */
export async function settleByOwners(state: EngineState): Promise<void> {
  const { tracker, ledger, cancels, lane, settlerDesk, clock, dispatcher } = state;
  const right = rightToSubmit(state);
  if (right === undefined || !tracker.isReady || tracker.standing === undefined) return;
  if (ledger.waiting().length + cancels.waiting().length > 0) return;
  if (ledger.openSubmissions().some(({ kind }) => kind === "record")) return;
  const roots = await lane.run(() => openRoots(tracker.mirror.book, clock.now()));
  const chore = await settlerDesk?.next(roots);
  if (chore !== undefined) await dispatcher.chore(right, chore.call, chore.gas);
}
