/**
 * The order book of before and the one of now, living the same random lives (test/contracts/oracle). Each round is four lives of
 * their own in a process of its own; the first difference ends it, and names the seed that shows it again.
 */
import { spawnSync } from "node:child_process";

import { BadWords, EXIT, readWords, tell } from "./trial.js";

const TESTS = "test/contracts/oracle";
/** Of the longest life there are four times as many. Many lives say more than long ones, in which money and roots run out. */
const STEPS_PER_ROUND = "150";

export function run(words: readonly string[]): number {
  const values = readWords(words, { minutes: { type: "string", default: "5" }, seed: { type: "string" } });
  const minutes = Number(values.minutes);
  const firstSeed = Number(values.seed ?? Date.now() % 2 ** 31);
  if (!(minutes > 0) || !Number.isSafeInteger(firstSeed) || firstSeed < 0) {
    throw new BadWords("--minutes and --seed take numbers");
  }
  console.log(`oracle: ${minutes} min from seed ${firstSeed}`);
  if (start(["node_modules/hardhat/dist/src/cli.js", "build", "--quiet"], {}).status !== 0) return EXIT.failed;
  const startedAt = Date.now();
  let rounds = 0;
  while (Date.now() - startedAt < minutes * 60_000) {
    const seed = firstSeed + rounds;
    const settings = { ORACLE_SEED: String(seed), ORACLE_STEPS: STEPS_PER_ROUND };
    const { status, stdout } = start(["--import", "tsx/esm", "scripts/testing/suite.ts", "solidity", TESTS], settings);
    if (status !== 0) {
      console.log(stdout);
      console.log(`seed ${seed}: ORACLE_SEED=${seed} ORACLE_STEPS=${STEPS_PER_ROUND} npm test -- ${TESTS}`);
      return EXIT.failed;
    }
    rounds += 1;
    tell(`${((Date.now() - startedAt) / 60_000).toFixed(1)} min: ${rounds} rounds, no difference`);
  }
  console.log(`no difference in ${rounds} rounds`);
  return EXIT.held;
}

function start(args: readonly string[], settings: Readonly<Record<string, string>>) {
  return spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
}
