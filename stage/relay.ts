import { createRelayClient } from "../src/client/relay/client.js";
import type { RelayOptions } from "../src/relay/config/settings.js";
import { startTemporaryRelay } from "../src/relay/running/temporary.js";
import { makeEmptyDatabase } from "./database.js";
import { routeThroughRelay } from "./relay-route.js";
import { MAX_MATCHES, MAX_WALK, type OrderRoute } from "./route.js";
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
