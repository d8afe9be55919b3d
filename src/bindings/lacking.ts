/** What every node must have, and some lack: a newest block, and the blocks and transactions of their own logs. */
import type { Provider } from "ethers";

import { NodeError } from "../node/errors.js";
import { ClientError } from "./errors.js";
import { read } from "./transact.js";

/**
 * When the newest block was made, unix seconds.
 * @throws ClientError Client_NoProvider; NodeError what the node says, NODE_MALFORMED if it says that there is no block: that is no time
 */
export async function newestTime(provider: Pick<Provider, "getBlock"> | null): Promise<number> {
  if (provider === null) throw new ClientError("Client_NoProvider");
  const newest = await read(provider.getBlock("latest"));
  if (newest === null) throw withoutBlock("it has no newest block");
  return newest.timestamp;
}

/** Of a node that does not know a block of which it gave logs. */
export const withoutBlockOfLogs = (blockNumber: number): NodeError =>
  withoutBlock(`it has no block ${blockNumber}, of which it gave logs`);

/** Of a node that does not know a transaction of which it gave logs. */
export const withoutTransactionOfLogs = (hash: string): NodeError =>
  new NodeError("NODE_MALFORMED", {
    method: "eth_getTransactionByHash",
    reason: `it has no transaction ${hash}, of which it gave logs`,
  });

const withoutBlock = (reason: string): NodeError =>
  new NodeError("NODE_MALFORMED", { method: "eth_getBlockByNumber", reason });
