/** Tables of numbers as coloured cells: losses red, gains blue, zero white; the numbers stand in the cells. */
import { element, label, picture, tooltip } from "./element.js";

export interface HeatTable {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** One entry for each row and column: its text, and its size, which only chooses the colour. */
  readonly cells: readonly (readonly { readonly text: string; readonly value: number }[])[];
}

export interface Heading {
  readonly title: string;
  /** What the numbers are, and their unit. */
  readonly caption: string;
}

const CELL = { width: 92, height: 26 };
const FIRST_TOP = 76;
const NAME_HEIGHT = 20;
/** From the foot of a table to the head of the next one's cells. */
const BETWEEN = 60;
const LEGEND = 52;
const CHARACTER = 7; // width of one, about
const MAX_NAME = 28;
/** From here on white is easier to read on either colour than black. */
const DARK = 0.85;
const RED = [178, 24, 43] as const;
const BLUE = [33, 102, 172] as const;

const ZERO = { text: "0", value: 0 };

/** Rows are scenarios, columns are holders. */
export function heatMap({ title, caption, ...table }: Heading & HeatTable): string {
  const { rows, columns } = table;
  const counted = `${rows.length} scenarios, ${columns.length} holders`;
  return drawn({ title, caption }, counted, [{ name: "", table }]);
}

/** A table for each holder, below each other and in one measure of colours: rows are the shocks of one asset, columns those of another. */
export function heatMaps(heading: Heading, holders: readonly NamedTable[]): string {
  const [rows, columns] = [holders[0]?.table.rows ?? [], holders[0]?.table.columns ?? []];
  const counted = `${holders.length} holders, ${rows.length} by ${columns.length} scenarios`;
  return drawn(heading, counted, holders);
}

export interface NamedTable {
  /** Empty: the table has no heading of its own. */
  readonly name: string;
  readonly table: HeatTable;
}

function drawn({ title, caption }: Heading, counted: string, tables: readonly NamedTable[]): string {
  const left =
    24 + CHARACTER * Math.max(8, ...tables.flatMap(({ table }) => table.rows.map((row) => shortened(row).length)));
  const widest = Math.max(...tables.map(({ table }) => table.columns.length));
  const width = Math.max(left + CELL.width * widest + 16, 16 + CHARACTER * Math.max(title.length, caption.length));
  const largest = tables
    .flatMap(({ table }) => table.cells.flat())
    .reduce((one, other) => (Math.abs(other.value) > Math.abs(one.value) ? other : one), ZERO);
  const most = Math.abs(largest.value) || 1;
  const parts: string[] = [];
  let top = FIRST_TOP + (tables.some(({ name }) => name !== "") ? NAME_HEIGHT : 0);
  for (const one of tables) {
    parts.push(...tableAt(one, left, top, most));
    top += CELL.height * one.table.rows.length + BETWEEN;
  }
  const bottom = top - BETWEEN;
  return picture(
    { width, height: bottom + LEGEND },
    title,
    `${caption}. ${counted}. ${extremes(tables)}`,
    label(title, 12, 24, { "font-size": 15 }),
    label(caption, 12, 42, { fill: "#444444" }),
    ...parts,
    ...legend(left, bottom + 16, largest.text.replace(/^-/, "")),
  );
}

function tableAt(
  { name, table: { rows, columns, cells } }: NamedTable,
  left: number,
  top: number,
  most: number,
): string[] {
  const heading = name === "" ? [] : [label(shortened(name), left, top - 26, { "font-weight": "bold" })];
  const of = name === "" ? "" : `${name}: `;
  return [
    ...heading,
    ...columns.map((column, c) =>
      label(shortened(column, 12), left + CELL.width * (c + 0.5), top - 8, { "text-anchor": "middle" }),
    ),
    ...rows.flatMap((row, r) => [
      label(shortened(row), left - 8, top + CELL.height * (r + 0.65), { "text-anchor": "end" }),
      ...(cells[r] ?? []).map(({ text, value }, c) =>
        cell(text, value / most, left + CELL.width * c, top + CELL.height * r, `${of}${row}, ${columns[c] ?? ""}`),
      ),
    ]),
  ];
}

function cell(text: string, share: number, x: number, y: number, name: string): string {
  const isDark = Math.abs(share) > DARK;
  return element(
    "g",
    {},
    tooltip(`${name}: ${text}`),
    element("rect", { x, y, width: CELL.width - 1, height: CELL.height - 1, fill: colour(share) }),
    label(text, x + CELL.width - 8, y + CELL.height * 0.65, {
      "text-anchor": "end",
      fill: isDark ? "#ffffff" : "#000000",
    }),
  );
}

/** −1 is red, 0 white, 1 blue. */
function colour(share: number): string {
  const target = share < 0 ? RED : BLUE;
  const channels = target.map((full) => Math.round(255 + (full - 255) * Math.min(1, Math.abs(share))));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

function legend(x: number, y: number, most: string): string[] {
  const STEPS = 9;
  const width = 24;
  return [
    ...Array.from({ length: STEPS }, (_, step) =>
      element("rect", { x: x + width * step, y, width, height: 12, fill: colour((2 * step) / (STEPS - 1) - 1) }),
    ),
    label(`−${most}`, x, y + 26),
    label("0", x + (width * STEPS) / 2, y + 26, { "text-anchor": "middle" }),
    label(most, x + width * STEPS, y + 26, { "text-anchor": "end" }),
  ];
}

function extremes(tables: readonly NamedTable[]): string {
  const all = tables.flatMap(({ name, table: { rows, columns, cells } }) =>
    cells.flatMap((row, r) =>
      row.map((entry, c) => {
        const [rowName, columnName] = [rows[r] ?? "", columns[c] ?? ""];
        return {
          ...entry,
          where: name === "" ? `${columnName} in ${rowName}` : `${name} in ${rowName}, ${columnName}`,
        };
      }),
    ),
  );
  const [first] = all;
  if (first === undefined) return "";
  const least = all.reduce((low, one) => (one.value < low.value ? one : low), first);
  const greatest = all.reduce((high, one) => (one.value > high.value ? one : high), first);
  return `Least: ${least.text} for ${least.where}. Greatest: ${greatest.text} for ${greatest.where}.`;
}

function shortened(name: string, most = MAX_NAME): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
