/** `npm run coverage`: line coverage of the contracts by the Solidity and the mocha tests together. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";

const REQUIRED_PERCENT = 90;
/**
 * The tests of contracts/. The others (command line, deployments, examples, relay) run programs and nodes of their own, where
 * nothing is instrumented and instrumented code does not fit.
 */
const TESTED_IN = ["test/contracts", "test/trials/differential", "test/trials/prove", "test/findings"];
const REPORT = "coverage/lcov.info";
/** Mocks are tools of the tests, not their subject. */
const isCounted = (file: string): boolean => file.startsWith("contracts/") && !file.startsWith("contracts/mocks/");

interface FileCoverage {
  readonly file: string;
  readonly lines: number;
  readonly hit: number;
  readonly missed: readonly number[];
}

/** Reads lcov's `SF` (file), `DA` (line, hits) and `end_of_record`. */
function parseLcov(text: string): FileCoverage[] {
  const files: FileCoverage[] = [];
  let file = "";
  let hits = new Map<number, number>();
  for (const row of text.split("\n")) {
    const [, key, value] = /^(SF|DA):(.*)$/.exec(row) ?? [];
    if (key === "SF" && value !== undefined) {
      file = value;
      hits = new Map();
    } else if (key === "DA" && value !== undefined) {
      const [line = Number.NaN, count = Number.NaN] = value.split(",").map(Number);
      hits.set(line, count);
    } else if (row === "end_of_record") {
      const missed = [...hits].filter(([, count]) => count === 0).map(([line]) => line);
      files.push({ file, lines: hits.size, hit: hits.size - missed.length, missed: missed.sort((a, b) => a - b) });
    }
  }
  return files;
}

const percent = (hit: number, lines: number): number => (lines === 0 ? 100 : (100 * hit) / lines);

/** `[1, 2, 3, 7]` as `1-3, 7`. */
function ranges(lines: readonly number[]): string {
  const found: [number, number][] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else found.push([line, line]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}

function printTable(files: readonly FileCoverage[]): void {
  const width = Math.max(...files.map(({ file }) => file.length), "file".length);
  console.log(`${"file".padEnd(width)}  lines    hit       %  not reached`);
  for (const { file, lines, hit, missed } of files) {
    const share = percent(hit, lines).toFixed(2).padStart(6);
    const row = `${file.padEnd(width)}  ${`${lines}`.padStart(5)}  ${`${hit}`.padStart(5)}  ${share}  ${ranges(missed)}`;
    console.log(row.trimEnd());
  }
}

function main(): number {
  rmSync(REPORT, { force: true });
  const files = TESTED_IN.flatMap((folder) => globSync(`${folder}/**/*.{t.sol,test.ts}`)).sort();
  const run = spawnSync("hardhat", ["test", ...files, "--coverage", "--no-typechain", "--test-profile", "coverage"], {
    // Instrumented code lives in a cache of its own (see hardhat.config.ts).
    env: { ...process.env, SESSION_PROFILE: "coverage", HARDHAT_DISABLE_TELEMETRY: "true" },
    shell: process.platform === "win32",
    stdio: "inherit",
  });
  if (run.status !== 0) {
    console.error("The tests failed under coverage.");
    return 1;
  }
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
  return total >= REQUIRED_PERCENT ? 0 : 1;
}

process.exitCode = main();
