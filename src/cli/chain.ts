/** The chain that a command works on. */
import type { Provider } from "ethers";

import { newestTime } from "../bindings/lacking.js";
import { read } from "../bindings/transact.js";
import { NodeError } from "../node/errors.js";
import { pendingTime } from "../node/pending.js";
import { NodeProvider } from "../node/provider.js";
import { addressOf } from "../node/secrets.js";
import type { CliContext } from "./context.js";
import { CliError } from "./cli-error.js";

/**
 * Asks the node for its chain first: what is typed wrongly shows at once.
 * @throws CliError CHAIN_UNREACHABLE; NodeError NODE_RATE_LIMITED
 */
export async function connect(context: CliContext, rpc: string): Promise<NodeProvider> {
  const provider = await opened(rpc);
  context.onClose(() => {
    provider.destroy();
  });
  return provider;
}

async function opened(rpc: string): Promise<NodeProvider> {
  try {
    return await NodeProvider.open(rpc);
  } catch (error) {
    if (!(error instanceof NodeError) || error.code === "NODE_RATE_LIMITED") throw error;
    const { status, reason = error.message } = error.values;
    const said = status === undefined ? reason : `HTTP status ${status}: ${reason}`;
    throw new CliError("CHAIN_UNREACHABLE", { rpc: addressOf(rpc).shown, reason: said }, error);
  }
}

/** A node, asked as it is too. */
export type RawProvider = Provider & { send(method: string, params: unknown[]): Promise<unknown> };

/**
 * The time that the next block will have at least: a chain without traffic makes no blocks, and its last one may be old.
 * Unix seconds.
 */
export async function nextTime(provider: RawProvider): Promise<bigint> {
  const asked = pendingTime((method, params) => provider.send(method, params));
  const [newest, coming = 0n] = await Promise.all([newestTime(provider), read(asked)]);
  const after = BigInt(newest) + 1n;
  return coming > after ? coming : after;
}
