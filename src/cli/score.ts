/** The table of `session score`, of files of `session logs`. */
import { recordTableOf, type MerkleTable, type RecordLine } from "../client/policies.js";
import { type Score, scoreSession, scoreTable, type TimedEvent } from "../history/score.js";
import { rebuildBook } from "../protocol/book/rebuild.js";
import { createReader } from "../verify/events.js";
import { bookTermsOf } from "../verify/log-header.js";
import { parseSessionLog, type SessionLog } from "../verify/session-log.js";
import { verifySession } from "../verify/verify-session.js";
import type { CliContext } from "./context.js";
import { CliError } from "./errors.js";
import { readText } from "./input/files.js";

/** A session that counts. */
export interface ScoredSession {
  readonly session: string;
  /** SHA-256 of the log. */
  readonly checksum: string;
}

export interface Scored {
  readonly sessions: readonly ScoredSession[];
  readonly table: MerkleTable<RecordLine>;
}

/**
 * Every log is verified first: only one that holds counts, or holds if what logs cannot prove is granted.
 * @throws CliError FILE_UNREADABLE, FILE_INVALID; SessionLogError for what is no log
 */
export async function scoreLogs(context: CliContext, files: readonly string[]): Promise<Scored> {
  const scores: Score[][] = [];
  const sessions: ScoredSession[] = [];
  for (const file of files) {
    const log = parseSessionLog(readText(context, file));
    const { session } = log.header;
    if (sessions.some((one) => one.session === session)) {
      throw new CliError("FILE_INVALID", { file, problems: [`session ${session} stands in another file already`] });
    }
    const { verdict } = await verifySession(log);
    if (verdict.kind === "does-not-hold") {
      throw new CliError("FILE_INVALID", { file, problems: ["it does not hold: `session verify --logs` says why"] });
    }
    scores.push(scoreOf(log));
    sessions.push({ session, checksum: log.checksum });
  }
  const lines = scoreTable(scores);
  if (lines.length === 0) {
    throw new CliError("FILE_INVALID", { file: files.join(", "), problems: ["nobody has registered"] });
  }
  return { sessions, table: recordTableOf(lines) };
}

function scoreOf({ header, records }: SessionLog): Score[] {
  const read = createReader(header);
  const logged: TimedEvent[] = [];
  for (const record of records) {
    const said = read(record);
    if (said.source !== "book") continue;
    logged.push({ event: said.event, timestamp: BigInt(record.timestamp) });
  }
  const { t1, t2, supply, assets } = header.terms;
  const { table } = rebuildBook(bookTermsOf(header), logged).state.markets;
  return scoreSession({ t1, t2, supply, assets: assets.length }, table, logged);
}
