/** Where the mirror begins: at the newest snapshot that is of the chain, and if there is none before the first block. */
import { RuleError } from "../../protocol/amounts/errors.js";
import { NodeError } from "../../node/errors.js";
import { RelayError } from "../errors.js";
import { headDifference } from "../follow/compare.js";
import type { BlockHeader } from "../../node/node.js";
import type { StoredSnapshot } from "../store/snapshots.js";
import { type Start, tell, type TrackerState } from "./state.js";

/** A node that has not come as far as a snapshot may lag behind, or be of a chain that was begun anew: so many looks. */
const BEHIND_PATIENCE = 10;

/** @throws NodeError, RelayError if node or database cannot say: nothing has begun then */
export async function begin(state: TrackerState): Promise<void> {
  const { beginnings } = state;
  const start = state.isFromLogs ? undefined : await newestStart(state);
  await state.lane.run(() => {
    if (state.beginnings !== beginnings) return; // told to begin otherwise meanwhile
    state.hasBegun = true;
    state.mirror = state.createMirror(start);
    if (beginnings > 0) state.tried.add(start?.header.number ?? FROM_LOGS);
    const ancestor = start?.header.number ?? -1;
    if (beginnings > 0) {
      state.ledger.takeOff(ancestor);
      state.cancels.takeOff(ancestor);
    }
    if (start !== undefined || beginnings > 0) tell(state, { kind: "restarted", start });
    if (start === undefined) return;
    state.clock.saw(start.header.timestamp);
    state.log.info({ block: start.header.number }, "going on from a snapshot");
  });
}

async function newestStart(state: TrackerState): Promise<Start | undefined> {
  const { snapshots, log, metrics } = state;
  for (const one of await snapshots.list()) {
    if (state.tried.has(one.block.number)) continue; // that did not help
    try {
      const start = await startFrom(state, one);
      if (start !== undefined) return start;
    } catch (error) {
      const isUnfit = error instanceof RuleError || (error instanceof RelayError && error.code === UNFIT);
      if (!isUnfit) throw error;
      metrics.faults.inc({ part: "snapshot" });
      log.error({ error, block: one.block.number }, "snapshot thrown away");
      await snapshots.drop(one.block);
    }
  }
  return undefined;
}

/** Among the blocks at which was begun: before the first one. */
export const FROM_LOGS = -1;

const UNFIT = "RELAY_SNAPSHOT_UNFIT";

/**
 * @returns undefined if it is of no use as things are, and may be later
 * @throws RuleError for one that cannot be read, RelayError RELAY_SNAPSHOT_UNFIT if it is not the chain's
 */
async function startFrom(state: TrackerState, { block, sharesMarks }: StoredSnapshot): Promise<Start | undefined> {
  const { node, snapshots } = state;
  if (!(await state.isIndexed(block))) return undefined;
  const header = await headerOf(state, block.number);
  if (header === undefined) return undefined;
  if (header.hash !== block.hash) {
    throw new RelayError(UNFIT, {
      block: block.number,
      reason: `the chain has ${header.hash} there, not ${block.hash}`,
    });
  }
  const text = await snapshots.read(block);
  const book = state.openBook(text);
  const { tokens, log } = state;
  // Most nodes keep no state of long ago. The accounts were compared before it was kept, and what comes next folds into its head.
  const reason = await headDifference({ node, book, block: block.number, tokens }).catch((error: unknown) => {
    if (error instanceof NodeError && error.code === "NODE_UNREACHABLE") throw error;
    log.debug({ error }, "the node has no state of the snapshot's block");
    return undefined;
  });
  if (reason !== undefined) throw new RelayError(UNFIT, { block: block.number, reason });
  return { header, book, sharesMarks, text };
}

/** @throws NodeError NODE_BEHIND as long as the node may only lag; undefined afterwards */
async function headerOf(state: TrackerState, number: number): Promise<BlockHeader | undefined> {
  const header = await state.node.block(number);
  if (header !== undefined) {
    state.behindLooks = 0;
    return header;
  }
  state.behindLooks += 1;
  if (state.behindLooks >= BEHIND_PATIENCE) return undefined;
  throw new NodeError("NODE_BEHIND", { reason: `it has no block ${number}` });
}
