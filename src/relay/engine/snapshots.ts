/** Keeps snapshots of the book, each after it was compared with what the chain itself says at its block. */
import { accountDifference, type Comparison, headDifference } from "../follow/compare.js";
import { NodeError } from "../../node/errors.js";
import { type EngineState, rightToSubmit } from "./state.js";
import { flush } from "./stored.js";

/**
 * Compares the snapshot that waits, and keeps it. What packages have become of by its block must be written before: whoever starts
 * from it is not told again.
 * @throws NodeError, RelayError if node or database are away: it is tried again
 */
export async function keepSnapshot(state: EngineState): Promise<void> {
  const { tracker, node, tokens, isIndexed, isShared, openBook, snapshots, log } = state;
  const snapshot = tracker.finalSnapshot;
  if (snapshot === undefined || !(await isIndexed(snapshot.block))) return;
  const { block, text, sharesMarks } = snapshot;
  const book = openBook(text);
  const difference = await differenceFrom(state, { node, book, block: block.number, tokens });
  await tracker.judged(snapshot, difference);
  if (difference !== undefined) return;
  if (isShared && rightToSubmit(state) === undefined) return; // what packages have become of is the submitter's to write
  await flush(state);
  await snapshots.put({ block, sharesMarks }, text);
  log.info({ block: block.number, bytes: text.length }, "snapshot of the book kept");
}

/** @returns undefined too if the node keeps no state of the block: what follows folds into the same head */
async function differenceFrom({ log }: EngineState, comparison: Comparison): Promise<string | undefined> {
  try {
    return (await headDifference(comparison)) ?? (await accountDifference(comparison));
  } catch (error) {
    if (!(error instanceof NodeError) || error.code !== "NODE_REFUSED") throw error;
    log.warn({ error, block: comparison.block }, "the node does not say what the book was at a snapshot's block");
    return undefined;
  }
}
