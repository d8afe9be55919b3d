/** Logs that are kept in the embedded database, as an archivist writes them. */
import { createLogStore, type LogStore } from "../../../src/relay/archive/store.js";
import { printHeader } from "../../../src/verify/log-header.js";
import { type LogRecord, printRecord, type SessionLog } from "../../../src/verify/session-log.js";
import { hashAt } from "../../history/support.js";
import { freshBook, sharedDatabase } from "../paper/database.js";

export async function emptyStore(): Promise<LogStore> {
  return createLogStore(await sharedDatabase(), freshBook());
}

/** Blocks of a log up to its last one, about so many records at a time. @returns the number of its last block */
export async function keep(
  store: LogStore,
  { header, records }: Pick<SessionLog, "header" | "records">,
  recordsOfPart = 10,
): Promise<number> {
  const first = { number: header.fromBlock - 1, hash: hashAt(0, 0), timestamp: 1 };
  await store.begin(printHeader({ ...header, toBlock: 0 }), first);
  let tip = await store.tip();
  let piece: LogRecord[] = [];
  for (const [k, record] of records.entries()) {
    piece.push(record);
    const isWhole = records[k + 1]?.blockNumber !== record.blockNumber;
    if (!isWhole || (piece.length < recordsOfPart && k + 1 < records.length)) continue;
    tip = await store.add(tip!, {
      ...{ number: record.blockNumber, hash: hashAt(record.blockNumber, 0), timestamp: record.timestamp },
      ...{ lines: piece.map((one) => `${printRecord(one)}\n`).join(""), records: piece.length },
    });
    piece = [];
  }
  return tip!.number;
}
