/** Which test files a suite has, and which suites have a file that somebody names. */
import { globSync, statSync } from "node:fs";

export const TEST_SUITES = ["solidity", "mocha", "relay"] as const;
export type TestSuite = (typeof TEST_SUITES)[number];

/** `relay`: tests that start databases, nodes and processes of their own; they run beside the others. */
const ENDING = { solidity: ".t.sol", mocha: ".test.ts", relay: ".slow.test.ts" } as const;

/** The suite's files: all, or those that are named, by themselves or by a folder above them. */
export function filesOf(suite: TestSuite, named: readonly string[]): string[] {
  const patterns = (named.length === 0 ? ["test"] : named).map((name) =>
    isFolder(name) ? `${name}/**/*${ENDING[suite]}` : name,
  );
  return globSync(patterns)
    .filter((file) => suiteOf(file) === suite)
    .sort();
}

/** The suites that have something to run of what is named. */
export function suitesWith(named: readonly string[]): TestSuite[] {
  return TEST_SUITES.filter((suite) => filesOf(suite, named).length > 0);
}

function suiteOf(file: string): TestSuite | undefined {
  return (["relay", "mocha", "solidity"] as const).find((suite) => file.endsWith(ENDING[suite]));
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}
