/**
 * `npm run relay:load`: 200 traders, 20 000 packages, on Postgres where there is one, and on the embedded database. Exit status 0
 * only if nothing was lost and the aims are reached on the first of them; 2: bad input.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { type LoadResult, runLoad } from "./load-run.js";
import { hasPostgres, withDatabase } from "../../stage/postgres.js";

const AIM_PER_SECOND = 1_000;
const AIM_P99_MS = 100;
const DATABASES = ["postgres", "embedded"] as const;
type DatabaseKind = (typeof DATABASES)[number];

const { values } = parseArgs({
  options: {
    packages: { type: "string", default: "20000" },
    traders: { type: "string", default: "200" },
    concurrency: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    on: { type: "string", default: hasPostgres() ? DATABASES.join() : "embedded" },
    pin: { type: "boolean", default: true },
    json: { type: "boolean", default: false },
  },
  allowNegative: true,
});
const [packages = 0, traders = 0, concurrency = 0, seed = 0] = [
  values.packages,
  values.traders,
  values.concurrency,
  values.seed,
].map(Number);
if (![packages, traders, concurrency, seed].every((value) => Number.isSafeInteger(value) && value > 0)) {
  fail("--packages, --traders, --concurrency and --seed take whole numbers");
}
const kinds = values.on.split(",").map((name) => {
  return DATABASES.find((kind) => kind === name) ?? fail(`--on takes ${DATABASES.join(" and ")}, not ${name}`);
});

const core = values.pin ? reserveCore() : undefined;
const results: { kind: DatabaseKind; result: LoadResult }[] = [];
for (const kind of kinds) {
  const run = (database: string): Promise<LoadResult> =>
    runLoad({ packages, traders, concurrency, seed, database, core }, (line) => {
      console.error(`${kind}: ${line}`);
    });
  const result = await (kind === "postgres" ? withDatabase(run) : withFolder(run));
  results.push({ kind, result });
  if (!values.json) report(kind, result);
}
if (values.json)
  console.log(JSON.stringify(results.map(({ kind, result }) => ({ kind, ...result, ...rates(result) }))));
const isAimReached = results.slice(0, 1).every(({ result }) => {
  return rates(result).perSecond >= AIM_PER_SECOND && result.p99 <= AIM_P99_MS;
});
process.exit(isAimReached && results.every(({ result }) => result.problems.length === 0) ? 0 : 1);

/** One core for the relay alone; this process, and what it starts from now on, has the others. */
function reserveCore(): number | undefined {
  const others = availableParallelism() - 1;
  if (others === 0) return undefined;
  try {
    const words = ["--all-tasks", "--cpu-list", "--pid", `1-${others}`, String(process.pid)];
    execFileSync("taskset", words, { stdio: "ignore" });
    return 0;
  } catch {
    console.error("taskset is missing: the relay shares all cores with the load");
    return undefined;
  }
}

async function withFolder(run: (folder: string) => Promise<LoadResult>): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), "relay-load-"));
  try {
    return await run(join(folder, "database"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rates({ accepted, intakeSeconds, intakeCpuSeconds }: LoadResult) {
  return { perSecond: accepted / intakeSeconds, perCpuSecond: accepted / intakeCpuSeconds };
}

function report(kind: DatabaseKind, result: LoadResult): void {
  const { accepted, intakeSeconds, intakeCpuSeconds, totalSeconds, totalCpuSeconds, p50, p99 } = result;
  const { perSecond, perCpuSecond } = rates(result);
  const fixed = (value: number, digits = 1): string => value.toFixed(digits);
  const lines: [string, string][] = [
    ["database", `${kind}, ${core === undefined ? "the relay on any core" : "the relay on a core of its own"}`],
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
  for (const [name, value] of lines) console.log(`${name.padEnd(22)} ${value}`);
  for (const problem of result.problems.slice(0, 20)) console.log(`  ${problem}`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
