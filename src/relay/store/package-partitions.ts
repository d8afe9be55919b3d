/**
 * Packages are partitioned by their number, which rises with time: a part ends when its first package is so old, or when it has many.
 * Numbers go on behind its end, with a gap. That no package is stored twice a trigger sees to, which looks into all of them: so relays of
 * before the parts are kept from it, too.
 */
import { getTableName, sql } from "drizzle-orm";

import { type Database, queryRows, type Tables } from "./database.js";
import { endOne, isInTheWay, openPartitions, type Partition, type PartitionedTable } from "./partitions.js";
import { packages } from "./schema.js";

export const PACKAGES_TABLE: PartitionedTable = { name: getTableName(packages), key: packages.seq.name };

/** Days of a partition, if nothing else is said. */
export const PARTITION_DAYS = 30;
/** Packages that a partition has at most, about: each of them is some hundred bytes, and as many again with its indexes. */
const MOST_PACKAGES = 1_000_000;
/** While a partition gets its end, so many may come at most: far more than can. */
const ROOM = 10_000_000;

export interface PackagePartitions {
  /** Ends the open partition if it is time. */
  keep(): Promise<void>;
}

export function createPackagePartitions(
  database: Database,
  { days = PARTITION_DAYS, most = MOST_PACKAGES }: { readonly days?: number; readonly most?: number } = {},
): PackagePartitions {
  return {
    async keep() {
      const due = await database.run((tables) => dueIn(tables, days, most));
      if (due === undefined) return;
      try {
        await endOne(database, PACKAGES_TABLE, due, goOnBehind);
      } catch (error) {
        if (!isInTheWay(error)) throw error; // it is tried again the next time
      }
    },
  };
}

/** The open partition with the end that it is to get; undefined if it is not time. */
async function dueIn(tables: Tables, days: number, most: number): Promise<Partition | undefined> {
  const open = (await openPartitions(tables, [PACKAGES_TABLE])).get(PACKAGES_TABLE.name);
  if (open === undefined) throw new RangeError("packages have no partition that is open");
  const part = sql.identifier(open.name);
  const [row] = await queryRows<{ readonly due: boolean | null; readonly last: string | number }>(
    tables,
    sql`select (select received_at < now() - make_interval(days => ${days}::integer) from ${part} order by seq limit 1)
        or (select max(seq) - min(seq) + 1 >= ${most}::bigint from ${part}) as due,
      (select last_value from packages_seq_seq) as last`,
  );
  return row?.due === true ? { ...open, to: Number(row.last) + ROOM } : undefined;
}

async function goOnBehind(tables: Tables, { from }: Partition): Promise<void> {
  await tables.execute(
    sql`select setval('packages_seq_seq', greatest(${from}::bigint, last_value + 1), false) from packages_seq_seq`,
  );
}
