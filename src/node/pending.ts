/** The block in the making, asked for as it is: some nodes give it no number, and ethers reads no block without one. */
import { isHexString } from "ethers";

import { NodeError } from "./errors.js";

/** What asks a node as it is: the door, or a provider's own way. */
export type RawAsk = (method: string, params: unknown[]) => Promise<unknown>;

/**
 * The time that the node would give a block made now, unix seconds. A node without pending state is asked for its newest block.
 * @returns undefined if it has neither
 */
export async function pendingTime(ask: RawAsk): Promise<bigint | undefined> {
  const method = "eth_getBlockByNumber";
  const block = await ask(method, ["pending", false]);
  if (block === null) return undefined;
  const timestamp = typeof block === "object" && "timestamp" in block ? block.timestamp : undefined;
  if (isHexString(timestamp)) return BigInt(timestamp);
  throw new NodeError("NODE_MALFORMED", { method, reason: `timestamp ${String(timestamp)}` });
}
