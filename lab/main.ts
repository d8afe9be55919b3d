/** Runs a study: `npm run lab NAME [WORD...]`. What comes after the name is the study's own. */
import { ProtocolError } from "../src/protocol/amounts/errors.js";
import { EXIT, print } from "./command/command.js";
import { InputError } from "./command/errors.js";
import { findStudy, listStudies } from "./table.js";

const USAGE = `Usage: npm run lab NAME -- [WORD...]\n\n${listStudies()}\n\nNAME -- --help says what a study takes.\n`;

async function main([name = "", ...words]: readonly string[]): Promise<number> {
  if (name === "--help" || name === "-h") {
    await print(USAGE);
    return EXIT.proved;
  }
  const found = findStudy(name);
  if (found === undefined) {
    process.stderr.write(name === "" ? USAGE : `no study ${name}\n\n${USAGE}`);
    return EXIT.badInput;
  }
  const { study } = await found.load();
  return study(words);
}

function explain(error: unknown): string {
  if (error instanceof ProtocolError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(error instanceof InputError ? EXIT.badInput : EXIT.failed);
}
