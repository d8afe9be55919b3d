/** What a relay sent, checked for its form. */
import type { DomainOf, Form } from "../../wire/form.js";
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
export function parseAnswer<F extends Form>(form: F, value: unknown, status = 0): DomainOf<F> {
  const parsed = form.domain.safeParse(value);
  if (parsed.success) return parsed.data as DomainOf<F>; // the form's own reading
  const [issue] = parsed.error.issues;
  const problem = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`;
  throw ownError("RELAY_ANSWER_MALFORMED", { problem }, { status });
}
