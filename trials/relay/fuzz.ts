/** 20 000 hostile requests. Holds if each was refused with 4xx and the relay did not grow. */
import { withEmbeddedDatabase } from "../../stage/database.js";
import { EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { runFuzz } from "./fuzz-run.js";

/** Megabytes that a process may gain between a tenth of the requests and the last: its heap breathes. */
const MOST_GROWTH = 128;
const SHOWN = 30;

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    requests: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
  });
  const plan = wholeNumbers(values, ["requests", "seed"]);
  const result = await withEmbeddedDatabase((database) => runFuzz({ ...plan, database }, tell));
  const { requests, statuses, codes, problems, memoryEarly, memoryLate } = result;
  const isClean = report(
    [
      `${requests} hostile requests: ${JSON.stringify(statuses)}`,
      `codes: ${JSON.stringify(codes)}`,
      `memory: ${memoryEarly} MB after a tenth, ${memoryLate} MB at the end; ${problems.length} problems`,
    ].join("\n"),
    problems.slice(0, SHOWN),
  );
  return isClean && memoryLate - memoryEarly <= MOST_GROWTH ? EXIT.held : EXIT.failed;
}
