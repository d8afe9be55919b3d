/** A file of prices that stays on this machine, and what is wrong with it. */
import type { ReactNode } from "react";

import { decodeText } from "../../src/input/text-table.js";

const MOST_BYTES = 20_000_000;
const MOST_PROBLEMS = 5;

interface PriceFileProps {
  readonly label: string;
  /** Empty for what is too large, or no text. */
  readonly put: (text: string, name: string) => void;
}

export function PriceFile({ label, put }: PriceFileProps): ReactNode {
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const bytes = file.size > MOST_BYTES ? undefined : new Uint8Array(await file.arrayBuffer());
    put((bytes && decodeText(bytes)) ?? "", file.name);
  };
  return (
    <label>
      {label}
      <input type="file" accept=".csv,text/csv" onChange={({ target }) => void read(target.files?.[0])} />
    </label>
  );
}

export function Problems({ problems }: { readonly problems: readonly string[] }): ReactNode {
  if (problems.length === 0) return null;
  return (
    <div role="alert">
      <ul>
        {problems.slice(0, MOST_PROBLEMS).map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </div>
  );
}
