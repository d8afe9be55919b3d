/**
 * Tables with blocks are partitioned by block number. A part has blocks of all books of the database, for one process serves one chain.
 * When the last one is half full, it gets an end.
 */
import { getTableName, max } from "drizzle-orm";

import type { Database } from "../store/database.js";
import { endOne, isInTheWay, openPartitions, type PartitionedTable } from "../store/partitions.js";
import { HISTORY_TABLES } from "./block-rows.js";
import { historyBlocks, historyTips } from "./schema.js";

/** Blocks of a partition, if nothing else is said. */
export const PARTITION_BLOCKS = 1_000_000;

/** Every table that is partitioned by block. */
export const PARTITIONED: readonly PartitionedTable[] = [
  { name: getTableName(historyBlocks), key: historyBlocks.number.name },
  ...Object.values(HISTORY_TABLES).map((table) => ({ name: getTableName(table), key: table.blockNumber.name })),
];

export interface Partitions {
  /** Before blocks up to this one are written: ends the open partitions if it is time. */
  ahead(last: number): Promise<void>;
}

const RETRY_MS = 10_000;

export function createPartitions(database: Database, blocks = PARTITION_BLOCKS): Partitions {
  /** Of the open ones, the lowest; undefined until it is looked up. */
  let from: number | undefined;
  /** Where one without a beginning counts as begun. */
  let first: number | undefined;
  let notBefore = -Infinity;
  return {
    async ahead(last) {
      first ??= Math.floor(last / blocks) * blocks;
      const writing = { first, last, blocks };
      if ((from !== undefined && !isHalfFull(from, writing)) || performance.now() < notBefore) return;
      try {
        from = await endAll(database, writing);
      } catch (error) {
        if (!isInTheWay(error)) throw error;
        notBefore = performance.now() + RETRY_MS;
      }
    },
  };
}

/** Which blocks are written, and how many a partition has. */
interface Writing {
  readonly first: number;
  readonly last: number;
  readonly blocks: number;
}

function isHalfFull(from: number, { first, last, blocks }: Writing): boolean {
  return last >= (from === -Infinity ? first : from) + blocks / 2;
}

/** Ends the open partitions, behind all rows that there are, if they are half full. @returns where the open ones begin, the lowest of them */
async function endAll(database: Database, writing: Writing): Promise<number> {
  const { last, blocks } = writing;
  const { open, newest } = await database.index.run(async (tables) => {
    const [tip] = await tables.select({ number: max(historyTips.number) }).from(historyTips);
    return { open: await openPartitions(tables, PARTITIONED), newest: tip?.number ?? -1 };
  });
  const end = (Math.floor(Math.max(newest, last) / blocks) + 1) * blocks;
  const begins: number[] = [];
  for (const table of PARTITIONED) {
    const part = open.get(table.name);
    if (part === undefined) throw new RangeError(`${table.name} has no partition that is open`);
    const isDue = isHalfFull(part.from, writing);
    if (isDue) await endOne(database, table, { ...part, to: end });
    begins.push(isDue ? end : part.from);
  }
  return Math.min(...begins);
}
