/**
 * Kills a relay with SIGKILL at random moments while users submit, on the embedded database and on Postgres. Holds if nothing was
 * lost, doubled or misreported.
 */
import { BadWords, EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { runCrashes } from "./crash-run.js";
import { type DatabaseKind, withDatabaseOf } from "./databases.js";

const ON: Readonly<Record<string, readonly DatabaseKind[]>> = {
  both: ["embedded", "postgres"],
  embedded: ["embedded"],
  postgres: ["postgres"],
};

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    on: { type: "string", default: "both" },
  });
  const { kills, seed } = wholeNumbers(values, ["kills", "seed"]);
  const kinds = Object.hasOwn(ON, values.on) ? ON[values.on] : undefined;
  if (kinds === undefined) throw new BadWords("--on takes embedded, postgres or both");
  let good = true;
  for (const kind of kinds) good = (await withDatabaseOf(kind, (place) => crashOn(kind, place, kills, seed))) && good;
  return good ? EXIT.held : EXIT.failed;
}

async function crashOn(kind: DatabaseKind, database: string, kills: number, seed: number): Promise<boolean> {
  const plan = { kills, seed, database, traders: 40, users: 12, maxLife: 1_500 };
  const { problems, acknowledged, landed, refused, trades, cancelled, fired } = await runCrashes(plan, (line) => {
    tell(`${kind}: ${line}`);
  });
  return report(
    `${kind}: ${kills} kills, ${acknowledged} packages acknowledged, ${landed} on the chain exactly once, ` +
      `${refused} refused there, ${trades} trades in all, ${cancelled} cancellations and ${fired} switches done, ` +
      `${problems.length} problems`,
    problems,
  );
}
