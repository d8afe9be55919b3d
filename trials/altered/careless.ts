/** Alterations of the file by somebody, or by a fault, that leaves the checksum as it was: any place at all. */
import type { Random } from "../../stage/rng.js";
import { printSessionLog, type SessionLog } from "../../src/verify/session-log.js";

/** A way to alter the text of a file. */
export interface CarelessKind {
  readonly kind: string;
  /** @returns the altered text, never the same one */
  readonly alter: (text: string, random: Random) => string;
}

export const CARELESS: readonly CarelessKind[] = [
  { kind: "file: a bit flipped anywhere", alter: withBitFlipped },
  { kind: "file: a line dropped", alter: (text, random) => joined(without(linesOf(text), random)) },
  { kind: "file: two lines swapped", alter: (text, random) => joined(swapped(linesOf(text), random)) },
  { kind: "file: a line twice", alter: (text, random) => joined(repeated(linesOf(text), random)) },
  { kind: "file: cut off", alter: (text, random) => text.slice(0, random.integer(0, text.length - 2)) },
];

export function textOf(log: SessionLog): string {
  return printSessionLog(log);
}

function withBitFlipped(text: string, random: Random): string {
  const at = random.integer(0, text.length - 1);
  return (
    text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << random.integer(0, 6))) + text.slice(at + 1)
  );
}

function without(lines: readonly string[], random: Random): string[] {
  return lines.toSpliced(random.integer(0, lines.length - 1), 1);
}

function swapped(lines: readonly string[], random: Random): string[] {
  const first = random.integer(0, lines.length - 2);
  const second = random.integer(first + 1, lines.length - 1);
  return lines.with(first, lines[second] ?? "").with(second, lines[first] ?? "");
}

function repeated(lines: readonly string[], random: Random): string[] {
  const at = random.integer(0, lines.length - 1);
  return lines.toSpliced(at, 0, lines[at] ?? "");
}

function linesOf(text: string): string[] {
  return text.trimEnd().split("\n");
}

function joined(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
