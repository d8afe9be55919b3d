import { ProtocolError } from "../../src/protocol/amounts/errors.js";

/** What can be wrong with what the user gave. Nothing has been done yet when one of these is thrown. */
export type InputErrorCode = keyof typeof ADVICE;

/** What the error is about; each code fills what it knows. */
export interface InputErrorDetails {
  readonly file?: string;
  /** From 1, as editors count. */
  readonly line?: number;
  readonly option?: string;
  /** The offending text as it was given, or what was looked for in vain. */
  readonly value?: string;
  readonly reason?: string;
}

const ADVICE = {
  OPTION_UNKNOWN: "Run with --help to see all options.",
  OPTION_INVALID: "Run with --help to see what each option takes.",
  PRICES_UNREADABLE: "Give a text file that exists and may be read.",
  PRICES_EMPTY:
    "Give a file with a line of names (symbol,date,price; date and a column for each symbol; or date,open,high,low,close) and lines below it.",
  PRICES_HEADER:
    "Name the columns in the first line: symbol,date,price; date and one for each symbol; or date,open,high,low,close.",
  PRICES_LINE_BROKEN: "Mend the line.",
  PRICES_NOT_POSITIVE: "Prices are above zero: mend the line.",
  PRICES_DATE_REPEATED: "Keep one price for each asset and day, or month.",
  PRICES_ASSET_MISSING: "Name assets that the file has, or give another file.",
  PRICES_MONTH_MISSING: "Add the month, or choose --from and --to within what the file covers.",
  PRICES_TOO_SHORT: "Give at least two symbols, and more dates at which they have prices.",
  WEATHER_UNREADABLE: "Give a text file that exists and may be read.",
  WEATHER_EMPTY: "Give a file with a line date,precipitation and one line for each day.",
  WEATHER_HEADER: "Name the columns date and precipitation in the first line.",
  WEATHER_LINE_BROKEN: "Mend the line.",
  WEATHER_DAY_REPEATED: "Keep one line for each day.",
  WEATHER_DAY_MISSING: "Add the day, or choose a time that the file covers.",
  WEATHER_TOO_SHORT: "Give a file that covers other years too: traders learn from them.",
} as const;

/** Bad input: an option or a data file. The message says where, what and what to do. */
export class InputError extends ProtocolError {
  public readonly details: InputErrorDetails;

  public constructor(code: InputErrorCode, details: InputErrorDetails, cause?: unknown) {
    const { file, line, option, value, reason } = details;
    const place = [file, line].filter((part) => part !== undefined).join(":");
    const parts = [place, option, reason, value === undefined ? undefined : JSON.stringify(value)];
    const message = `${parts.filter((part) => part !== undefined && part !== "").join(": ")}. ${ADVICE[code]}`;
    super(code, message, { retryable: false, ...(cause === undefined ? {} : { cause }) });
    this.details = details;
  }
}
