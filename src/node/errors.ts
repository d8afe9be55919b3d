/**
 * What a node failed to do, apart from what a contract answered. A node that is away, limits, refuses or talks nonsense says
 * nothing about a contract: no caller may read a NodeError as a no, a zero or an absence. What a contract refused is a Reverted.
 */
import { ProtocolError, wordsOf } from "../protocol/amounts/errors.js";

const ADVICE = {
  NODE_UNREACHABLE: "The node does not answer: check its address, or try again.",
  NODE_TIMEOUT: "The node took too long: try again, or allow it more time.",
  NODE_RATE_LIMITED: "The node takes fewer requests: wait as long as it says, or use another one.",
  NODE_RANGE_REFUSED: "The node does not search so many blocks, or give so many logs, at once: ask for fewer.",
  NODE_REFUSED: "The node refused the request; its reason is in the values.",
  NODE_MALFORMED: "The node gave an answer that cannot be right: ask another node.",
  NODE_LOGS_MISSING: "The node leaves logs out that its own blocks and state show: ask another node.",
  NODE_BEHIND: "The node has not come as far as it was before: wait, or ask another node.",
} as const;

export type NodeErrorCode = keyof typeof ADVICE;
export const NODE_ERROR_CODES = Object.keys(ADVICE) as readonly NodeErrorCode[]; // its keys, as just written

/** What the error is about, by name. */
export interface NodeErrorValues {
  /** The method that was called. */
  readonly method?: string;
  /** The node's address, without what may be a key in it. */
  readonly node?: string;
  /** HTTP status, if it was not a good one. */
  readonly status?: number;
  /** Code of the JSON-RPC error. */
  readonly rpc?: number;
  /** The node's own words, or those of the connection. */
  readonly reason?: string;
  /** How long the node wants to be left alone, ms. */
  readonly retryAfterMs?: number;
  /** Blocks that the node would search at once, if it names a number. */
  readonly ceiling?: number;
  /** Whether the logs were too many, rather than the blocks. */
  readonly results?: boolean;
}

/** Refusals that no waiting cures. */
const LASTING_STATUS: ReadonlySet<number> = new Set([400, 401, 402, 403, 404, 405, 410, 415]);
/** Of JSON-RPC: cannot be parsed, no request, no such method, no such parameters. */
const LASTING_CODES: ReadonlySet<number> = new Set([-32_700, -32_600, -32_601, -32_602, -32_004]);

export class NodeError extends ProtocolError {
  declare public readonly code: NodeErrorCode;
  public readonly values: NodeErrorValues;

  public constructor(code: NodeErrorCode, values: NodeErrorValues = {}, cause?: unknown) {
    super(code, wordsOf(code, values, ADVICE[code]), { retryable: isPassing(code, values), cause });
    this.values = values;
  }

  public get advice(): string {
    return ADVICE[this.code];
  }
}

function isPassing(code: NodeErrorCode, { status, rpc }: NodeErrorValues): boolean {
  if (code !== "NODE_REFUSED") return code !== "NODE_RANGE_REFUSED"; // that one asks for another request
  return rpc === undefined ? !LASTING_STATUS.has(status ?? 0) : !LASTING_CODES.has(rpc);
}

/** What a contract answered by failing: a revert, with its reason, or an end of the machine such as too little gas. */
export class Reverted extends ProtocolError {
  declare public readonly code: "CONTRACT_REVERTED";
  /** ABI-encoded reason, 0x if there is none. */
  public readonly data: string;
  public readonly values: { readonly method: string; readonly reason: string };

  public constructor(method: string, reason: string, data: string, cause?: unknown) {
    const message = `CONTRACT_REVERTED(method: ${method}, reason: ${reason}). The contract refused the call.`;
    super("CONTRACT_REVERTED", message, { retryable: false, cause });
    this.data = data;
    this.values = { method, reason };
  }
}
