/**
 * `npm run relay:crash`: kills a relay with SIGKILL at random moments while users submit, on the embedded database and, if
 * DATABASE_URL names a Postgres server, there too. Exit status 0 only if nothing was lost, doubled or misreported.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { runCrashes } from "./crash-run.js";
import { withDatabase } from "../../stage/postgres.js";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    on: { type: "string", default: "both" },
  },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
if (
  !Number.isSafeInteger(kills) ||
  !Number.isSafeInteger(seed) ||
  !["both", "embedded", "postgres"].includes(values.on)
) {
  console.error("--kills and --seed take whole numbers, --on embedded, postgres or both");
  process.exit(2);
}

async function runOn(name: string, database: string): Promise<boolean> {
  const plan = { kills, seed, database, traders: 40, users: 12, maxLife: 1_500 };
  const result = await runCrashes(plan, (line) => {
    console.error(`${name}: ${line}`);
  });
  const { problems, acknowledged, landed, refused, trades } = result;
  console.log(
    `${name}: ${kills} kills, ${acknowledged} packages acknowledged, ${landed} on the chain exactly once, ` +
      `${refused} refused there, ${trades} trades in all, ${problems.length} problems`,
  );
  for (const problem of problems) console.log(`  ${problem}`);
  return problems.length === 0;
}

let good = true;
if (values.on !== "postgres") {
  const folder = mkdtempSync(join(tmpdir(), "relay-crash-"));
  good = (await runOn("embedded", join(folder, "database"))) && good;
  rmSync(folder, { recursive: true, force: true });
}
if (values.on !== "embedded") good = (await withDatabase((url) => runOn("postgres", url))) && good;
process.exit(good ? 0 : 1);
