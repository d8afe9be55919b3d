/** What is wrong with a log file before anything in it can be checked, and what a chain could not be asked. */
import { ProtocolError, wordsOf } from "../protocol/amounts/errors.js";

const ADVICE = {
  LOG_EMPTY: "Give a file that `session logs` has written.",
  LOG_HEADER_INVALID: "Give a file that `session logs` has written, as it was written.",
  LOG_VERSION_UNKNOWN: "Read the logs again, or use the version of this program that wrote them.",
  LOG_LINE_INVALID: "The file was damaged: read the logs again.",
  LOG_TRUNCATED: "The last line of the file is missing: read the logs again.",
  LOG_CONTINUES: "Nothing may follow the line with the checksum: read the logs again.",
  LOG_NO_CREATION: "Give the factory's chain, and a first block that is not after the session's creation.",
  LOG_NOT_A_SESSION: "Give the address of a session's vault, and the chain on which it was made.",
} as const;

export type SessionLogErrorCode = keyof typeof ADVICE;

/** A log that cannot be read. What it says was not looked at. */
export class SessionLogError extends ProtocolError {
  declare public readonly code: SessionLogErrorCode;
  public readonly values: Readonly<Record<string, string | number>>;

  public constructor(
    code: SessionLogErrorCode,
    values: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    super(code, wordsOf(code, values, ADVICE[code]), { retryable: false, cause });
    this.values = values;
  }
}
