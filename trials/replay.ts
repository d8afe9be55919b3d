/** Runs a history from a file again, on the contract and on the library. */
import { readFileSync } from "node:fs";

import { network } from "hardhat";

import { runHistory } from "./differential/run.js";
import type { History } from "./differential/steps.js";
import { Chain } from "./differential/world.js";
import { BadWords, EXIT } from "./trial.js";

export async function run([file, ...others]: readonly string[]): Promise<number> {
  if (file === undefined || others.length > 0) throw new BadWords("name one history: npm run trial replay FILE");
  const history = JSON.parse(readFileSync(file, "utf8")) as History; // as the differential wrote it
  const { differences, steps } = await runHistory(await Chain.create(await network.create()), history);
  for (const difference of differences) console.log(JSON.stringify(difference, null, 2));
  console.log(differences.length === 0 ? `no difference in ${steps} steps` : `a difference after step ${steps - 1}`);
  return differences.length === 0 ? EXIT.held : EXIT.failed;
}
