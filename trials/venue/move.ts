/** Processes that share books, killed at random. Holds if each book soon has another submitter, and nothing is lost or doubled. */
import { withDatabase } from "../../stage/postgres.js";
import { EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { type MoveResult, runMoves } from "./move-run.js";

const AIM_MS = 5_000;

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    kills: { type: "string", default: "50" },
    processes: { type: "string", default: "4" },
    sessions: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    "own-accounts": { type: "boolean", default: false },
  });
  const plan = {
    ...wholeNumbers(values, ["kills", "processes", "sessions", "seed"], 1),
    ownAccounts: values["own-accounts"],
  };
  const result = await withDatabase((databaseUrl) => runMoves({ ...plan, databaseUrl }, tell));
  return report(lineOf(result), [...result.problems, ...missedAims(result)]) ? EXIT.held : EXIT.failed;
}

/** What is not as it is to be. */
export function missedAims({ gaps }: MoveResult): string[] {
  const late = gaps.filter((gap) => gap > AIM_MS);
  return late.length === 0 ? [] : [`${late.length} times a book was without a submitter for more than ${AIM_MS} ms`];
}

function lineOf({ books, gaps, moved, acknowledged, landed, refused, problems }: MoveResult): string {
  const sorted = gaps.toSorted((a, b) => a - b).map(Math.round);
  return (
    `${books} books, ${gaps.length} kills: ${moved} books moved, each within ${sorted[0]} to ${sorted.at(-1)} ms; ${acknowledged} packages ` +
    `acknowledged, ${landed} on the chain exactly once, ${refused} refused there, ${problems.length} problems`
  );
}
