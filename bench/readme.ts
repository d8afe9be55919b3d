/** The performance section of the README: made from the figures, never typed. */
import type { PartResult, Row } from "./part.js";
import type { Results } from "./document.js";
import { renderFigure, renderFloors, renderMarkdown } from "./table.js";

const BEGIN = "<!-- performance: written by npm run bench -->";
const END = "<!-- end of performance -->";

/** The README's figures: what others take for the like was measured once with their own contracts (docs/decisions.md). */
const BEST: readonly { readonly id: string; readonly elsewhere: string }[] = [
  { id: "furtherOrder", elsewhere: "68 000 a further maker on Polymarket's exchange, 44 000 on its second" },
  { id: "check 32", elsewhere: "1 361 000 for Grappa's cross-margin check of 32 legs" },
  { id: "open", elsewhere: "6 600 000 to create UMA's LongShortPair" },
];

/** Puts the section of these results between the README's two marks. */
export function withPerformance(readme: string, results: Results): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has lost its marks "${BEGIN}" and "${END}"`);
  return `${readme.slice(0, from)}${BEGIN}\n\n${performanceSection(results)}\n\n${readme.slice(to)}`;
}

/** Three figures beside those of others, and where all are. @throws Error if one was not measured */
export function performanceSection(results: Results): string {
  const rows = Object.values(results).flatMap((part): readonly Row[] => part.rows);
  const lines = BEST.map(({ id, elsewhere }) => {
    const row = rows.find((found) => found.id === id);
    if (row === undefined) throw new Error(`the README shows "${id}", which was not measured`);
    return `| ${row.what} | ${renderFigure(row.value, row.unit)} | ${elsewhere} |`;
  });
  const table = ["| operation | here | elsewhere |", "| --- | ---: | --- |", ...lines].join("\n");
  const more =
    "All figures, the aims, and where the gas of a missed aim goes: [docs/performance.md](docs/performance.md).";
  return [table, more].join("\n\n");
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
