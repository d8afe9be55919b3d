/** The figures as text: a table for the terminal, and one in Markdown. */
import { meetsAim, type Row } from "./part.js";

const HEADER = ["operation", "figure", "aim", "first use"] as const;

/** Figures to four digits at least; no more decimals than that needs. */
export function renderFigure(value: number, unit: string): string {
  const decimals = Number.isInteger(value) || Math.abs(value) >= 1_000 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return `${value.toLocaleString("en", { maximumFractionDigits: decimals }).replaceAll(",", " ")} ${unit}`;
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
  return [`| ${HEADER.join(" | ")} |`, "| --- | ---: | ---: | ---: |", ...lines].join("\n");
}

function cellsOf(row: Row): string[] {
  const { what, value, unit, aim, atLeast = false, firstUse } = row;
  const bound =
    aim === undefined
      ? ""
      : `${atLeast ? "≥" : "≤"} ${renderFigure(aim, "").trim()}${meetsAim(row) === true ? " ✓" : " ✗"}`;
  return [what, renderFigure(value, unit), bound, firstUse === undefined ? "" : renderFigure(firstUse, "").trim()];
}

/** Where the figures that miss their aims go, a line each. */
export function renderItems(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => {
    const { what, items } = row;
    if (items === undefined || meetsAim(row) !== false) return [];
    const parts = Object.entries(items).map(([name, amount]) => `${name} ${renderFigure(amount, "").trim()}`);
    return [`${what}: ${parts.join(", ")}`];
  });
}
