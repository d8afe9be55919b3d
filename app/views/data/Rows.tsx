/** A table of text, with its name. */
import type { ReactNode } from "react";

interface RowsProps {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Nothing of nothing. */
export function Rows({ title, columns, rows }: RowsProps): ReactNode {
  if (rows.length === 0) return null;
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, k) => (
                <td key={columns[k]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** An estimate to five digits. */
export const figure = (value: number | null): string => (value === null ? "–" : value.toPrecision(5));
