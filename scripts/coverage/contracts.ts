/** Line coverage of the contracts by the Solidity and the mocha tests together. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";

import { shortfalls } from "./floors.js";
import { parseLcov, percent, printTable } from "./lcov.js";

const REQUIRED_PERCENT = 90;
/** Of each file by itself: what stands around the core are many small contracts, of which a total would hide one. */
const OF_EACH = { folder: "contracts/periphery/", percent: 95 } as const;
/**
 * The tests of contracts/. The others (command line, deployments, examples, relay) run programs and nodes of their own, where
 * nothing is instrumented and instrumented code does not fit.
 */
const TESTED_IN = ["test/contracts", "test/trials/differential", "test/trials/prove", "test/findings"];
const REPORT = "coverage/lcov.info";
/**
 * What counts the lines is called between two statements, and uses the memory that is not taken. Where the book keeps something there
 * from one statement to the next (batches of several orders, quote sets) instrumented code does other things than the book does, so its tests fail.
 */
const FAILED = `Tests failed, which need not be a fault: instrumented code does not keep what lies in free memory. \`npm test\` is the judge of tests;
here only lines are counted, among them those that failing tests have reached.`;
/** Mocks are tools of the tests, not their subject. */
const isCounted = (file: string): boolean => file.startsWith("contracts/") && !file.startsWith("contracts/mocks/");

/** @returns the exit status */
export function coverContracts(): number {
  rmSync(REPORT, { force: true });
  const files = TESTED_IN.flatMap((folder) => globSync(`${folder}/**/*.{t.sol,test.ts}`)).sort();
  const run = spawnSync("hardhat", ["test", ...files, "--coverage", "--no-typechain", "--test-profile", "coverage"], {
    // Instrumented code lives in a cache of its own (see hardhat.config.ts).
    env: { ...process.env, SESSION_PROFILE: "coverage", HARDHAT_DISABLE_TELEMETRY: "true" },
    shell: process.platform === "win32",
    stdio: "inherit",
  });
  if (!existsSync(REPORT)) {
    console.error("The run has ended without a report: nothing was measured.");
    return 1;
  }
  if (run.status !== 0) console.error(FAILED);
  const covered = parseLcov(readFileSync(REPORT, "utf8")).filter(({ file }) => isCounted(file));
  covered.sort((a, b) => a.file.localeCompare(b.file));
  const lines = covered.reduce((sum, entry) => sum + entry.lines, 0);
  const hit = covered.reduce((sum, entry) => sum + entry.hit, 0);
  if (lines === 0) {
    console.error("The report names no line of contracts/: nothing was measured.");
    return 1;
  }
  printTable(covered);
  const total = percent(hit, lines);
  console.log(`total: ${hit} of ${lines} lines, ${total.toFixed(2)} % (required: ${REQUIRED_PERCENT} %)`);
  const short = shortfalls(covered, OF_EACH);
  for (const line of short) console.error(line);
  return total >= REQUIRED_PERCENT && short.length === 0 ? 0 : 1;
}
