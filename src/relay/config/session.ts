/** What the relay has to know of its session before it can do anything: read once, and never changing. */
import { openSession } from "../../bindings/session.js";
import { readSessionTerms } from "../../bindings/session-terms.js";
import type { SessionTerms } from "../../protocol/book/terms.js";
import type { DoorSettings } from "../../node/door.js";
import { NodeProvider } from "../../node/provider.js";
import type { House } from "../../protocol/book/houses.js";
import { type NamedHouses, readHouses } from "./houses.js";

export interface RelayTerms extends SessionTerms {
  /** Through which this relay may bring orders; makers first. */
  readonly houses: readonly House[];
}

/** What is read of a session: where it lies, and the houses that are named for it. */
export interface SessionPlace extends Partial<NamedHouses> {
  readonly session: string;
}

/**
 * @throws NodeError; ClientError if there is no session of ours at that address; RelayError RELAY_CONFIG_INVALID if a house is not one of
 * its book, or the quota bears no package that goes there
 */
export async function readSession(
  rpcUrl: string,
  { session, makers = [], router, burnQuota = 0 }: SessionPlace,
  settings: DoorSettings = {},
): Promise<RelayTerms> {
  const provider = await NodeProvider.open(rpcUrl, settings);
  try {
    const terms = await readSessionTerms(await openSession(session, provider));
    return { ...terms, houses: await readHouses(provider, terms, { makers, router, burnQuota }) };
  } finally {
    provider.destroy();
  }
}
