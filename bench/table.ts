/** The figures as text: a table for the terminal, and one in Markdown. */
import { type Item, meetsAim, type Row } from "./part.js";

const HEADER = ["operation", "figure", "aim", "moonshot", "first use"] as const;

/** Figures to four digits at least; no more decimals than that needs. */
export function renderFigure(value: number, unit: string): string {
  const decimals = Number.isInteger(value) || Math.abs(value) >= 1_000 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return `${grouped(value, decimals)} ${unit}`;
}

/** Digits in groups of three, for people. */
export function grouped(value: number, decimals = 0): string {
  return value.toLocaleString("en", { maximumFractionDigits: decimals }).replaceAll(",", " ");
}

/** Fixed width: what was done to the left, figures to the right, a mark where an aim is missed. */
export function renderRows(rows: readonly Row[]): string {
  const cells = [[...HEADER], ...rows.map(cellsOf)];
  const widths = HEADER.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, c) => (c === 0 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** GitHub's Markdown. */
export function renderMarkdown(rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${cellsOf(row).join(" | ")} |`);
  return [`| ${HEADER.join(" | ")} |`, "| --- | ---: | ---: | ---: | ---: |", ...lines].join("\n");
}

function cellsOf(row: Row): string[] {
  const { what, value, unit, aim, moonshot, atLeast = false, firstUse } = row;
  const bound =
    aim === undefined
      ? ""
      : `${atLeast ? "≥" : "≤"} ${renderFigure(aim, "").trim()}${meetsAim(row) === true ? " ✓" : " ✗"}`;
  const [far, first] = [moonshot, firstUse].map((figure) => (figure === undefined ? "" : plain(figure)));
  return [what, renderFigure(value, unit), bound, far ?? "", first ?? ""];
}

/** Where the figures that miss their aims go, a line each. */
export function renderItems(rows: readonly Row[]): string[] {
  return missed(rows).map((row) => {
    const { what, items } = row;
    const parts = items.map(({ name, measured }) => `${name} ${plain(measured)}`);
    const floor = `of that at least ${plain(sumOf(items, "floor"))} with this layout of storage`;
    return `${what}: ${parts.join(", ")}; ${floor}. ${overOf(row)}`;
  });
}

/** The same as tables in Markdown: every item beside its floor, why that is one, and what was tried. */
export function renderFloors(rows: readonly Row[]): string[] {
  return missed(rows).map((row) => {
    const { what, aim, items } = row;
    const lines = items.map(({ name, measured, floor, why }) => cells(name, plain(measured), plain(floor), why));
    const [measured, floor] = [sumOf(items, "measured"), sumOf(items, "floor")];
    const room = aim - floor;
    const rest = room < 0 ? `the aim of ${plain(aim)} lies below` : `the aim of ${plain(aim)} leaves ${plain(room)}`;
    const head = [cells("item", "measured", "floor", "why"), "| --- | ---: | ---: | --- |"];
    const sum = cells("**together**", `**${plain(measured)}**`, `**${plain(floor)}**`, rest);
    return [`${what}:`, [...head, ...lines, sum].join("\n"), overOf(row)].join("\n\n");
  });
}

/** Which item is furthest above its floor, and what was tried. */
function overOf({ aim, items, tried }: Missed): string {
  const { name, measured, floor } = items.reduce((most, item) => (excess(item) > excess(most) ? item : most));
  const room = aim - sumOf(items, "floor");
  const over = `Over is ${name}: ${plain(measured - floor)} above its floor, where the aim leaves ${plain(Math.max(room, 0))} for all.`;
  return tried === undefined ? over : `${over} ${tried}`;
}

function excess({ measured, floor }: Item): number {
  return measured - floor;
}

type Missed = Row & Required<Pick<Row, "aim" | "items">>;

function missed(rows: readonly Row[]): Missed[] {
  return rows.filter((row): row is Missed => row.items !== undefined && meetsAim(row) === false);
}

function sumOf(items: readonly Item[], of: "measured" | "floor"): number {
  return items.reduce((sum, item) => sum + item[of], 0);
}

function plain(value: number): string {
  return renderFigure(value, "").trim();
}

function cells(...texts: readonly string[]): string {
  return `| ${texts.join(" | ")} |`;
}
