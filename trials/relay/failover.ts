/**
 * `npm run relay:failover`: two relays on one Postgres, the submitting one is killed, several times. Exit status 0 only if each
 * gap was under five seconds and nothing was lost.
 */
import { parseArgs } from "node:util";

import { runFailovers } from "./failover-run.js";
import { withDatabase } from "../../stage/postgres.js";

const MOST_MS = 5_000;

const { values } = parseArgs({
  options: { failovers: { type: "string", default: "10" }, seed: { type: "string", default: "1" } },
});
const [failovers, seed] = [Number(values.failovers), Number(values.seed)];
if (!Number.isSafeInteger(failovers) || !Number.isSafeInteger(seed)) {
  console.error("--failovers and --seed take whole numbers");
  process.exit(2);
}
let good = true;
for (const ownAccounts of [false, true]) {
  const result = await withDatabase((databaseUrl) =>
    runFailovers({ failovers, databaseUrl, seed, ownAccounts }, (line) => {
      console.error(line);
    }),
  );
  const gaps = result.gaps.map(Math.round).sort((a, b) => a - b);
  console.log(
    `${ownAccounts ? "an account each" : "one account"}: ${failovers} failovers, gaps ${gaps.at(0) ?? 0} to ` +
      `${gaps.at(-1) ?? 0} ms, median ${gaps[Math.floor(gaps.length / 2)] ?? 0} ms; ${result.acknowledged} packages ` +
      `acknowledged, ${result.landed} on the chain exactly once, ${result.refused} refused there, ` +
      `${result.problems.length} problems`,
  );
  for (const problem of result.problems) console.log(`  ${problem}`);
  good &&= result.problems.length === 0 && gaps.every((gap) => gap < MOST_MS);
}
process.exit(good ? 0 : 1);
