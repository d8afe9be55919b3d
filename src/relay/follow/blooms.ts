/**
 * Whether the logs that a node gave of a block can be all that there are, by the bloom in the block's header. A log that is not in the
 * bloom is a lie of one of the two; a bloom that has the book and one of its events, without a log, is chance or a log left out: the
 * block's receipts tell, and where there are none it is the bloom's own fullness that says how much chance there is.
 */
import { getBytes } from "ethers";

import { chanceOf, mayHold } from "../../node/bloom.js";
import { NodeError } from "../../node/errors.js";
import type { BlockHeader, ChainLog, ChainNode } from "../../node/node.js";

/** What this chain's headers are good for: nobody knows yet, the logs are in them, or there is nothing in them. */
export type BloomUse = "unknown" | "kept" | "none";

export interface Blooms {
  readonly use: BloomUse;
  /**
   * @returns the logs, or those of the block's receipts if the node had left them out
   * @throws NodeError NODE_LOGS_MISSING, NODE_MALFORMED if they cannot be believed: they have to be asked for again
   */
  believed(header: BlockHeader, logs: readonly ChainLog[]): Promise<readonly ChainLog[]>;
}

export interface BloomOptions {
  readonly node: Pick<ChainNode, "receiptLogs">;
  readonly address: string;
  /** First topics of the book's events. */
  readonly topics: readonly string[];
  /** Logs were left out, and found all the same. */
  readonly onMissing?: ((error: NodeError) => void) | undefined;
}

/** An answer that may well be right is believed when it has come so often. */
const PATIENCE = 10;
/** Below this likelihood it is not chance. */
const NO_CHANCE = 1e-6;

interface BloomState extends BloomOptions {
  use: BloomUse;
  /** The block in doubt, and how often its logs were asked for. */
  doubt: { readonly hash: string; readonly looks: number };
}

export function createBlooms(options: BloomOptions): Blooms {
  const state: BloomState = { ...options, use: "unknown", doubt: { hash: "", looks: 0 } };
  return {
    get use() {
      return state.use;
    },
    believed: (header, logs) => believed(state, header, logs),
  };
}

async function believed(
  state: BloomState,
  header: BlockHeader,
  logs: readonly ChainLog[],
): Promise<readonly ChainLog[]> {
  const bloom = header.logsBloom === undefined ? undefined : getBytes(header.logsBloom);
  if (bloom === undefined || bloom.every((byte) => byte === 0)) {
    if (logs.length > 0) state.use = "none"; // some chains leave it empty
    return logs;
  }
  const missing = logs.find(({ address, topics }) => ![address, ...topics].every((item) => mayHold(bloom, item)));
  if (missing !== undefined) {
    const reason = `log ${missing.index} of block ${header.number} is not in the block's bloom`;
    throw new NodeError("NODE_MALFORMED", { method: "eth_getLogs", reason });
  }
  if (logs.length > 0) {
    state.use = "kept";
    return logs;
  }
  const { address, topics } = state;
  if (!mayHold(bloom, address) || !topics.some((topic) => mayHold(bloom, topic))) return logs;
  return doubted(state, header, chanceOf(bloom));
}

/** @returns what the receipts say; none if that may be so */
async function doubted(state: BloomState, header: BlockHeader, ofItem: number): Promise<readonly ChainLog[]> {
  const { node, address, topics, doubt, onMissing } = state;
  const reason = `block ${header.number} has logs of the book by its bloom, and none were given`;
  const error = new NodeError("NODE_LOGS_MISSING", { method: "eth_getLogs", reason });
  const found = await node.receiptLogs(address, header);
  if (found !== undefined) {
    if (found.length > 0) onMissing?.(error);
    return found;
  }
  state.doubt = { hash: header.hash, looks: doubt.hash === header.hash ? doubt.looks + 1 : 1 };
  const chance = ofItem * Math.min(1, ofItem * topics.length);
  if (chance < NO_CHANCE || state.doubt.looks < PATIENCE) throw error;
  return [];
}
