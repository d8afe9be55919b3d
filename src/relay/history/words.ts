/** What roots are about, as their owners published it with the record that made them. */
import { sql } from "drizzle-orm";

import type { RootWord, RootWords } from "../../views/markets.js";
import { queryRows } from "../store/database.js";
import type { Reading } from "./reading.js";

interface Row {
  readonly root: string | number;
  readonly description: string;
  readonly number: string | number;
  readonly timestamp: string | number | bigint;
}

/** One look into an index for each root: its first row is of the record that made it. */
export async function wordsOf({ tables, book }: Reading, roots: readonly number[]): Promise<RootWords> {
  if (roots.length === 0) return new Map();
  const rows = await queryRows<Row>(
    tables,
    sql`select wanted.root::bigint as root, made.description, made.block_number as number, blocks.timestamp
      from jsonb_array_elements_text(${JSON.stringify(roots)}::jsonb) as wanted(root)
      cross join lateral (
        select description, block_number from history_bounds
        where book = ${book} and market_root_id = wanted.root::bigint and market_branch_id = 1
        order by block_number, position limit 1) as made
      join history_blocks blocks on blocks.book = ${book} and blocks.number = made.block_number`,
  );
  return new Map(
    rows.map(({ root, description, number, timestamp }): [number, RootWord] => {
      const createdAt = { blockNumber: Number(number), timestamp: BigInt(timestamp) };
      return [Number(root), { description, createdAt }];
    }),
  );
}
