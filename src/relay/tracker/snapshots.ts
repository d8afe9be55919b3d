/**
 * Snapshots of the book on their way: taken at the newest block while that lies on top, and ready to be kept once the block is
 * final. What was reorganised away by then is forgotten.
 */
import type { BlockRef } from "../store/packages.js";
import type { SnapshotPlan, TakenSnapshot, TrackerState } from "./state.js";

export const SNAPSHOT_PLAN: SnapshotPlan = { everyLogs: 10_000, everyBlocks: 1_000 };

/** While the chain is read, what is kept is overtaken at once: so much more seldom then. */
const READING_FACTOR = 10;

/** Counts a block's logs. */
export function countLogs(state: TrackerState, logs: number): void {
  state.logsSince += logs;
}

/** Takes a snapshot at the newest block if one is due; the expected layers come off for it. @returns whether it did */
export function takeIfDue(state: TrackerState, isFirst = false): boolean {
  const { mirror, logsSince, snapshotPlan, isReady } = state;
  const { tip } = mirror;
  if (tip === undefined || logsSince === 0) return false;
  const factor = isReady ? 1 : READING_FACTOR;
  const blocks = tip.number - (state.takenAt ?? -Infinity);
  const isDue = logsSince >= snapshotPlan.everyLogs * factor || (isReady && blocks >= snapshotPlan.everyBlocks);
  if (!isDue && !isFirst) return false;
  const block: BlockRef = { number: tip.number, hash: tip.hash };
  state.taken.push({ block, ...mirror.snapshot() });
  [state.logsSince, state.takenAt] = [0, tip.number];
  return true;
}

/** Of those whose block is final the newest; older ones are forgotten. */
export function finalSnapshot(state: TrackerState): TakenSnapshot | undefined {
  const final = state.taken.filter(({ block }) => block.number <= state.finalBlock);
  const newest = final.at(-1);
  if (newest !== undefined) state.taken = state.taken.filter(({ block }) => block.number >= newest.block.number);
  return newest;
}

/** It is kept, or of no use. */
export function forgetSnapshot(state: TrackerState, { block }: TakenSnapshot): void {
  state.taken = state.taken.filter((one) => one.block.hash !== block.hash);
}

/** Blocks above `ancestor` are gone. */
export function forgetTaken(state: TrackerState, ancestor: number): void {
  state.taken = state.taken.filter(({ block }) => block.number <= ancestor);
}
