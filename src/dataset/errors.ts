/** What a dataset cannot be made of, or is not. */
import { ProtocolError, wordsOf } from "../protocol/amounts/errors.js";

const ADVICE = {
  DATASET_LOG_ALTERED: "The log was altered or damaged: read the logs again. `session verify --logs` says more.",
  DATASET_LOG_IMPOSSIBLE: "It is no session's log: read the logs again. `session verify --logs` says more.",
  DATASET_LOG_CUT: "Give a whole log: it ends in the middle of a call.",
  DATASET_INPUTS_INVALID: "inputs.json is none that `session dataset` writes: make the dataset again.",
  DATASET_FILE_MISSING: "Give a folder that `session dataset` has written, with its log.",
  DATASET_ARRIVALS_INVALID: "Give a table with the columns client, time and kind.",
  DATASET_COHORTS_INVALID: "Give a table with the columns trader and cohort, each trader once.",
} as const;

export type DatasetErrorCode = keyof typeof ADVICE;
export type DatasetErrorValues = Readonly<Record<string, string | number | bigint>>;

export class DatasetError extends ProtocolError {
  declare public readonly code: DatasetErrorCode;
  public readonly values: DatasetErrorValues;
  public readonly advice: string;

  public constructor(code: DatasetErrorCode, values: DatasetErrorValues = {}, cause?: unknown) {
    super(code, wordsOf(code, values, ADVICE[code]), { retryable: false, cause });
    this.values = values;
    this.advice = ADVICE[code];
  }
}
