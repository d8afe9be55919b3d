/** `npm run relay:reorg`: a relay on a node that drops blocks. Exit status 0 only if everything agrees afterwards. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { runReorgs } from "./reorg-run.js";

const { values } = parseArgs({
  options: {
    reorgs: { type: "string", default: "30" },
    depth: { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
  },
});
const [reorgs, depth, seed] = [Number(values.reorgs), Number(values.depth), Number(values.seed)];
if (![reorgs, depth, seed].every(Number.isSafeInteger)) {
  console.error("--reorgs, --depth and --seed take whole numbers");
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "relay-reorg-"));
const result = await runReorgs({ reorgs, depth, seed, database: join(folder, "database") }, (line) => {
  console.error(line);
});
rmSync(folder, { recursive: true, force: true });
const { blocksDropped, noticed, acknowledged, landed, refused, problems } = result;
console.log(
  `${reorgs} reorganisations dropped ${blocksDropped} blocks, the relay noticed ${noticed}; ${acknowledged} packages ` +
    `acknowledged, ${landed} on the chain exactly once, ${refused} refused there, ${problems.length} problems`,
);
for (const problem of problems) console.log(`  ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
