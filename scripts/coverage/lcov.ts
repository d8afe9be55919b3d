/** What a coverage report in lcov's form says of lines. */

export interface FileCoverage {
  /** From the project's folder, with /. */
  readonly file: string;
  readonly lines: number;
  readonly hit: number;
  readonly missed: readonly number[];
}

/** Reads lcov's `SF` (file), `DA` (line, hits) and `end_of_record`. */
export function parseLcov(text: string): FileCoverage[] {
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

/** 100 of nothing. */
export const percent = (hit: number, lines: number): number => (lines === 0 ? 100 : (100 * hit) / lines);

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

export function printTable(files: readonly FileCoverage[]): void {
  const width = Math.max(...files.map(({ file }) => file.length), "file".length);
  console.log(`${"file".padEnd(width)}  lines    hit       %  not reached`);
  for (const { file, lines, hit, missed } of files) {
    const share = percent(hit, lines).toFixed(2).padStart(6);
    const row = `${file.padEnd(width)}  ${`${lines}`.padStart(5)}  ${`${hit}`.padStart(5)}  ${share}  ${ranges(missed)}`;
    console.log(row.trimEnd());
  }
}
