/** What a study has measured, beside what theory says. */
import { renderTable } from "../command/text.js";

export interface Figure {
  readonly name: string;
  readonly measured: number;
  readonly expected: number;
  /** How far the two may be apart, in the same unit. */
  readonly tolerance: number;
  readonly ok: boolean;
}

/** Figures that belong together, in the order in which they are shown. */
export interface Chapter {
  readonly title: string;
  /** What was done, and what it shows; sentences. */
  readonly about: string;
  readonly figures: readonly Figure[];
}

export function figure(name: string, measured: number, expected: number, tolerance: number): Figure {
  return { name, measured, expected, tolerance, ok: Math.abs(measured - expected) <= tolerance };
}

/** Of a tolerance that is a part of what is expected. */
export function relative(name: string, measured: number, expected: number, part: number): Figure {
  return figure(name, measured, expected, Math.abs(expected) * part);
}

export function allHold(chapters: readonly Chapter[]): boolean {
  return chapters.every(({ figures }) => figures.length > 0 && figures.every(({ ok }) => ok));
}

const DIGITS = 6;

/** Six digits of what matters, without an exponent where it can be helped. */
export function shown(value: number): string {
  const text = value.toPrecision(DIGITS);
  return text.includes("e") ? text : text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

export function renderChapter({ title, about, figures }: Chapter): string {
  const rows = figures.map(({ name, measured, expected, tolerance, ok }) => [
    name,
    ...[measured, expected, tolerance].map(shown),
    ok ? "ok" : "FAILED",
  ]);
  return `${title}\n${about}\n\n${renderTable(["", "measured", "expected", "tolerance", ""], rows)}`;
}

export function renderChapters(chapters: readonly Chapter[]): string {
  const failed = chapters.flatMap(({ figures }) => figures).filter(({ ok }) => !ok).length;
  const count = chapters.reduce((sum, { figures }) => sum + figures.length, 0);
  const verdict =
    failed === 0 ? `All ${count} figures are as expected.` : `${failed} of ${count} figures are not: see above.`;
  return [...chapters.map(renderChapter), verdict].join("\n\n");
}
