/** What a relay refuses, and what keeps this client from understanding it. */
import { ProtocolError, wordsOf } from "../../protocol/amounts/errors.js";
import type { RelayRefusal } from "../../wire/state.js";
import type { RelayAddress } from "./address.js";

/** What this client itself reports. All other codes are the relay's own, or the order book's. */
const OWN = {
  RELAY_UNREACHABLE: { retryable: true, advice: "Check the relay's address, or use another relay." },
  RELAY_ANSWER_MALFORMED: {
    retryable: false,
    advice: "This is no relay, or one of another version: check the address.",
  },
} as const;

export class RelayRequestError extends ProtocolError {
  public readonly advice: string;
  public readonly values: Readonly<Record<string, string>>;
  /** HTTP status; 0 if there was no answer. */
  public readonly status: number;

  public constructor({ code, message, advice, retryable, values }: RelayRefusal, status: number, cause?: unknown) {
    super(code, message, { retryable, cause });
    this.advice = advice;
    this.values = values;
    this.status = status;
  }
}

/** A relay that gave no answer: how it is called never says its keys, and neither does the connection's own word. */
export function unreachable({ shown, clean }: RelayAddress, reason: string, cause?: unknown): RelayRequestError {
  return ownError("RELAY_UNREACHABLE", { url: shown, reason: clean(reason) }, { cause });
}

/** An error of this client's own. */
export function ownError(
  code: keyof typeof OWN,
  values: Readonly<Record<string, string>>,
  { status = 0, cause }: { readonly status?: number; readonly cause?: unknown } = {},
): RelayRequestError {
  const message = wordsOf(code, values, OWN[code].advice);
  return new RelayRequestError({ code, message, values, ...OWN[code] }, status, cause);
}

/** `fetch` hides what was wrong in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
