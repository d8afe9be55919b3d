/** A log with other records in it, and the checksum that goes with them. */
import { type LogRecord, sealed, type SessionLog } from "../../../src/verify/session-log.js";

export function withRecord(log: SessionLog, index: number, change: (record: LogRecord) => Partial<LogRecord>) {
  const record = log.records[index]!;
  return sealed(log.header, log.records.with(index, { ...record, ...change(record) }));
}

export function withRecords(log: SessionLog, change: (record: LogRecord, index: number) => LogRecord): SessionLog {
  return sealed(log.header, log.records.map(change));
}

export function withoutRecord(log: SessionLog, index: number): SessionLog {
  return sealed(log.header, log.records.toSpliced(index, 1));
}

/** The first records of a log. */
export function upTo(log: SessionLog, length: number): SessionLog {
  return sealed(log.header, log.records.slice(0, length));
}
