/** What people read: tables, lists of facts, rounded decimals. Nothing is computed from it. */
import { decimal } from "../../protocol/amounts/decimals.js";

/** First column to the left, all others to the right, a rule under the header. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "(none)";
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => (column === 0 ? (row[0] ?? "").padEnd(width) : (row[column] ?? "").padStart(width)))
      .join("  ")
      .trimEnd();
  return [line(header), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/** One fact a line, the values in one column. */
export function facts(entries: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

/** The parts with a blank line between them; empty ones left out. */
export function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

const TOKEN = 10n ** 18n;
const DIGITS = 6;

/** Token wei as a decimal with at most 6 digits after the point, rounded half away from zero; ~ if that cut anything. */
export function tokens(wei: bigint): string {
  return decimal(wei, TOKEN, DIGITS);
}

/** Unix seconds as a date; what no calendar holds stays a number. */
export function date(seconds: bigint | number): string {
  const time = new Date(Number(seconds) * 1000);
  return Number.isNaN(time.getTime()) ? String(seconds) : time.toISOString().replace(".000Z", "Z");
}

/** Signs that speak to a terminal instead of standing in it, and those that turn a line round. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const UNSHOWN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text with the words of others in it (a market's owner, a relay, a file's name), as a terminal may have it: signs that are not to be seen
 * stand there as JSON writes them, so that a document in JSON stays the same one. Lines may end as on any system.
 */
export function legible(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(UNSHOWN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
