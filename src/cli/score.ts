/** The table of `session score`, of files of `session logs`. */
import { recordTableOf, type MerkleTable, type RecordLine } from "../client/policies.js";
import { type Score, scoreSession, scoreTable } from "../history/score.js";
import { rebuildBook } from "../protocol/book/rebuild.js";
import { bookTermsOf } from "../verify/log-header.js";
import type { SessionLog } from "../verify/session-log.js";
import type { CliContext } from "./context.js";
import { InputError } from "../input/errors.js";
import { bookEventsOf, readVerifiedLogs } from "./verified-logs.js";

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

/** @throws CliError FILE_UNREADABLE, FILE_INVALID; SessionLogError for what is no log */
export async function scoreLogs(context: CliContext, files: readonly string[]): Promise<Scored> {
  const logs = await readVerifiedLogs(context, files);
  const lines = scoreTable(logs.map(scoreOf));
  if (lines.length === 0) {
    throw new InputError("FILE_INVALID", { file: files.join(", "), problems: ["nobody has registered"] });
  }
  const sessions = logs.map(({ header, checksum }) => ({ session: header.session, checksum }));
  return { sessions, table: recordTableOf(lines) };
}

function scoreOf(log: SessionLog): Score[] {
  const { header } = log;
  const logged = bookEventsOf(log);
  const { t1, t2, supply, assets } = header.terms;
  const { table } = rebuildBook(bookTermsOf(header), logged).state.markets;
  return scoreSession({ t1, t2, supply, assets: assets.length }, table, logged);
}
