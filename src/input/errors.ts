/** What is refused of what people write: a word, or a file. The command line and the page say it in the same words. */
import { ProtocolError } from "../protocol/amounts/errors.js";

const ADVICE = {
  ARGUMENT_INVALID: "Run the command with --help to see what it takes.",
  FILE_INVALID: "Mend every place named.",
} as const;

export type InputErrorCode = keyof typeof ADVICE;
/** A list has a line for each of its entries. */
export type InputErrorValues = Readonly<Record<string, string | number | bigint | readonly string[]>>;

/** Bad input. Nothing was done with any of it. */
export class InputError extends ProtocolError {
  declare public readonly code: InputErrorCode;
  public readonly values: InputErrorValues;

  public constructor(code: InputErrorCode, values: InputErrorValues, cause?: unknown) {
    super(code, listed(code, values, ADVICE[code]), { retryable: false, ...(cause === undefined ? {} : { cause }) });
    this.values = values;
  }

  public get advice(): string {
    return ADVICE[this.code];
  }
}

/** Code, values by name, and what to do; the message of an error that may have lists among its values. */
export function listed(code: string, values: InputErrorValues, advice: string): string {
  const named = Object.entries(values).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((one) => `\n  ${String(one)}`) : [` ${name}: ${String(value)}.`],
  );
  return `${code}:${named.join("")}${Array.isArray(Object.values(values).at(-1)) ? "\n" : " "}${advice}`;
}

/** A word that is not what was asked for. */
export function invalid(argument: string, value: string, wanted: string): InputError {
  return new InputError("ARGUMENT_INVALID", { argument, value, wanted });
}
