/** Runs a trial: `npm run trial NAME [WORD...]`. What comes after the name is the trial's own. */
import { exitOnSignals } from "../stage/ending.js";
import { BadWords, EXIT } from "./trial.js";
import { findTrial, listTrials } from "./table.js";

const USAGE = `Usage: npm run trial NAME [WORD...]\n\n${listTrials()}\n\nExit status 0 only if all held, 2 for words that it does not take.`;

async function main(words: readonly string[]): Promise<number> {
  if (words[0] === "--help" || words[0] === "-h") {
    console.log(USAGE);
    return EXIT.held;
  }
  const found = findTrial(words);
  if (found === undefined) throw new BadWords(words.length === 0 ? USAGE : `no trial ${words.join(" ")}\n\n${USAGE}`);
  const { run } = await found.trial.load();
  return run(found.rest);
}

exitOnSignals();
try {
  process.exit(await main(process.argv.slice(2))); // a simulated network would keep the process alive
} catch (error) {
  console.error(error instanceof BadWords ? error.message : error);
  process.exit(error instanceof BadWords ? EXIT.badWords : EXIT.failed);
}
