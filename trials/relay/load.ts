/**
 * 200 traders, 20 000 packages, on Postgres where there is one, and on the embedded database. Holds if nothing was lost and the
 * aims are reached on the first of them.
 */
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

import { hasPostgres } from "../../stage/postgres.js";
import { BadWords, EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { type DatabaseKind, DATABASES, databasesOf, withDatabaseOf } from "./databases.js";
import { type LoadResult, runLoad } from "./load-run.js";

const AIM_PER_SECOND = 1_500;
const AIM_P99_MS = 100;
const SHOWN = 20;
const MOST_TOGETHER = 100;

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    packages: { type: "string", default: "20000" },
    traders: { type: "string", default: "200" },
    concurrency: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    batch: { type: "string", default: "1" },
    on: { type: "string", default: hasPostgres() ? DATABASES.join() : "embedded" },
    pin: { type: "boolean", default: true },
    json: { type: "boolean", default: false },
  });
  const plan = wholeNumbers(values, ["packages", "traders", "concurrency", "batch", "seed"], 1);
  if (plan.batch > MOST_TOGETHER) throw new BadWords(`--batch takes ${MOST_TOGETHER} at most, as a relay does`);
  const kinds = databasesOf(values.on);
  const core = values.pin ? reserveCore() : undefined;
  const results: { kind: DatabaseKind; result: LoadResult }[] = [];
  for (const kind of kinds) {
    const result = await withDatabaseOf(kind, (database) =>
      runLoad({ ...plan, database, core }, (line) => {
        tell(`${kind}: ${line}`);
      }),
    );
    results.push({ kind, result });
    if (!values.json) show(kind, result, plan, core !== undefined);
  }
  if (values.json)
    console.log(JSON.stringify(results.map(({ kind, result }) => ({ kind, ...result, ...rates(result) }))));
  const isAimReached = results.slice(0, 1).every(({ result }) => {
    return rates(result).perSecond >= AIM_PER_SECOND && result.p99 <= AIM_P99_MS;
  });
  const isClean = results.every(({ result }) => result.problems.length === 0);
  return isAimReached && isClean ? EXIT.held : EXIT.failed;
}

/** One core for the relay alone; this process, and what it starts from now on, has the others. */
function reserveCore(): number | undefined {
  const others = availableParallelism() - 1;
  if (others === 0) return undefined;
  try {
    const words = ["--all-tasks", "--cpu-list", "--pid", `1-${others}`, String(process.pid)];
    execFileSync("taskset", words, { stdio: "ignore" });
    return 0;
  } catch {
    tell("taskset is missing: the relay shares all cores with the load");
    return undefined;
  }
}

function rates({ accepted, intakeSeconds, intakeCpuSeconds }: LoadResult) {
  return { perSecond: accepted / intakeSeconds, perCpuSecond: accepted / intakeCpuSeconds };
}

function show(
  kind: DatabaseKind,
  result: LoadResult,
  { packages, batch }: { readonly packages: number; readonly batch: number },
  isPinned: boolean,
): void {
  const { accepted, intakeSeconds, intakeCpuSeconds, totalSeconds, totalCpuSeconds, p50, p99 } = result;
  const { perSecond, perCpuSecond } = rates(result);
  const fixed = (value: number, digits = 1): string => value.toFixed(digits);
  const lines: [string, string][] = [
    ["database", `${kind}, ${isPinned ? "the relay on a core of its own" : "the relay on any core"}`],
    ["packages a request", String(batch)],
    ["accepted", `${accepted} of ${packages}, ${JSON.stringify(result.refusals)}`],
    ["accepted a second", `${fixed(perSecond)} (aim ${AIM_PER_SECOND})`],
    ["a second of processor", `${fixed(perCpuSecond)} accepted, all of the relay's threads counted`],
    ["acknowledged after", `p50 ${fixed(p50)} ms, p99 ${fixed(p99)} ms (aim ${AIM_P99_MS})`],
    ["intake took", `${fixed(intakeSeconds)} s, ${fixed(intakeCpuSeconds)} s of processor`],
    ["all landed after", `${fixed(totalSeconds)} s, ${fixed(totalCpuSeconds)} s of processor`],
    ["packages a batch", fixed(result.batchSize)],
    ["gas an order", fixed(result.gasPerOrder, 0)],
    ["waiting at the most", `${result.mostWaiting}; told to wait ${result.waits} times`],
  ];
  for (const { at, resident, heap } of result.memory) {
    const when = at > 1 ? "when all is final" : `at ${at * 100} %`;
    lines.push(["memory", `${resident} MB, ${heap} MB of them heap without garbage, ${when}`]);
  }
  lines.push(["not as it must be", String(result.problems.length)]);
  report(lines.map(([name, value]) => `${name.padEnd(22)} ${value}`).join("\n"), result.problems.slice(0, SHOWN));
}
