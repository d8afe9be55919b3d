/** Tables of numbers as coloured cells: losses red, gains blue, zero white; the numbers stand in the cells. */
import { extremesText } from "./caption.js";
import { CHARACTER, type GroupMark, type Mark, type Picture, shortened, textAt, titleAt, type Told } from "./marks.js";

export interface HeatTable {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** One entry for each row and column: its text, and its size, which only chooses the colour. */
  readonly cells: readonly (readonly Told[])[];
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
/** From here on white is easier to read on either colour than black. */
const DARK = 0.85;

const ZERO = { text: "0", value: 0 };

/** Rows are scenarios, columns are holders. */
export function heatMap({ title, caption, ...table }: Heading & HeatTable): Picture {
  const { rows, columns } = table;
  const counted = `${rows.length} scenarios, ${columns.length} holders`;
  return drawn({ title, caption }, counted, [{ name: "", table }]);
}

/** A table for each holder, below each other and in one measure of colours: rows are the shocks of one asset, columns those of another. */
export function heatMaps(heading: Heading, holders: readonly NamedTable[]): Picture {
  const [rows, columns] = [holders[0]?.table.rows ?? [], holders[0]?.table.columns ?? []];
  const counted = `${holders.length} holders, ${rows.length} by ${columns.length} scenarios`;
  return drawn(heading, counted, holders);
}

export interface NamedTable {
  /** Empty: the table has no heading of its own. */
  readonly name: string;
  readonly table: HeatTable;
}

function drawn({ title, caption }: Heading, counted: string, tables: readonly NamedTable[]): Picture {
  const left =
    24 + CHARACTER * Math.max(8, ...tables.flatMap(({ table }) => table.rows.map((row) => shortened(row).length)));
  const widest = Math.max(0, ...tables.map(({ table }) => table.columns.length));
  const width = Math.max(left + CELL.width * widest + 16, 16 + CHARACTER * Math.max(title.length, caption.length));
  const largest = tables
    .flatMap(({ table }) => table.cells.flat())
    .reduce((one, other) => (Math.abs(other.value) > Math.abs(one.value) ? other : one), ZERO);
  const most = Math.abs(largest.value) || 1;
  const parts: Mark[] = [];
  let top = FIRST_TOP + (tables.some(({ name }) => name !== "") ? NAME_HEIGHT : 0);
  for (const one of tables) {
    parts.push(...tableAt(one, left, top, most));
    top += CELL.height * one.table.rows.length + BETWEEN;
  }
  const bottom = top - BETWEEN;
  return {
    width,
    height: bottom + LEGEND,
    title,
    caption: `${caption}. ${counted}. ${extremes(tables)}`,
    marks: [
      titleAt(title, 12),
      textAt(caption, 12, 42, { tone: "quiet" }),
      ...parts,
      ...legend(left, bottom + 16, largest.text.replace(/^-/, "")),
    ],
    table: asRows(tables),
  };
}

function tableAt(
  { name, table: { rows, columns, cells } }: NamedTable,
  left: number,
  top: number,
  most: number,
): Mark[] {
  const heading = name === "" ? [] : [textAt(shortened(name), left, top - 26, { role: "heading" })];
  const of = name === "" ? "" : `${name}: `;
  return [
    ...heading,
    ...columns.map((column, c) =>
      textAt(shortened(column, 12), left + CELL.width * (c + 0.5), top - 8, { anchor: "middle" }),
    ),
    ...rows.flatMap((row, r) => [
      textAt(shortened(row), left - 8, top + CELL.height * (r + 0.65), { anchor: "end" }),
      ...(cells[r] ?? []).map(({ text, value }, c) =>
        cell(text, value / most, left + CELL.width * c, top + CELL.height * r, `${of}${row}, ${columns[c] ?? ""}`),
      ),
    ]),
  ];
}

function cell(text: string, share: number, x: number, y: number, name: string): GroupMark {
  const isDark = Math.abs(share) > DARK;
  return {
    kind: "group",
    title: `${name}: ${text}`,
    marks: [
      { kind: "rect", x, y, width: CELL.width - 1, height: CELL.height - 1, ...colour(share) },
      textAt(text, x + CELL.width - 8, y + CELL.height * 0.65, { anchor: "end", tone: isDark ? "ground" : "ink" }),
    ],
  };
}

/** −1 is all of a loss, 0 nothing, 1 all of a gain. */
function colour(share: number): { readonly tone: "loss" | "gain"; readonly strength: number } {
  return { tone: share < 0 ? "loss" : "gain", strength: Math.min(1, Math.abs(share)) };
}

function legend(x: number, y: number, most: string): Mark[] {
  const STEPS = 9;
  const width = 24;
  return [
    ...Array.from({ length: STEPS }, (_, step): Mark => ({
      ...{ kind: "rect", x: x + width * step, y, width, height: 12 },
      ...colour((2 * step) / (STEPS - 1) - 1),
    })),
    textAt(`−${most}`, x, y + 26),
    textAt("0", x + (width * STEPS) / 2, y + 26, { anchor: "middle" }),
    textAt(most, x + width * STEPS, y + 26, { anchor: "end" }),
  ];
}

function extremes(tables: readonly NamedTable[]): string {
  return extremesText(
    tables.flatMap(({ name, table: { rows, columns, cells } }) =>
      cells.flatMap((row, r) =>
        row.map((entry, c) => {
          const [rowName, columnName] = [rows[r] ?? "", columns[c] ?? ""];
          const where = name === "" ? `for ${columnName} in ${rowName}` : `for ${name} in ${rowName}, ${columnName}`;
          return { ...entry, where };
        }),
      ),
    ),
  );
}

function asRows(tables: readonly NamedTable[]): Picture["table"] {
  const isNamed = tables.some(({ name }) => name !== "");
  const before = (name: string): string[] => (isNamed ? [name] : []);
  return {
    columns: [...before("holder"), "scenario", ...(tables[0]?.table.columns ?? [])],
    rows: tables.flatMap(({ name, table: { rows, cells } }) =>
      rows.map((row, r) => [...before(name), row, ...(cells[r] ?? []).map(({ text }) => text)]),
    ),
  };
}
