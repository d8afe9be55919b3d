/** The performance section of the README: made from the figures, never typed. */
import type { PartResult, Row } from "./part.js";
import type { Results } from "./document.js";
import { renderFloors, renderMarkdown } from "./table.js";

const BEGIN = "<!-- performance: written by npm run bench -->";
const END = "<!-- end of performance -->";
const PICTURES = ["gas-held", "engine-match-heavy"];

/** Puts the section of these results between the README's two marks. */
export function withPerformance(readme: string, results: Results): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has lost its marks "${BEGIN}" and "${END}"`);
  return `${readme.slice(0, from)}${BEGIN}\n\n${performanceSection(results)}\n\n${readme.slice(to)}`;
}

/** Rows that have an aim, but for sizes of code, and two pictures. */
export function performanceSection(results: Results): string {
  const parts = Object.values(results);
  const rows = parts.flatMap((part) => part.rows.filter(({ aim, unit }: Row) => aim !== undefined && unit !== "bytes"));
  const pictures = parts.flatMap((part) => part.pictures).filter(({ id }) => PICTURES.includes(id));
  const images = pictures.map(({ id, title }) => `![${title}](bench/${id}.svg)`);
  const more = "All figures, and where the gas of a missed aim goes: [docs/performance.md](docs/performance.md).";
  return [renderMarkdown(rows), more, images.join(" ")].join("\n\n");
}

/** The page with everything: each part's figures, what misses an aim and why, notes and pictures. */
export function performancePage(results: Results): string {
  const sections = Object.entries(results).map(([name, part]) => sectionOf(name, part));
  const intro = "Written by `npm run bench`; not to be edited. ✓ and ✗ say whether an aim is met.";
  return `${["# Performance", intro, ...sections].join("\n\n")}\n`;
}

function sectionOf(name: string, { rows, pictures, notes }: PartResult): string {
  const floors = renderFloors(rows);
  const intro =
    "What the missed aims are bound by: each item as measured, and its floor with this layout of storage and these events.";
  const bounds = floors.length === 0 ? [] : [intro, ...floors];
  const remarks = notes.map((note) => `- ${note}`).join("\n");
  const images = pictures.map(({ id, title }) => `![${title}](../bench/${id}.svg)`).join("\n");
  return [`## ${name}`, renderMarkdown(rows), ...bounds, remarks, images].filter((text) => text !== "").join("\n\n");
}
