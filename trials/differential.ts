/**
 * Random histories on the contract and on the library, side by side. The first difference is shrunk and written to a file that
 * `npm run trial replay FILE` runs again.
 */
import { mkdirSync, writeFileSync } from "node:fs";

import { network } from "hardhat";

import { drawHistory } from "./differential/draw.js";
import { type Run, runHistory } from "./differential/run.js";
import { shrink } from "./differential/shrink.js";
import { Chain } from "./differential/world.js";
import { BadWords, EXIT, readWords } from "./trial.js";

const FOLDER = "cache/differential";
const STEPS_PER_HISTORY = 120;
const PROGRESS_MS = 15_000;
const SHRINKING_MS = 180_000;

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    minutes: { type: "string", default: "5" },
    seed: { type: "string" },
    counts: { type: "boolean" },
  });
  const minutes = Number(values.minutes);
  const firstSeed = Number(values.seed ?? Date.now() % 2 ** 31);
  if (!(minutes > 0) || !Number.isSafeInteger(firstSeed)) {
    throw new BadWords("--minutes and --seed take numbers");
  }
  console.log(`differential: ${minutes} min from seed ${firstSeed}`);
  const chain = await Chain.create(await network.create());
  const seen = new Map<string, number>();
  const startedAt = Date.now();
  let [steps, histories, reportedAt] = [0, 0, startedAt];
  while (Date.now() - startedAt < minutes * 60_000) {
    const seed = firstSeed + histories;
    const done = await runSeed(chain, seed);
    if (done === undefined) return EXIT.failed;
    for (const [name, times] of done.seen) seen.set(name, (seen.get(name) ?? 0) + times);
    [steps, histories] = [steps + done.steps, histories + 1];
    if (Date.now() - reportedAt < PROGRESS_MS) continue;
    reportedAt = Date.now();
    console.log(`${minutesSince(startedAt)} min: ${histories} histories, ${steps} steps, no difference`);
  }
  if (values.counts === true)
    console.log(
      [...seen]
        .sort(byCount)
        .map(([name, times]) => `${times} ${name}`)
        .join("\n"),
    );
  console.log(`no difference in ${histories} histories, ${steps} steps, ${minutesSince(startedAt)} min`);
  return EXIT.held;
}

/** @returns undefined after a difference, which was reported */
async function runSeed(chain: Chain, seed: number): Promise<Run | undefined> {
  const history = drawHistory(seed, STEPS_PER_HISTORY);
  const done = await runHistory(chain, history);
  if (done.differences.length === 0) return done;
  console.log(`seed ${seed}: difference after step ${done.differences[0]?.step ?? 0}; shrinking`);
  const failure = await shrink(chain, { history, differences: done.differences }, Date.now() + SHRINKING_MS);
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}/${seed}.json`;
  writeFileSync(file, `${JSON.stringify(failure.history, null, 2)}\n`);
  for (const difference of failure.differences) console.log(JSON.stringify(difference, null, 2));
  console.log(`${failure.history.steps.length} steps, in ${file}: npm run trial replay ${file}`);
  return undefined;
}

function minutesSince(startedAt: number): string {
  return ((Date.now() - startedAt) / 60_000).toFixed(1);
}

function byCount([, a]: [string, number], [, b]: [string, number]): number {
  return b - a;
}
