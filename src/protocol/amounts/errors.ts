/** What a caller may pass besides code and message. */
export interface ProtocolErrorOptions {
  /** Whether the same request may succeed later as it is. */
  readonly retryable: boolean;
  readonly cause?: unknown;
}

/**
 * Base of every error that this project throws on purpose. Decide on `code`, which is stable; the message says what was
 * wrong, with its values, and what to do.
 */
export class ProtocolError extends Error {
  public readonly code: string;
  public readonly retryable: boolean;

  public constructor(code: string, message: string, { retryable, cause }: ProtocolErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = retryable;
  }
}

/** Code, values by name, and what to do: the message of an error. */
export function wordsOf(code: string, values: object, advice: string): string {
  const named = Object.entries(values).map(([name, value]) => `${name}: ${String(value)}`);
  return `${code}(${named.join(", ")}). ${advice}`;
}

/** What was thrown, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What an error asks for, and whether the same request may succeed later without a new decision. */
export interface Advice {
  /** What to do about it. */
  readonly advice: string;
  /** True if time, another's action or a fresh link, hint or nonce can cure it; false if the request itself is wrong. */
  readonly retryable: boolean;
}

/** Advice for a request that is wrong itself. */
export function fix(advice: string): Advice {
  return { advice, retryable: false };
}

/** Advice for a request that may succeed later. */
export function later(advice: string): Advice {
  return { advice, retryable: true };
}

const ADVICE = {
  AMOUNT_MALFORMED: "Write a plain decimal number, such as -12.5.",
  AMOUNT_NOT_EXACT: "Amounts are never rounded: use a multiple of the smallest unit.",
  AMOUNT_OUT_OF_RANGE: "Choose an amount within the range.",
  PACKAGE_FIELD_INVALID: "Correct the field and sign again.",
  MARKET_FIELD_INVALID: "Correct the field and sign again.",
  MARKET_HEAD_INVALID: "Correct that field of the description's head.",
  CANCELLATION_FIELD_INVALID: "Correct the field and sign again.",
  BATCH_FIELD_INVALID: "Leave out of the batch what it has no room for, or send it by itself.",
  RECORD_FIELD_INVALID: "No order book writes such a record: read the logs again.",
  RECORD_IMPOSSIBLE: "No order book writes such a record: read the logs again.",
  ROOT_INVALID: "Correct the description of the root market.",
  OUTCOMES_TOO_MANY: "Use the worst case of each root instead: roots are independent.",
  MARKET_UNKNOWN: "Give the outcomes of every root that is traded in.",
  TRADER_UNKNOWN: "Name every trader whose trades are given.",
  SHAPE_MISMATCH: "Give lists of equal length, one entry for each asset or leg.",
  FRACTION_UNDEFINED: "Divide by something that is not zero.",
  COMPOSITION_INVALID:
    "Choose strikes within the root's first bounds, in rising order, and a size above or below zero.",
  STRIKES_MISSING: "Have a sub-market made for each span that is missing, or choose other strikes.",
  SNAPSHOT_DAMAGED: "Throw it away, and read the logs from the start.",
  SNAPSHOT_VERSION: "Another release wrote it: throw it away, and read the logs from the start.",
  SNAPSHOT_FOREIGN: "It is of a book with other terms: throw it away, and read this one's logs.",
  DEPTH_INSUFFICIENT: "Trade less, or leave an order in the book for the rest.",
} as const;

/** What the protocol's pure functions refuse. */
export type RuleErrorCode = keyof typeof ADVICE;

/** The values that an error is about, by name. */
export type RuleErrorValues = Readonly<Record<string, string | number | bigint>>;

/** A value that the protocol's rules do not allow. Nothing was changed. Never worth a retry as it is. */
export class RuleError extends ProtocolError {
  declare public readonly code: RuleErrorCode;
  public readonly values: RuleErrorValues;

  public constructor(code: RuleErrorCode, values: RuleErrorValues, cause?: unknown) {
    super(code, wordsOf(code, values, ADVICE[code]), { retryable: false, cause });
    this.values = values;
  }
}
