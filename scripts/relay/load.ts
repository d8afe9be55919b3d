/** `npm run relay:load`: 200 traders, 20 000 packages. Exit status 0 only if the figures hold and nothing was lost. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { runLoad } from "./load-run.js";
import { withDatabase } from "./postgres.js";

const AIM_PER_SECOND = 1_000;
const AIM_P99_MS = 100;

const { values } = parseArgs({
  options: {
    packages: { type: "string", default: "20000" },
    traders: { type: "string", default: "200" },
    concurrency: { type: "string", default: "32" },
    seed: { type: "string", default: "1" },
    on: { type: "string", default: "embedded" },
    json: { type: "boolean", default: false },
  },
});
const [packages, traders, concurrency, seed] = [values.packages, values.traders, values.concurrency, values.seed].map(
  Number,
);
if (packages === undefined || traders === undefined || concurrency === undefined || seed === undefined) process.exit(2);
if (![packages, traders, concurrency, seed].every((value) => Number.isSafeInteger(value) && value > 0)) {
  console.error("--packages, --traders, --concurrency and --seed take whole numbers");
  process.exit(2);
}

const run = (database: string) =>
  runLoad({ packages, traders, concurrency, seed, database }, (line) => {
    console.error(line);
  });
const folder = mkdtempSync(join(tmpdir(), "relay-load-"));
const result = values.on === "postgres" ? await withDatabase(run) : await run(join(folder, "database"));
rmSync(folder, { recursive: true, force: true });

const { accepted, intakeSeconds, intakeCpuSeconds, totalSeconds, totalCpuSeconds, p50, p99, memory, problems } = result;
const perSecond = accepted / intakeSeconds;
const perCpuSecond = accepted / intakeCpuSeconds;
const fixed = (value: number, digits = 1): string => value.toFixed(digits);
if (values.json) console.log(JSON.stringify({ ...result, perSecond, perCpuSecond }));
else {
  console.log(`accepted             ${accepted} of ${packages}, ${JSON.stringify(result.refusals)}`);
  console.log(
    `accepted a second    ${fixed(perSecond)} (aim ${AIM_PER_SECOND}); a second of the relay's core ${fixed(perCpuSecond)}`,
  );
  console.log(`acknowledged after   p50 ${fixed(p50)} ms, p99 ${fixed(p99)} ms (aim ${AIM_P99_MS})`);
  console.log(`intake took          ${fixed(intakeSeconds)} s, ${fixed(intakeCpuSeconds)} s of processor`);
  console.log(`all landed after     ${fixed(totalSeconds)} s, ${fixed(totalCpuSeconds)} s of processor`);
  console.log(`packages a batch     ${fixed(result.batchSize)}`);
  console.log(`gas an order         ${fixed(result.gasPerOrder, 0)}`);
  console.log(`waiting at the most  ${result.mostWaiting}`);
  console.log(`memory, MB           ${memory.join(" ")}`);
  for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
}
process.exit(problems.length === 0 && perSecond >= AIM_PER_SECOND && p99 <= AIM_P99_MS ? 0 : 1);
