/** The chain that a command works on. */
import { FetchRequest, JsonRpcProvider, Network, type Provider, type Wallet } from "ethers";

import { openSession, type SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import type { CliContext } from "./context.js";
import { CliError } from "./errors.js";
import { openWallet } from "./input/keys.js";
import { readSettings, type SettingOptions } from "./input/settings.js";

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

/**
 * The time that the next block will have at least: a chain without traffic makes no blocks, and its last one may be old.
 * Unix seconds.
 */
export async function nextTime(provider: Provider): Promise<bigint> {
  const [latest, pending] = await read(Promise.all([provider.getBlock("latest"), provider.getBlock("pending")]));
  const after = BigInt(latest?.timestamp ?? 0) + 1n;
  const coming = BigInt(pending?.timestamp ?? 0); // not every node has a pending block
  return coming > after ? coming : after;
}

function requestTo(rpc: string): FetchRequest {
  const request = new FetchRequest(rpc);
  request.timeout = TIMEOUT_MS;
  return request;
}

/** A session to look at. */
export async function openReader(context: CliContext, options: SettingOptions): Promise<SessionHandle> {
  const { rpc, session } = readSettings(context.env, options, "rpc", "session");
  return openSession(session, await connect(context, rpc));
}

/** A session to act in, and who acts. */
export interface Actor {
  readonly handle: SessionHandle;
  readonly wallet: Wallet;
  readonly provider: Provider;
}

/** Settings are looked at before the chain, the chain before a password is asked for. */
export async function openActor(context: CliContext, options: SettingOptions): Promise<Actor> {
  const { rpc, session, key } = readSettings(context.env, options, "rpc", "session", "key");
  const provider = await connect(context, rpc);
  const handle = await openSession(session, provider);
  return { handle, wallet: await openWallet(context, key, provider), provider };
}
