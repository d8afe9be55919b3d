import type { Provider } from "ethers";

import { readRecords } from "../src/bindings/logs.js";
import type { SignedPackage } from "../src/bindings/packages.js";
import { createRelayClient, type RelayClient } from "../src/client/relay/client.js";
import { RelayRequestError } from "../src/client/relay/errors.js";
import type { Hash } from "../src/protocol/signing/typed-data.js";
import type { RelayOptions } from "../src/relay/config/settings.js";
import { startTemporaryRelay } from "../src/relay/temporary.js";
import type { SessionHandle } from "../src/bindings/session.js";
import { makeEmptyDatabase } from "./database.js";
import { type Delivery, MAX_MATCHES, MAX_WALK, type OrderResult, type OrderRoute } from "./route.js";
import type { Stage } from "./stage.js";
import { relayKey } from "./traders.js";

/** A relay that runs, and the way through it. */
export interface RelayRoute extends OrderRoute {
  /** Where the relay listens. */
  readonly url: string;
  /** Where it keeps its database. */
  readonly folder: string;
  /** Stops the relay, and removes its database. */
  readonly close: () => Promise<void>;
}

const POLL_MS = 10;
/** A relay that needs longer has a fault, which its log on stderr tells. */
const PATIENCE_MS = 60_000;
/** What the order book itself refuses: well-formed, but not to be done. */
const REFUSED = 422;

/**
 * Starts a relay of the session in this process, with a key, a database and a port of its own. It reaches the chain by HTTP, as
 * any relay does, and the traders reach it by HTTP.
 */
export async function startRelayRoute(stage: Stage, seed: bigint): Promise<RelayRoute> {
  const { chain, handle } = stage;
  const privateKey = await relayKey(chain, seed, "the relay");
  const rpc = await chain.serve();
  try {
    const relay = await startTemporaryRelay(
      optionsFor(rpc.url, handle.address),
      { RELAY_PRIVATE_KEY: privateKey },
      { prepare: makeEmptyDatabase },
    );
    const close = async (): Promise<void> => {
      try {
        await relay.stop();
      } finally {
        await rpc.close();
      }
    };
    const { url, folder } = relay;
    return { url, folder, close, ...routeThroughRelay({ handle, provider: chain.provider }, createRelayClient(url)) };
  } catch (error) {
    await rpc.close();
    throw error;
  }
}

/** Where orders go that a relay brings to the book. */
export interface Bringing {
  readonly handle: SessionHandle;
  readonly provider: Provider;
  /** Between two questions, ms; 10 by default. */
  readonly pollMs?: number;
}

/** Hands orders to a relay one by one, and waits for what becomes of them. */
export function routeThroughRelay(to: Bringing, client: RelayClient): OrderRoute {
  return { link: () => freshLink(to, client), bring: (signed) => bringAll(to, client, signed) };
}

/**
 * Matching goes as far as on the direct route. Housekeeping is left to the study, which clears the book at the same moments of
 * every run: the relay would do it when its own clock says so, and no two runs would be the same. Nor has a trader an account of
 * gas: whose order is held back, and comes behind those of others, would hang on how fast the chain is.
 */
function optionsFor(rpcUrl: string, session: string): RelayOptions {
  return {
    rpc: rpcUrl,
    session,
    "log-level": "error",
    index: "off",
    "poll-ms": POLL_MS,
    "batch-ms": 2 * POLL_MS,
    "keep-ms": 3_600_000,
    rate: 1_000_000,
    "burn-quota": 0,
    "max-matches": MAX_MATCHES,
    "max-walk": MAX_WALK,
  };
}

/** The link once the relay has seen the chain's newest block, and with it the time. */
async function freshLink({ provider, pollMs = POLL_MS }: Bringing, client: RelayClient): Promise<Hash> {
  const newest = await provider.getBlockNumber();
  const limit = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    limit.throwIfAborted();
    const { link, block } = await client.link();
    if (block !== undefined && block.number >= newest) return link;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** One after the other, so that they come to the book in this order; then waits until the last one is there. */
async function bringAll(to: Bringing, client: RelayClient, signed: readonly SignedPackage[]): Promise<Delivery> {
  const { provider, handle, pollMs = POLL_MS } = to;
  const before = await provider.getBlockNumber();
  const taken: (Hash | OrderResult)[] = [];
  for (const one of signed) taken.push(await hand(client, one));
  const results: OrderResult[] = [];
  for (const one of taken) results.push(typeof one === "string" ? await landed(client, one, pollMs) : one);
  const records = await readRecords(handle, before + 1);
  const hashes = [...new Set(records.map(({ transactionHash }) => transactionHash))];
  const receipts = await Promise.all(hashes.map((hash) => provider.getTransactionReceipt(hash)));
  return { results, gas: receipts.map((receipt) => receipt?.gasUsed ?? 0n), records };
}

/** @returns the package's link, or the refusal */
async function hand(client: RelayClient, signed: SignedPackage): Promise<Hash | OrderResult> {
  try {
    return (await client.submit(signed)).link;
  } catch (error) {
    if (!(error instanceof RelayRequestError) || error.status !== REFUSED) throw error;
    return { tradeRootId: undefined, refusal: error.code };
  }
}

async function landed(client: RelayClient, link: Hash, pollMs: number): Promise<OrderResult> {
  const { tradeRootId, refusal } = await client.settled(link, { pollMs, signal: AbortSignal.timeout(PATIENCE_MS) });
  return { tradeRootId, refusal: refusal?.code };
}
