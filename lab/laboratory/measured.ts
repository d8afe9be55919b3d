/** Tables of what is measured, with how far chance may have moved it, and nothing that it must be. */
import { renderTable } from "../command/text.js";
import type { Estimate } from "./estimate.js";

export interface Column {
  /** As programs read it. */
  readonly key: string;
  /** As people do, with its unit. */
  readonly title: string;
  /** After the point. */
  readonly digits: number;
}

export interface MeasuredTable {
  readonly title: string;
  readonly columns: readonly Column[];
  /** Values by key; none where nothing could be measured. */
  readonly rows: readonly { readonly name: string; readonly values: Readonly<Record<string, Estimate | undefined>> }[];
}

const NOTHING = "–";

export function renderMeasured({ title, columns, rows }: MeasuredTable): string {
  const cells = rows.map(({ name, values }) => [
    name,
    ...columns.map(({ key, digits }) => {
      const estimate = values[key];
      return estimate === undefined
        ? NOTHING
        : `${estimate.value.toFixed(digits)} ± ${estimate.margin.toFixed(digits)}`;
    }),
  ]);
  return `${title}\n\n${renderTable(["", ...columns.map((column) => column.title)], cells)}`;
}

export function documentOf({ title, columns, rows }: MeasuredTable): object {
  return {
    title,
    rows: rows.map(({ name, values }) => ({
      name,
      ...Object.fromEntries(columns.map(({ key }) => [key, values[key] ?? null])),
    })),
  };
}
