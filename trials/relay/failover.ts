/**
 * Two relays on one Postgres, the submitting one is killed, several times. Holds if each gap was under five seconds and nothing
 * was lost.
 */
import { EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { withDatabaseOf } from "./databases.js";
import { runFailovers } from "./failover-run.js";

const MOST_MS = 5_000;

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    failovers: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
  });
  const { failovers, seed } = wholeNumbers(values, ["failovers", "seed"]);
  let good = true;
  for (const ownAccounts of [false, true]) {
    const { problems, ...result } = await withDatabaseOf("postgres", (databaseUrl) =>
      runFailovers({ failovers, databaseUrl, seed, ownAccounts }, tell),
    );
    const gaps = result.gaps.map(Math.round).sort((a, b) => a - b);
    const isClean = report(
      `${ownAccounts ? "an account each" : "one account"}: ${failovers} failovers, gaps ${gaps.at(0) ?? 0} to ` +
        `${gaps.at(-1) ?? 0} ms, median ${gaps[Math.floor(gaps.length / 2)] ?? 0} ms; ${result.acknowledged} packages ` +
        `acknowledged, ${result.landed} on the chain exactly once, ${result.refused} refused there, ` +
        `${problems.length} problems`,
      problems,
    );
    good = isClean && gaps.every((gap) => gap < MOST_MS) && good;
  }
  return good ? EXIT.held : EXIT.failed;
}
