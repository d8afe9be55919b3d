/** Structured logs: one JSON object a line, with a constant message and its values. Nothing secret is ever given to it. */
import { type DestinationStream, type Logger, pino } from "pino";

import { amountsAsText } from "../../protocol/amounts/json.js";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "child" | "level">;

/** @param destination stderr by default, so that stdout stays free */
export function createLog(level: string, destination: DestinationStream = pino.destination(2)): Log {
  return pino(
    { level, base: null, serializers: { error: describeError }, formatters: { log: amountsAsText } },
    destination,
  );
}

const MAX_MESSAGE = 500;

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  // A failed query names all its values: the beginning says enough.
  return { name: error.name, ...code, message: error.message.slice(0, MAX_MESSAGE), ...cause };
}
