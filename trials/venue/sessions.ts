/** Many sessions in one process. Holds if it stays below its memory, starts in time, and asks the node in a block no more than for one. */
import { hasPostgres } from "../../stage/postgres.js";
import { withDatabaseOf } from "../relay/databases.js";
import { keepFigures } from "../kept.js";
import { EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { runSessions, type SessionsResult } from "./sessions-run.js";

/** Of requests a block: the factory's logs, one book's audit at a look, and what falls between two answers that are shared. */
const AIMS = { memoryMb: 4_096, startMs: 20_000, moreRequests: 6 } as const;

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    sessions: { type: "string", default: "100" },
    traders: { type: "string", default: "100" },
    orders: { type: "string", default: "500" },
    blocks: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  });
  const plan = wholeNumbers(values, ["sessions", "traders", "orders", "blocks"], 1);
  const kind = hasPostgres() ? "postgres" : "embedded";
  const result = await withDatabaseOf(kind, (database) => runSessions({ ...plan, database }, tell));
  const missed = [...result.problems, ...missedAims(result)];
  if (values.keep) keepFigures("venue sessions", { plan: { ...plan, database: kind }, result });
  if (values.json) console.log(JSON.stringify({ ...result, database: kind, missed }));
  else report(lineOf(result, kind), missed);
  return missed.length === 0 ? EXIT.held : EXIT.failed;
}

/** What is not as it is to be. */
export function missedAims({ memory, startMs, perBlock }: SessionsResult): string[] {
  const most = Math.max(memory.grown, memory.restarted);
  return [
    ...(most > AIMS.memoryMb ? [`${most} MB of memory, of ${AIMS.memoryMb}`] : []),
    ...(startMs > AIMS.startMs ? [`ready after ${startMs} ms, of ${AIMS.startMs}`] : []),
    ...(perBlock.all > perBlock.one + AIMS.moreRequests
      ? [`${perBlock.all} requests a block for all sessions, ${perBlock.one} for one`]
      : []),
  ];
}

function lineOf({ sessions, traders, resting, memory, startMs, perBlock }: SessionsResult, kind: string): string {
  return (
    `${sessions} sessions in one process, ${traders} traders, ${resting} resting orders (${kind}): ${memory.grown} MB grown, ` +
    `${memory.restarted} MB restarted, ready after ${(startMs / 1_000).toFixed(1)} s; ${perBlock.all.toFixed(1)} requests to the ` +
    `node in an idle block, ${perBlock.one.toFixed(1)} for one session`
  );
}
