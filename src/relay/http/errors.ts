/** Every refusal as one shape: a stable code, its values, whether to try again, and what to do. */
import type { Served } from "../../wire/form.js";
import type { refused } from "../../wire/state.js";
import { messageOf, type ProtocolError, RuleError } from "../../protocol/amounts/errors.js";
import { isRefusal, REFUSAL_ADVICE } from "../../protocol/market/refusal.js";
import { NodeError, type NodeErrorCode } from "../../node/errors.js";
import { RelayError, type RelayErrorCode } from "../errors.js";

export interface ErrorAnswer {
  readonly status: number;
  readonly body: Served<typeof refused>;
}

/** What the book would refuse is well-formed, but cannot be processed. */
export const REFUSED = 422;
const INVALID = 400;
/** For values that no order can have: the message names them. */
const FIX = "Correct what the message names, and sign again.";

/** A relay that asks a node in vain is a gateway that does. */
const OF_NODE: Readonly<Record<NodeErrorCode, number>> = {
  NODE_UNREACHABLE: 502,
  NODE_TIMEOUT: 504,
  NODE_RATE_LIMITED: 503,
  NODE_RANGE_REFUSED: 502,
  NODE_REFUSED: 502,
  NODE_MALFORMED: 502,
  NODE_LOGS_MISSING: 502,
  NODE_BEHIND: 503,
};

export function answerTo(error: unknown): ErrorAnswer {
  if (error instanceof RelayError) return answerOfRelay(error);
  if (error instanceof NodeError) return answerOfNode(error);
  if (isRefusal(error)) return answer(REFUSED, error, REFUSAL_ADVICE[error.code].advice, error.values);
  if (error instanceof RuleError) return answer(INVALID, error, FIX, error.values);
  return answerTo(ofServer(error));
}

/** What node and database say may name queries, paths and servers: whoever asks is told the code, the log has the rest. */
const INWARD: ReadonlySet<RelayErrorCode> = new Set(["RELAY_STORE_UNAVAILABLE"]);

function answerOfRelay(error: RelayError): ErrorAnswer {
  const { status, code, advice, values } = error;
  return INWARD.has(code) ? answer(status, new RelayError(code), advice, {}) : answer(status, error, advice, values);
}

function answerOfNode({ code, advice, retryable }: NodeError): ErrorAnswer {
  const { message } = new NodeError(code);
  return answer(OF_NODE[code], { code, message, retryable }, advice, {});
}

/** What the HTTP server itself refuses, by its own codes. */
function ofServer(error: unknown): RelayError {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const status = typeof error === "object" && error !== null && "statusCode" in error ? Number(error.statusCode) : 500;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new RelayError("RELAY_BODY_TOO_LARGE", {}, error);
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new RelayError("RELAY_MEDIA_TYPE", {}, error);
  if (status >= 400 && status < 500) {
    return new RelayError("RELAY_REQUEST_INVALID", { reason: messageOf(error).slice(0, 500) }, error);
  }
  return new RelayError("RELAY_INTERNAL", {}, error);
}

function answer(
  status: number,
  { code, message, retryable }: Pick<ProtocolError, "code" | "message" | "retryable">,
  advice: string,
  values: Readonly<Record<string, unknown>>,
): ErrorAnswer {
  const texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  return { status, body: { error: { code, message, advice, retryable, values: texts } } };
}
