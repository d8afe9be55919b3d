/** A relay that is asked instead of the chain: where it is, and that it is the one of the session that is meant. */
import { createRelayClient, type RelayClient } from "../client/relay/client.js";
import { ownError } from "../client/relay/errors.js";
import { httpLocation } from "../wire/locations.js";
import type { RelaySession } from "../wire/session.js";
import { parseSessionLogLines, type SessionLogStream } from "../verify/session-log.js";
import type { CliContext } from "./context.js";
import { invalid } from "../input/errors.js";
import { readSettings, type SettingOptions } from "./input/settings.js";

export const ASK_RELAY = [
  "--relay [url]",
  "ask a relay's index, not the chain's logs; without an address the one that is set (SESSION_RELAY_URL, else the profile's)",
] as const;

/** @throws InputError ARGUMENT_INVALID */
export function relayAt(context: CliContext, given: string | true): string {
  const url = given === true ? readSettings(context, {}, "relay").relay : given;
  if (url === undefined) throw invalid("--relay", "", "an address, or one in SESSION_RELAY_URL or the profile");
  const found = httpLocation(url);
  if ("problem" in found) throw invalid("--relay", "…", `an address over http; this one ${found.problem}`);
  return found.location;
}

/**
 * @param url of a relay that may be another session's
 * @throws InputError ARGUMENT_INVALID; RelayRequestError what it refuses
 */
export async function relayOf(
  context: CliContext,
  url: string,
  options: Pick<SettingOptions, "session">,
): Promise<{ readonly relay: RelayClient; readonly facts: RelaySession }> {
  const relay = createRelayClient(url);
  const facts = await relay.session();
  requireSession(context, options, facts.session);
  return { relay, facts };
}

/**
 * The log that a relay keeps of its session, line by line as it comes: what is no log, or is cut off, is found on the way.
 * @throws as `relayOf`; RelayRequestError RELAY_ANSWER_MALFORMED for the log of another session; SessionLogError
 */
export async function logOfRelay(
  context: CliContext,
  given: string | true,
  options: Pick<SettingOptions, "session">,
): Promise<SessionLogStream> {
  const { relay, facts } = await relayOf(context, relayAt(context, given), options);
  const stream = await parseSessionLogLines(relay.log());
  const { session } = stream.header;
  if (session.toLowerCase() === facts.session.toLowerCase()) return stream;
  throw ownError("RELAY_ANSWER_MALFORMED", { problem: `the log is of session ${session}, not of ${facts.session}` });
}

/** @throws InputError ARGUMENT_INVALID if another session is named */
function requireSession(context: CliContext, options: Pick<SettingOptions, "session">, served: string): void {
  const named = options.session ?? context.env["SESSION_ADDRESS"] ?? context.profile()?.session;
  if (named === undefined || named === "" || named.toLowerCase() === served.toLowerCase()) return;
  throw invalid("--relay", "…", `a relay of session ${named}; this one serves ${served}`);
}
