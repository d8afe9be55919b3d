/** Runs a history from a file again, on the contract and on the library: `npm run replay FILE`. */
import { readFileSync } from "node:fs";

import { network } from "hardhat";

import { runHistory } from "./differential/run.js";
import type { History } from "./differential/steps.js";
import { Chain } from "./differential/world.js";

async function main(): Promise<number> {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Error("name a history: npm run replay FILE");
  const history = JSON.parse(readFileSync(file, "utf8")) as History; // as `npm run differential` wrote it
  const { differences, steps } = await runHistory(await Chain.create(await network.create()), history);
  for (const difference of differences) console.log(JSON.stringify(difference, null, 2));
  console.log(differences.length === 0 ? `no difference in ${steps} steps` : `a difference after step ${steps - 1}`);
  return differences.length === 0 ? 0 : 1;
}

process.exit(await main()); // the simulated network would keep the process alive
