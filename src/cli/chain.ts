/** The chain that a command works on. */
import { FetchRequest, JsonRpcProvider, Network, type Provider } from "ethers";

import { read } from "../bindings/transact.js";
import type { CliContext } from "./context.js";
import { CliError } from "./errors.js";

const TIMEOUT_MS = 30_000;
const POLLING_MS = 500;

/**
 * Asks the node for its chain first: a provider that does not know it would ask for ever.
 * @throws CliError CHAIN_UNREACHABLE
 */
export async function connect(context: CliContext, rpc: string): Promise<JsonRpcProvider> {
  const network = Network.from(await chainIdOf(rpc));
  const provider = new JsonRpcProvider(requestTo(rpc), network, {
    staticNetwork: network,
    batchStallTime: 0, // what is asked at once still goes at once, and nothing is waited for besides
    cacheTimeout: -1, // what is read right after a transaction must not be from before it
    pollingInterval: POLLING_MS,
  });
  context.onClose(() => {
    provider.destroy();
  });
  return provider;
}

async function chainIdOf(rpc: string): Promise<bigint> {
  try {
    const request = requestTo(rpc);
    request.body = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
    const response = await request.send();
    response.assertOk();
    return BigInt((response.bodyJson as { result: string }).result); // anything else fails here, and is told
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(" (")[0] ?? error.message) : String(error);
    throw new CliError("CHAIN_UNREACHABLE", { rpc, reason }, error);
  }
}

/** A node, asked as it is too. */
export type RawProvider = Provider & { send(method: string, params: unknown[]): Promise<unknown> };

/**
 * The time that the next block will have at least: a chain without traffic makes no blocks, and its last one may be old.
 * Unix seconds.
 */
export async function nextTime(provider: RawProvider): Promise<bigint> {
  // Raw: some nodes give the pending block no number yet, and ethers reads no block without one.
  const asked = provider.send("eth_getBlockByNumber", ["pending", false]) as Promise<{
    readonly timestamp: string;
  } | null>;
  const [latest, pending] = await read(Promise.all([provider.getBlock("latest"), asked]));
  const after = BigInt(latest?.timestamp ?? 0) + 1n;
  const coming = BigInt(pending?.timestamp ?? 0); // not every node has a pending block
  return coming > after ? coming : after;
}

function requestTo(rpc: string): FetchRequest {
  const request = new FetchRequest(rpc);
  request.timeout = TIMEOUT_MS;
  return request;
}
