/** A session's log as a relay gets it: block by block, put into an index, and told page by page. */
import { expect } from "chai";

import { type ChainRecord, recordsOf } from "../../../src/bindings/records.js";
import type { Projector } from "../../../src/history/projector.js";
import type { HistoryRows } from "../../../src/history/rows.js";
import { withHouses } from "../../../src/history/vias.js";
import type { History, HistoryRow } from "../../../src/relay/history/history.js";
import type { IndexStore } from "../../../src/relay/history/index-store.js";
import type { LogRecord, SessionLog } from "../../../src/verify/session-log.js";
import { hashAt } from "../../history/support.js";

export interface LoggedBlock {
  readonly header: { readonly number: number; readonly hash: string; readonly timestamp: bigint };
  readonly records: readonly ChainRecord[];
}

/** The book's own logs, block by block. */
export function blocksOf({ header, records }: SessionLog): LoggedBlock[] {
  const blocks = new Map<number, LogRecord[]>();
  for (const record of records) {
    const list = blocks.get(record.blockNumber);
    if (list === undefined) blocks.set(record.blockNumber, [record]);
    else list.push(record);
  }
  return [...blocks].map(([number, logs]) => ({
    header: { number, hash: hashAt(number, 0), timestamp: BigInt(logs[0]!.timestamp) },
    records: recordsOf(
      { bookAddress: header.book },
      logs.map(({ logIndex: index, ...log }) => ({ ...log, index })),
    ),
  }));
}

/** Every contract through which something comes is a maker here. */
export async function put(
  store: IndexStore,
  projector: Projector,
  blocks: readonly LoggedBlock[],
  isWhole = true,
): Promise<void> {
  const rows = [];
  for (const { header, records } of blocks) {
    rows.push(await withHouses(projector.apply(header, records), () => Promise.resolve("maker" as const)));
  }
  expect(await store.put(rows, isWhole)).to.equal(true);
}

/** All pages, oldest first. */
export async function allPages<K extends keyof HistoryRows>(history: History, kind: K): Promise<HistoryRow<K>[]> {
  const rows: HistoryRow<K>[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await history.page(kind, { limit: 500, order: "asc", cursor });
    rows.push(...page.items);
    if (page.next === null) return rows;
    cursor = page.next;
  }
}
