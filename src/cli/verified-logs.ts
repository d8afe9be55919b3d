/** Files of `session logs`, of which each holds. */
import type { LoggedEvent } from "../protocol/book/rebuild.js";
import { createReader } from "../verify/events.js";
import { parseSessionLog, type SessionLog } from "../verify/session-log.js";
import { verifySession } from "../verify/verify-session.js";
import type { CliContext } from "./context.js";
import { InputError } from "../input/errors.js";
import { readText } from "./input/files.js";

/**
 * Every log is verified first: only one that holds counts, or holds if what logs cannot prove is granted.
 * @throws CliError FILE_UNREADABLE, FILE_INVALID; SessionLogError for what is no log
 */
export async function readVerifiedLogs(context: CliContext, files: readonly string[]): Promise<SessionLog[]> {
  const logs: SessionLog[] = [];
  for (const file of files) {
    const log = parseSessionLog(readText(context, file));
    const { session } = log.header;
    if (logs.some(({ header }) => header.session === session)) {
      throw new InputError("FILE_INVALID", { file, problems: [`session ${session} stands in another file already`] });
    }
    const { verdict } = await verifySession(log);
    if (verdict.kind === "does-not-hold") {
      throw new InputError("FILE_INVALID", { file, problems: ["it does not hold: `session verify --logs` says why"] });
    }
    logs.push(log);
  }
  return logs;
}

/** What the book has recorded. */
export function bookEventsOf({ header, records }: SessionLog): LoggedEvent[] {
  const read = createReader(header);
  return records.flatMap((record) => {
    const said = read(record);
    return said.source === "book" ? [{ event: said.event, timestamp: BigInt(record.timestamp) }] : [];
  });
}
