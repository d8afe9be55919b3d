/** What all trials do alike: read their words, and say how it ended. */
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** Runs a trial from the words after its name. @returns the exit status @throws BadWords */
export type RunTrial = (words: readonly string[]) => Promise<number> | number;

export const EXIT = { held: 0, failed: 1, badWords: 2 } as const;

/** Words that a trial does not take. */
export class BadWords extends Error {}

/** @throws BadWords for an option that is not there, or without its value */
export function readWords<Options extends ParseArgsOptionsConfig>(words: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...words], options, allowNegative: true }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BadWords(error.message, { cause: error });
  }
}

/** The options of these names as whole numbers. @throws BadWords */
export function wholeNumbers<Name extends string>(
  values: Readonly<Record<Name, string>>,
  names: readonly Name[],
  least = -Infinity,
): Record<Name, number> {
  const numbers = names.map((name) => [name, Number(values[name])] as const);
  if (numbers.every(([, number]) => Number.isSafeInteger(number) && number >= least)) {
    return Object.fromEntries(numbers) as Record<Name, number>; // one of each
  }
  throw new BadWords(`${names.map((name) => `--${name}`).join(", ")} take whole numbers`);
}

/** Progress goes to stderr: stdout is for what came out. */
export function tell(line: string): void {
  console.error(line);
}

/** What came out, and what must not be, if there is something. @returns whether there is nothing */
export function report(line: string, problems: readonly string[]): boolean {
  console.log(line);
  for (const problem of problems) console.log(`  ${problem}`);
  return problems.length === 0;
}
