/**
 * Every fault of node, database and clients, one after the other, around a relay on Postgres under load. Holds if each was named by its
 * code, or did no harm where it is none; if the relay was well by itself afterwards; and if nothing was lost or doubled.
 */
import { BadWords, EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { TRIED_FAULTS } from "./fault-kinds.js";
import { type FaultOutcome, runFaults } from "./faults-run.js";

const SHOWN = 20;

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    json: { type: "boolean", default: false },
  });
  const { seed } = wholeNumbers(values, ["seed"]);
  const faults = TRIED_FAULTS.filter(({ name }) => name.includes(values.only));
  if (faults.length === 0) throw new BadWords(`no fault has ${values.only} in its name`);
  const result = await runFaults({ faults, seed, traders: 20, users: 3 }, tell);
  const isClean = [result, ...result.outcomes].every(({ problems }) => problems.length === 0);
  if (values.json) console.log(JSON.stringify(result));
  else show(result.outcomes, result.problems);
  return isClean ? EXIT.held : EXIT.failed;
}

function show(outcomes: readonly FaultOutcome[], problems: readonly string[]): void {
  const head = ["fault", "named by", "acknowledged", "landed", "refused", "recovered after"];
  const rows = outcomes.map(({ name, expected, named, acknowledged, landed, refused, recoveredAfterMs }) => {
    const word = expected === "" && named.length === 0 ? "nothing, no harm done" : named.join(", ") || "nothing";
    return [name, word, String(acknowledged), String(landed), String(refused), `${recoveredAfterMs} ms`];
  });
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  for (const row of [head, ...rows]) {
    console.log(
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
  const own = outcomes.flatMap((one) => one.problems.map((problem) => `${one.name}: ${problem}`));
  report(`${outcomes.length} faults, ${own.length + problems.length} problems`, [...own, ...problems].slice(0, SHOWN));
}
