/** A stress test as a heat map: scenarios by holders; of two assets' shocks a table for each holder, one asset's by the other's. */
import { type Fraction, fraction } from "../../protocol/amounts/fraction.js";
import { heatMap, heatMaps, type HeatTable } from "../../pictures/heat-map.js";
import { printPicture } from "../../pictures/svg/print.js";
import { shortName } from "./holders.js";
import { cellOf, shownColumns, type StressRun, unitOf } from "./table.js";

/** @param grid the names of two assets' shocks, if the scenarios are their combinations, row by row */
export function pictureOf(run: StressRun, grid?: Pick<HeatTable, "rows" | "columns">): string {
  const { rows } = run.stressed;
  const shown = shownColumns(run);
  const approximate = (value: Fraction | undefined): number => {
    const { numerator, denominator } = value ?? fraction(0n);
    const MILLIONTHS = 1_000_000n;
    return Number((numerator * MILLIONTHS) / (denominator * run.scale)) / Number(MILLIONTHS); // for the colour alone
  };
  const gain = (row: number, column: number): HeatTable["cells"][number][number] => {
    const profit = rows[row]?.profits[column];
    return { text: cellOf(run, profit), value: approximate(profit) };
  };
  const nameOf = (column: number): string => shortName(run.holders.names[column] ?? "");
  const heading = { title: "Stress test", caption: `Gain or loss against the baseline, in ${unitOf(run)}` };
  if (grid === undefined) {
    const cells = rows.map((_, row) => shown.map((column) => gain(row, column)));
    return printPicture(heatMap({ ...heading, rows: rows.map(({ name }) => name), columns: shown.map(nameOf), cells }));
  }
  const across = grid.columns.length;
  const tables = shown.map((column) => ({
    name: nameOf(column),
    table: { ...grid, cells: grid.rows.map((_, r) => grid.columns.map((__, c) => gain(r * across + c, column))) },
  }));
  return printPicture(heatMaps(heading, tables));
}
