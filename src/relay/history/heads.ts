/** What roots are about, as their owners published it with the record that made them. */
import { sql } from "drizzle-orm";

import { parseDescription } from "../../protocol/market/description.js";
import type { RootHeads } from "../../views/markets.js";
import { queryRows } from "../store/database.js";
import type { Reading } from "./reading.js";

interface Row {
  readonly root: string | number;
  readonly description: string | null;
}

/** One look into an index for each root: its first row is of the record that made it. */
export async function headsOf({ tables, book }: Reading, roots: readonly number[]): Promise<RootHeads> {
  if (roots.length === 0) return new Map();
  const rows = await queryRows<Row>(
    tables,
    sql`select wanted.root::bigint as root, (
        select description from history_bounds
        where book = ${book} and market_root_id = wanted.root::bigint and market_branch_id = 1
        order by block_number, position limit 1) as description
      from jsonb_array_elements_text(${JSON.stringify(roots)}::jsonb) as wanted(root)`,
  );
  const known = rows.flatMap(({ root, description }) =>
    description === null ? [] : [[Number(root), description] as const],
  );
  return new Map(known.map(([root, text]) => [root, parseDescription(text).head ?? null]));
}
