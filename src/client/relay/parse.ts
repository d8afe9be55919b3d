/** What a relay sent, checked for its form. */
import type { z } from "zod";

import { ownError } from "./errors.js";

/** @throws RelayRequestError RELAY_ANSWER_MALFORMED */
export function parseJson(text: string, status = 0): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw ownError("RELAY_ANSWER_MALFORMED", { problem: `no JSON, status ${status}` }, { status, cause });
  }
}

/** @throws RelayRequestError RELAY_ANSWER_MALFORMED naming the first field that is wrong */
export function parseAnswer<Schema extends z.ZodType>(schema: Schema, value: unknown, status = 0): z.output<Schema> {
  let problem: string;
  try {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    problem = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`;
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error); // an amount that is too large for its type
  }
  throw ownError("RELAY_ANSWER_MALFORMED", { problem }, { status });
}
