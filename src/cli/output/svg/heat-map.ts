/** A table of numbers as coloured cells: losses red, gains blue, zero white; the numbers stand in the cells. */
import { element, label, picture, tooltip } from "./element.js";

export interface HeatMap {
  readonly title: string;
  /** What the numbers are, and their unit. */
  readonly caption: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** One entry for each row and column: its text, and its size, which only chooses the colour. */
  readonly cells: readonly (readonly { readonly text: string; readonly value: number }[])[];
}

const CELL = { width: 92, height: 26 };
const TOP = 76;
const LEGEND = 52;
const CHARACTER = 7; // width of one, about
const MAX_NAME = 28;
/** From here on white is easier to read on either colour than black. */
const DARK = 0.85;
const RED = [178, 24, 43] as const;
const BLUE = [33, 102, 172] as const;

const ZERO = { text: "0", value: 0 };

export function heatMap({ title, caption, rows, columns, cells }: HeatMap): string {
  const left = 24 + CHARACTER * Math.max(8, ...rows.map((row) => shortened(row).length));
  const width = Math.max(
    left + CELL.width * columns.length + 16,
    16 + CHARACTER * Math.max(title.length, caption.length),
  );
  const bottom = TOP + CELL.height * rows.length;
  const largest = cells
    .flat()
    .reduce((one, other) => (Math.abs(other.value) > Math.abs(one.value) ? other : one), ZERO);
  const most = Math.abs(largest.value) || 1;
  const description = `${caption}. ${rows.length} scenarios, ${columns.length} holders. ${extremes(rows, columns, cells)}`;
  return picture(
    { width, height: bottom + LEGEND },
    title,
    description,
    label(title, 12, 24, { "font-size": 15 }),
    label(caption, 12, 42, { fill: "#444444" }),
    ...columns.map((column, c) =>
      label(shortened(column, 12), left + CELL.width * (c + 0.5), TOP - 8, { "text-anchor": "middle" }),
    ),
    ...rows.flatMap((row, r) => [
      label(shortened(row), left - 8, TOP + CELL.height * (r + 0.65), { "text-anchor": "end" }),
      ...(cells[r] ?? []).map(({ text, value }, c) =>
        cell(text, value / most, left + CELL.width * c, TOP + CELL.height * r, `${row}, ${columns[c] ?? ""}`),
      ),
    ]),
    ...legend(left, bottom + 16, largest.text.replace(/^-/, "")),
  );
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

function extremes(rows: readonly string[], columns: readonly string[], cells: HeatMap["cells"]): string {
  const all = cells.flatMap((row, r) => row.map((entry, c) => ({ ...entry, row: rows[r], column: columns[c] })));
  const [first] = all;
  if (first === undefined) return "";
  const least = all.reduce((low, one) => (one.value < low.value ? one : low), first);
  const greatest = all.reduce((high, one) => (one.value > high.value ? one : high), first);
  const say = ({ text, row, column }: (typeof all)[number]): string => `${text} for ${column ?? ""} in ${row ?? ""}`;
  return `Least: ${say(least)}. Greatest: ${say(greatest)}.`;
}

function shortened(name: string, most = MAX_NAME): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
