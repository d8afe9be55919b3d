/** A session's log as a relay keeps it. */
import { relayAddress } from "../../../src/client/relay/address.js";
import { linesOf } from "../../../src/client/relay/lines.js";
import { NodeProvider } from "../../../src/node/provider.js";
import { parseSessionLogLines } from "../../../src/verify/session-log.js";
import type { OpenedLog } from "../log-source.js";

/** Up to the last final block; with a node every record is compared with the chain. */
export interface RelaySubject {
  readonly kind: "relay";
  readonly relayUrl: string;
  readonly session: string;
  readonly rpcUrl: string | undefined;
}

/** @throws RelayRequestError what it refuses; Error if it is another session's */
export async function openRelayLog({ relayUrl, session, rpcUrl }: RelaySubject): Promise<OpenedLog> {
  const lines = linesOf(relayAddress(relayUrl), "/v1/log", (...asked) => fetch(...asked));
  const stream = await parseSessionLogLines(lines);
  const { session: logged } = stream.header;
  if (logged.toLowerCase() !== session.toLowerCase())
    throw new Error(`The relay's log is of session ${logged}, not of this one.`);
  return { stream, provider: rpcUrl === undefined ? undefined : await NodeProvider.open(rpcUrl) };
}
