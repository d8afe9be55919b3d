/** A log, gone through once: its rows, and that its seal is right. */
import { messageOf } from "../protocol/amounts/errors.js";
import type { Hashing } from "../protocol/signing/hashing.js";
import { type LogHeader, printHeader } from "../verify/log-header.js";
import { printRecord, printSeal, type SessionLog, type SessionLogStream } from "../verify/session-log.js";
import { DatasetError } from "./errors.js";
import type { Inputs } from "./inputs.js";
import { type Ending, Projection } from "./rows/projection.js";
import type { Emit } from "./schema/tables.js";
import { CountedFile } from "./write/files.js";

export interface LogReading {
  readonly ending: Ending;
  /** As `session logs` has it: of all before the last line. */
  readonly logSha256: string;
  /** Of the last record; Unix seconds. */
  readonly lastSecond: number;
}

export interface LogWays {
  readonly emit: Emit;
  readonly houses: Inputs["houses"];
  readonly hashing: Hashing;
  /** Told every thousand records. */
  readonly onProgress?: ((records: number) => void) | undefined;
  /** After every thousand: others have their turn, or it throws to stop. */
  readonly pause?: (() => Promise<void>) | undefined;
}

const RECORDS_PER_TURN = 1_000;
const NOWHERE = { open: () => ({ write: () => undefined, end: () => undefined }) };

/**
 * @param copy where the log's text goes; nowhere by default
 * @throws SessionLogError for a stream that is no log; DatasetError DATASET_LOG_IMPOSSIBLE, DATASET_LOG_ALTERED, DATASET_LOG_CUT
 */
export async function readLog(
  log: SessionLog | SessionLogStream,
  ways: LogWays,
  copy: CountedFile = new CountedFile(NOWHERE, ""),
): Promise<LogReading> {
  const { header } = log;
  const projection = begin(header, ways);
  copy.writeText(`${printHeader(header)}\n`);
  let [records, lastSecond] = [0, 0];
  for await (const record of log.records) {
    copy.writeText(`${printRecord(record)}\n`);
    projection.take(record);
    lastSecond = record.timestamp;
    records += 1;
    if (records % RECORDS_PER_TURN !== 0) continue;
    ways.onProgress?.(records);
    await ways.pause?.();
  }
  const announced = typeof log.checksum === "string" ? log.checksum : log.checksum();
  const logSha256 = copy.sha256;
  if (announced !== logSha256) throw new DatasetError("DATASET_LOG_ALTERED", { announced, found: logSha256 });
  copy.writeText(`${printSeal(records, announced)}\n`);
  return { ending: projection.end(), logSha256, lastSecond };
}

/** @throws DatasetError DATASET_LOG_IMPOSSIBLE for a header that is of no book: nothing else can go wrong here */
function begin(header: LogHeader, { emit, houses, hashing }: LogWays): Projection {
  try {
    return new Projection(header, emit, houses, hashing);
  } catch (error) {
    throw new DatasetError("DATASET_LOG_IMPOSSIBLE", { line: 1, why: messageOf(error) }, error);
  }
}
