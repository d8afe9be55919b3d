/** What the relay has to know of its session before it can do anything: read once, and never changing. */
import { openSession } from "../../bindings/session.js";
import { readSessionTerms, type SessionTerms } from "../../bindings/session-terms.js";
import type { DoorSettings } from "../../node/door.js";
import { NodeProvider } from "../../node/provider.js";

/** @throws NodeError; ClientError if there is no session of ours at that address */
export async function readSession(rpcUrl: string, session: string, settings: DoorSettings = {}): Promise<SessionTerms> {
  const provider = await NodeProvider.open(rpcUrl, settings);
  try {
    return await readSessionTerms(await openSession(session, provider));
  } finally {
    provider.destroy();
  }
}
