/** Text as people's programs write it: byte order marks, UTF-16, line ends of any system; cells with or without quotes. */

/** @returns undefined for bytes that are no text: neither UTF-8 nor UTF-16 with its mark */
export function decodeText(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes); // which leaves the mark out
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

export interface TableLine {
  /** From 1, as editors count. */
  readonly line: number;
  readonly content: string;
  /** Without their quotes and outer blanks; undefined if a quote is left open, or stands inside a cell. */
  readonly cells: readonly string[] | undefined;
}

/**
 * The lines of a table that are not empty, the header first. Cells are separated as the header's are: by commas, semicolons or tabs.
 * They may be in double quotes, in which two stand for one; none spans lines.
 */
export function tableLines(text: string): TableLine[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content.trim() !== "");
  const separator = separatorOf(lines[0]?.content ?? "");
  return lines.map(({ content, line }) => ({ content, line, cells: cellsOf(content, separator) }));
}

/** A line of a table whose columns have names. */
export interface ColumnRow {
  readonly line: number;
  readonly content: string;
  /** As many as there are columns. */
  readonly cells: readonly string[];
}

/** A table whose first line names its columns. */
export interface ColumnTable {
  /** As they are written; some may be without a name. */
  readonly columns: readonly string[];
  readonly rows: readonly ColumnRow[];
  /** What is broken; rows that are, are not among `rows`. */
  readonly problems: readonly BrokenLine[];
}

export interface BrokenLine {
  readonly line: number;
  readonly content: string;
  /** What is wrong with it. */
  readonly problem: string;
}

/** @param keyOf by what columns are told apart: the name as it is written by default */
export function columnTable(text: string, keyOf = (name: string): string => name): ColumnTable {
  const [header, ...body] = tableLines(text);
  const columns = header?.cells ?? [];
  const keys = columns.map(keyOf);
  const repeated = columns.find((name, k) => name !== "" && keys.indexOf(keyOf(name)) !== k);
  const problems: BrokenLine[] = [];
  const rows: ColumnRow[] = [];
  if (header !== undefined) {
    const { line, content } = header;
    if (header.cells === undefined) problems.push({ line, content, problem: BROKEN });
    if (repeated !== undefined) problems.push({ line, content, problem: `column "${repeated}" stands there twice` });
    if (problems.length > 0) return { columns, rows, problems };
  }
  for (const { line, content, cells } of body) {
    const count = cells?.length ?? 0;
    if (cells === undefined) problems.push({ line, content, problem: BROKEN });
    else if (count === columns.length) rows.push({ line, content, cells });
    else problems.push({ line, content, problem: `${count} cells under ${columns.length} columns` });
  }
  return { columns, rows, problems };
}

const BROKEN = "a quote is left open, or stands inside a cell";

const SEPARATORS = [",", ";", "\t"] as const;
type Separator = (typeof SEPARATORS)[number];

/** The one that makes most cells of the header; a comma if none does. */
function separatorOf(header: string): Separator {
  const counts = SEPARATORS.map((separator) => cellsOf(header, separator)?.length ?? 0);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ",";
}

const CELL: Readonly<Record<Separator, RegExp>> = {
  ",": cellBefore(","),
  ";": cellBefore(";"),
  "\t": cellBefore("\\t"),
};

function cellBefore(separator: string): RegExp {
  const blank = separator === "\\t" ? " " : "[ \\t]";
  return new RegExp(
    `${blank}*(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^"${separator}]*))${blank}*(?<end>${separator}|$)`,
    "gy",
  );
}

function cellsOf(content: string, separator: Separator): string[] | undefined {
  const cells: string[] = [];
  for (const { groups } of content.matchAll(CELL[separator])) {
    const cell = groups?.["quoted"]?.replaceAll('""', '"') ?? groups?.["plain"] ?? "";
    cells.push(cell.trim());
    if (groups?.["end"] === "") return cells;
  }
  return undefined;
}
