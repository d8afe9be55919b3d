/** Which test files a suite has, and which suites have a file that somebody names. */
import { globSync, statSync } from "node:fs";
import { basename, sep } from "node:path";

export const TEST_SUITES = ["solidity", "mocha", "relay", "flow", "page"] as const;
export type TestSuite = (typeof TEST_SUITES)[number];

/**
 * `relay`: tests that start databases, nodes and processes of their own; they run beside the others. `flow` and `page`: tests in a
 * browser, which skip aloud where there is none; a flow is short, the others take minutes.
 */
const ENDING = {
  solidity: ".t.sol",
  mocha: ".test.ts",
  relay: ".slow.test.ts",
  flow: ".flow.test.ts",
  page: ".page.test.ts",
} as const;

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

/** Some of a suite's files, for a process of their own. */
export interface Share {
  readonly name: string;
  /** Folders of `test/`, and files that lie in it by themselves. */
  readonly named: readonly string[];
}

const OTHERS = "others";
/** Folders by share, the longest share first; all shares take a minute or more. */
const SHARES: ReadonlyMap<string, readonly string[]> = new Map([
  ["studies", ["bench", "lab", "trials"]],
  [OTHERS, []],
  ["relay and verifier", ["history", "protocol", "relay", "verify", "wire"]],
  ["contracts", ["contracts"]],
]);

/** @param files of a suite. @returns shares of about the same length, which have each file once; none is empty */
export function sharesOf(files: readonly string[]): Share[] {
  const places = [...new Set(files.map((file) => file.split(sep).slice(0, 2).join(sep)))];
  return [...SHARES.keys()]
    .map((name) => ({ name, named: places.filter((place) => shareOf(basename(place)) === name) }))
    .filter(({ named }) => named.length > 0);
}

function shareOf(folder: string): string {
  return [...SHARES].find(([, folders]) => folders.includes(folder))?.[0] ?? OTHERS;
}

function suiteOf(file: string): TestSuite | undefined {
  return (["relay", "flow", "page", "mocha", "solidity"] as const).find((suite) => file.endsWith(ENDING[suite]));
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}
