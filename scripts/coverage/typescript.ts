/** Line coverage of the rooms that work with what others send, each by the tests of its own folder alone. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";

import { type FileCoverage, parseLcov, percent, printTable } from "./lcov.js";

const REQUIRED_PERCENT = 95;
const ROOMS = ["relay", "verify", "cli"] as const;
const REPORTS = "coverage/typescript";

/** @param most files that are listed @returns the exit status */
export function coverTypeScript(most: number): number {
  const rooms = ROOMS.map((room) => ({ room, files: coverageOf(room) }));
  if (rooms.some(({ files }) => files === undefined)) return 1;
  const all = rooms.flatMap(({ files }) => files ?? []);
  const missing = ({ lines, hit }: FileCoverage): number => lines - hit;
  printTable([...all].sort((a, b) => missing(b) - missing(a)).slice(0, most));
  const shares = rooms.map(({ room, files = [] }) => {
    const [lines, hit] = [sumOf(files, "lines"), sumOf(files, "hit")];
    const share = percent(hit, lines);
    console.log(`src/${room}: ${hit} of ${lines} lines, ${share.toFixed(2)} % (required: ${REQUIRED_PERCENT} %)`);
    return lines === 0 ? 0 : share;
  });
  return shares.every((share) => share >= REQUIRED_PERCENT) ? 0 : 1;
}

const sumOf = (files: readonly FileCoverage[], what: "lines" | "hit"): number =>
  files.reduce((sum, file) => sum + file[what], 0);

/** By the tests of that folder, those with nodes and databases too, and whatever programs they start. @returns undefined if one fails */
function coverageOf(room: string): FileCoverage[] | undefined {
  const [reports, raw] = [`${REPORTS}/${room}`, `cache/coverage/${room}`];
  rmSync(reports, { recursive: true, force: true });
  const measured = ["--reporter", "lcovonly", "--reports-dir", reports, "--temp-directory", raw, "--clean"];
  const counted = ["--include", `src/${room}/**/*.ts`, "--all", "--src", ".", "--merge-async"];
  const tests = ["node", "--import", "tsx/esm", "scripts/test.ts", `test/${room}`];
  const { status } = spawnSync("c8", [...measured, ...counted, ...tests], {
    shell: process.platform === "win32",
    stdio: "inherit",
  });
  rmSync(raw, { recursive: true, force: true });
  if (status === 0) return parseLcov(readFileSync(`${reports}/lcov.info`, "utf8"));
  console.error(`The tests of test/${room} failed under coverage.`);
  return undefined;
}
