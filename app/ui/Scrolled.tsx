/** Tables that scroll by themselves where they are too wide. */
import type { ReactNode } from "react";

interface ScrolledProps {
  /** Of the region. */
  readonly name: string;
  readonly title?: string;
  readonly columns: readonly string[];
  /** How many columns behind the first have text, and no numbers. */
  readonly texts?: number;
  /** Rows. */
  readonly children: ReactNode;
}

/** A table that scrolls by itself where it is too wide. */
export function Scrolled({ name, title, columns, texts = 0, children }: ScrolledProps): ReactNode {
  return (
    <div className="scrolled" role="region" aria-label={name} tabIndex={0}>
      <table>
        {title !== undefined && <caption>{title}</caption>}
        <thead>
          <tr>
            {columns.map((column, k) => (
              <th key={k} scope="col" className={k > texts ? "number" : undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
