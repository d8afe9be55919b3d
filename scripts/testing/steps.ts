/** What `npm test` consists of, and what each step needs. */

import { filesOf, sharesOf, TEST_SUITES, type TestSuite } from "./files.js";

export const SUITES = ["lint", "types", "package", ...TEST_SUITES] as const;
export type Suite = (typeof SUITES)[number];
/** Of a run that names none. All of the page is opened by a command of its own: it takes minutes. */
export const USUAL_SUITES: readonly Suite[] = SUITES.filter((suite) => suite !== "page");

export interface Step {
  readonly name: string;
  /** A program of `node_modules/.bin`, and its arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  /** `tests`: the step reports its own numbers (see suite.ts). `check`: it counts as one, by its exit status. */
  readonly counts: "tests" | "check";
}

export interface Plan {
  /** Need nothing, and run beside the build. */
  readonly independent: readonly Step[];
  /** Of the contracts, and the types of them. */
  readonly build: Step;
  /** Of the Solidity tests, if they are run. It writes anew what is built, but no types. */
  readonly compile: readonly Step[];
  /** Need the types alone, and run beside that. */
  readonly typed: readonly Step[];
  /** Need what is built; the longest first, so that no lane is left with one in the end. */
  readonly built: readonly Step[];
}

/** What is run of the suites. */
export interface Choice {
  /** Test files or folders; empty for all. */
  readonly named: readonly string[];
  /** Words of suite.ts. */
  readonly words: readonly string[];
}

/** What did not change since the last run is not looked at again; with CI set, everything is. */
const cached = (folder: string): string[] =>
  process.env["CI"] === undefined ? ["--cache", "--cache-location", `cache/${folder}`] : [];

const check = (name: string, ...command: Step["command"]): Step => ({ name, command, counts: "check" });

const BUILD = check("build", "hardhat", "build", "--no-tests");
/** Longer than all else that needs only types, which would otherwise wait for it. */
const BUILD_TESTS = check("build of the Solidity tests", "hardhat", "--no-typechain", "build");
const FORMAT = check("format", "prettier", "--check", "--log-level", "warn", ...cached("prettier/"), ".");
const SOLHINT_COMMAND = ["solhint", "--disc", "--noPoster", "--max-warnings", "0"] as const;
const SOLHINT = check("solhint", ...SOLHINT_COMMAND, "contracts/**/*.sol");
const SOLHINT_TESTS = check("solhint tests", ...SOLHINT_COMMAND, "-c", "test/.solhint.json", "test/**/*.sol");
const ESLINT = check("eslint", "eslint", "--max-warnings", "0", ...cached("eslint/"), ".");
const TYPES = check("types", "tsc");
const TYPES_OF_PAGE = [
  check("types of the page", "tsc", "-p", "app"),
  check("types of the page's tests", "tsc", "-p", "test/app"),
];
const PACKAGE = check("package", "tsx", "scripts/package-check.ts", "--quick");

export function plannedSteps(suites: ReadonlySet<Suite>, { named, words }: Choice): Plan {
  // As Hardhat's own command line does: tsx for modules alone. The whole of tsx loads Hardhat's plugins twice.
  const suite = (name: TestSuite, what: string, files: readonly string[]): Step => ({
    name: what,
    command: ["node", "--import", "tsx/esm", "scripts/testing/suite.ts", name, ...files, ...words],
    counts: "tests",
  });
  // Of what is named or matches, a share might have nothing; and a suite that runs no test fails.
  const isWhole = named.length === 0 && !words.some((word) => word.startsWith("--grep"));
  const mochaSteps = isWhole
    ? sharesOf(filesOf("mocha", [])).map(({ name, named: files }) => suite("mocha", `mocha tests, ${name}`, files))
    : [suite("mocha", "mocha tests", named)];
  return {
    independent: suites.has("lint") ? [FORMAT, SOLHINT, SOLHINT_TESTS] : [],
    build: BUILD,
    compile: suites.has("solidity") ? [BUILD_TESTS] : [],
    typed: [...(suites.has("lint") ? [ESLINT] : []), ...(suites.has("types") ? [TYPES, ...TYPES_OF_PAGE] : [])],
    built: [
      ...(suites.has("relay") ? [suite("relay", "relay tests", named)] : []),
      ...(suites.has("flow") ? [suite("flow", "the page's main flow", named)] : []),
      ...(suites.has("page") ? [suite("page", "page tests", named)] : []),
      ...(suites.has("mocha") ? mochaSteps : []),
      ...(suites.has("solidity") ? [suite("solidity", "solidity tests", named)] : []),
      ...(suites.has("package") ? [PACKAGE] : []),
    ],
  };
}
