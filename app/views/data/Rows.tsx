/** A table of text, with its name. */
import type { ReactNode } from "react";

import { Scrolled } from "../../ui/Scrolled.js";

interface RowsProps {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Nothing of nothing. */
export function Rows({ title, columns, rows }: RowsProps): ReactNode {
  if (rows.length === 0) return null;
  return (
    <Scrolled name={title} title={title} columns={columns} texts={columns.length}>
      {rows.map((row, at) => (
        <tr key={at}>
          {row.map((cell, k) => (
            <td key={columns[k]}>{cell}</td>
          ))}
        </tr>
      ))}
    </Scrolled>
  );
}

/** An estimate to five digits. */
export const figure = (value: number | null): string => (value === null ? "–" : value.toPrecision(5));
