/** `npm run relay:fuzz`: 20 000 hostile requests. Exit status 0 only if each was refused with 4xx and the relay did not grow. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { runFuzz } from "./fuzz-run.js";

/** Megabytes that a process may gain between a tenth of the requests and the last: its heap breathes. */
const MOST_GROWTH = 128;

const { values } = parseArgs({
  options: { requests: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
});
const [requests, seed] = [Number(values.requests), Number(values.seed)];
if (!Number.isSafeInteger(requests) || !Number.isSafeInteger(seed)) {
  console.error("--requests and --seed take whole numbers");
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "relay-fuzz-"));
const result = await runFuzz({ requests, seed, database: join(folder, "database") }, (line) => {
  console.error(line);
});
rmSync(folder, { recursive: true, force: true });
const { statuses, codes, problems, memoryEarly, memoryLate } = result;
console.log(`${requests} hostile requests: ${JSON.stringify(statuses)}`);
console.log(`codes: ${JSON.stringify(codes)}`);
console.log(`memory: ${memoryEarly} MB after a tenth, ${memoryLate} MB at the end; ${problems.length} problems`);
for (const problem of problems.slice(0, 30)) console.log(`  ${problem}`);
process.exit(problems.length === 0 && memoryLate - memoryEarly <= MOST_GROWTH ? 0 : 1);
