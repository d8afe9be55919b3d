/** What is required of each file by itself: a total hides one that nobody tests. */
import { type FileCoverage, percent } from "./lcov.js";

/** Of the files that begin with `folder`. */
export interface Floor {
  readonly folder: string;
  readonly percent: number;
}

/** @returns a line for each file below the floor, and one if there is no such file */
export function shortfalls(files: readonly FileCoverage[], floor: Floor): string[] {
  const own = files.filter(({ file }) => file.startsWith(floor.folder));
  if (own.length === 0) return [`${floor.folder}: nothing of it was measured`];
  return own.flatMap(({ file, lines, hit }) => {
    const share = percent(hit, lines);
    return share >= floor.percent
      ? []
      : [`${file}: ${share.toFixed(2)} % of ${lines} lines (required: ${floor.percent} %)`];
  });
}
