/**
 * The one place that decides what is an answer, what is a contract's refusal, and what is a node's failure: for what a node sent,
 * and for what a foreign provider (a wallet in a browser) threw. Nodes have words and codes of their own; those of geth, Erigon,
 * Nethermind, Besu, reth, Hardhat and anvil, and of the providers in front of them, are known here.
 */
import { isError } from "ethers";

import { NodeError, type NodeErrorValues, Reverted } from "./errors.js";
import { rangeRefusal } from "./range-words.js";
import { findRevertData } from "./revert-data.js";

/** What came over HTTP, whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The header of that name. */
  readonly retryAfter?: string | undefined;
}

/** A call, as far as it matters for what is made of the answer. */
export interface Asked {
  readonly method: string;
  /** The node, as it may be printed. */
  readonly node?: string;
  /** Blocks that were to be searched, if logs were asked for. */
  readonly blocks?: number | undefined;
}

/** An error as JSON-RPC has it, or what a node puts in its place. */
interface RpcError {
  readonly code: number | undefined;
  readonly reason: string;
  readonly data: unknown;
}

const LOGS = "eth_getLogs";
/** Only these run a contract's code: no other question can revert. */
const RUNS_CODE: ReadonlySet<string> = new Set([
  "eth_call",
  "eth_estimateGas",
  "eth_createAccessList",
  "eth_sendTransaction",
  "eth_sendRawTransaction",
]);
/** What EIP-1474's successors, geth, Erigon, Besu, reth and anvil give a revert. */
const REVERT_CODE = 3;
/** What nodes say of a call that the machine ended: reverted, or failed without a reason of the contract's. */
const REVERT_WORDS =
  /revert|vm execution error|invalid opcode|invalid jump|stack (under|over)flow|out ?of ?gas|bad instruction|function selector was not recognized|non-contract account|evm error/i;
/** Of the node, although some say it of a transaction that would run out of gas: it was not run. */
const NOT_RUN_WORDS =
  /intrinsic gas|gas required exceeds allowance|exceeds block gas limit|insufficient (funds|balance)/i;
const RATE_CODES: ReadonlySet<number> = new Set([429, -32_005, -32_016, -32_029, -32_090]);
const RATE_WORDS =
  /too many requests|rate.?limit|request limit|over rate|compute units|throughput|quota|capacity exceeded|credits? (limit|exceeded)|requests? per (second|minute|day)/i;
const TIME_WORDS = /time(d)?.?out|deadline exceeded|execution aborted/i;
const [TOO_LARGE, TOO_MANY, REQUEST_TIMEOUT, GATEWAY_TIMEOUT] = [413, 429, 408, 504];
/** What a proxy says of a node that is not there. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 520, 521, 522, 523, 530]);
const MOST_WORDS = 300;

/** @returns the result. @throws NodeError, Reverted */
export function resultOf(asked: Asked, answer: HttpAnswer): unknown {
  const { status, text } = answer;
  const body = parsed(text);
  const fields = typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : undefined; // looked at below
  const error = fields?.["error"];
  if (error !== undefined && error !== null) throw failureOf(asked, errorIn(error), answer);
  if (isGood(status) && fields?.["result"] !== undefined) return fields["result"];
  if (!isGood(status)) throw statusError(asked, answer, wordsOf(fields?.["message"] ?? text));
  throw new NodeError("NODE_MALFORMED", {
    ...about(asked),
    reason: fields === undefined || Array.isArray(body) ? wordsOf(text) : "no result",
  });
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

/** An error of JSON-RPC that came with an answer, or was thrown. */
function failureOf(asked: Asked, error: RpcError, answer: Partial<HttpAnswer> = {}): NodeError | Reverted {
  const { code, reason, data } = error;
  if (isRevert(asked.method, error)) return new Reverted(asked.method, reason, findRevertData(error) ?? dataIn(data));
  const retryAfterMs = pauseOf(answer) ?? pauseIn(data);
  const values: NodeErrorValues = {
    ...about(asked),
    ...(answer.status !== undefined && !isGood(answer.status) && { status: answer.status }),
    ...(code !== undefined && { rpc: code }),
    reason,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  const range = asked.method === LOGS ? rangeRefusal(`${reason} ${wordsOf(dataIn(data))}`, asked.blocks) : undefined;
  if (range !== undefined) return new NodeError("NODE_RANGE_REFUSED", { ...values, ...range });
  if (answer.status === TOO_MANY || RATE_CODES.has(code ?? 0) || RATE_WORDS.test(reason)) {
    return new NodeError("NODE_RATE_LIMITED", values);
  }
  if (TIME_WORDS.test(reason)) return new NodeError("NODE_TIMEOUT", values);
  return new NodeError("NODE_REFUSED", values);
}

function isRevert(method: string, { code, reason, data }: RpcError): boolean {
  if (!RUNS_CODE.has(method) || RATE_CODES.has(code ?? 0)) return false;
  if (code === REVERT_CODE) return true;
  if (NOT_RUN_WORDS.test(reason)) return false;
  return REVERT_WORDS.test(reason) || findRevertData({ data }) !== undefined || /^reverted\b/i.test(dataIn(data));
}

/** An answer that is no JSON-RPC, and has a status of its own. */
function statusError(asked: Asked, answer: HttpAnswer, reason: string): NodeError {
  const { status } = answer;
  const retryAfterMs = pauseOf(answer);
  const values = { ...about(asked), status, reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  const range = asked.method === LOGS ? rangeRefusal(reason, asked.blocks) : undefined;
  if (range !== undefined) return new NodeError("NODE_RANGE_REFUSED", { ...values, ...range });
  if (status === TOO_MANY) return new NodeError("NODE_RATE_LIMITED", values);
  if (status === REQUEST_TIMEOUT || status === GATEWAY_TIMEOUT) return new NodeError("NODE_TIMEOUT", values);
  if (asked.method === LOGS && (status === TOO_LARGE || status === 400)) {
    return new NodeError("NODE_RANGE_REFUSED", values);
  }
  return new NodeError(AWAY.has(status) ? "NODE_UNREACHABLE" : "NODE_REFUSED", values);
}

// ------------------------------------------------------------------ what was thrown

/** Whether the node failed, rather than a contract answered or the caller erred. */
export function isNodeError(thrown: unknown): boolean {
  return nodeErrorOf(thrown) !== undefined;
}

/**
 * The node's failure that was thrown, by our own door or by a foreign provider; undefined if it was none.
 * @param method that was called, if what was thrown may not say it
 */
export function nodeErrorOf(thrown: unknown, method?: string): NodeError | undefined {
  const found = classified(thrown, method);
  return found instanceof NodeError ? found : undefined;
}

/** What the contract refused, by whichever provider it was thrown; undefined if no contract refused. */
export function revertOf(thrown: unknown): Reverted | undefined {
  const found = classified(thrown);
  return found instanceof Reverted ? found : undefined;
}

/** How ethers, Node and browsers call a node that does not answer. */
const AWAY_CODES: ReadonlySet<unknown> = new Set([
  "NETWORK_ERROR",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "EHOSTUNREACH",
]);
const TIMEOUT_CODES: ReadonlySet<unknown> = new Set(["TIMEOUT", "ETIMEDOUT"]);
const MAX_DEPTH = 8;

function classified(thrown: unknown, method?: string, depth = 0): NodeError | Reverted | undefined {
  if (thrown instanceof NodeError || thrown instanceof Reverted) return thrown;
  if (typeof thrown !== "object" || thrown === null || depth > MAX_DEPTH) return undefined;
  return ofCall(thrown, method) ?? ofConnection(thrown) ?? classified(causeOf(thrown), method, depth + 1);
}

/** A call that failed, as ethers and wallets have it: a foreign provider calls every refusal of a call a revert. */
function ofCall(thrown: object, asked?: string): NodeError | Reverted | undefined {
  const method = methodIn(thrown) ?? asked ?? "eth_call";
  const data = findRevertData(thrown);
  const told = rpcErrorIn(thrown);
  if (isError(thrown, "CALL_EXCEPTION")) {
    if (thrown.receipt) return undefined; // mined, and failed: whoever waited for it knows more
    if (data !== undefined) return new Reverted(method, thrown.shortMessage, data, thrown);
    if (told !== undefined) return withCause(failureOf({ method }, told), thrown);
    return new Reverted(method, thrown.shortMessage, "0x", thrown);
  }
  if (isError(thrown, "SERVER_ERROR")) return ofServer(method, thrown);
  if (told === undefined) return undefined;
  return withCause(failureOf({ method }, told), thrown);
}

function ofServer(method: string, thrown: Error & { response?: unknown; info?: unknown }): NodeError | Reverted {
  const { response, shortMessage } = thrown as unknown as {
    readonly response?: { readonly statusCode?: number; readonly bodyText?: string };
    readonly shortMessage: string;
  }; // as of ethers' SERVER_ERROR
  const status = response?.statusCode ?? 0;
  if (status === 0) return new NodeError("NODE_UNREACHABLE", { method, reason: shortMessage }, thrown);
  try {
    resultOf({ method }, { status, text: bodyOf(response) });
  } catch (error) {
    if (error instanceof NodeError || error instanceof Reverted) return withCause(error, thrown);
  }
  return new NodeError("NODE_REFUSED", { method, status, reason: shortMessage }, thrown);
}

/** ethers throws if a body is no text. */
function bodyOf(response: { readonly bodyText?: string } | undefined): string {
  try {
    return response?.bodyText ?? "";
  } catch {
    return "";
  }
}

function ofConnection(thrown: object): NodeError | undefined {
  const { code } = thrown as { readonly code?: unknown }; // only compared
  const reason = thrown instanceof Error ? wordsOf(thrown.message.split(" (")[0]) : String(code);
  if (TIMEOUT_CODES.has(code)) return new NodeError("NODE_TIMEOUT", { reason }, thrown);
  return AWAY_CODES.has(code) ? new NodeError("NODE_UNREACHABLE", { reason }, thrown) : undefined;
}

function withCause(error: NodeError | Reverted, cause: unknown): NodeError | Reverted {
  if (error instanceof NodeError) return new NodeError(error.code, error.values, cause);
  return new Reverted(error.values.method, error.values.reason, error.data, cause);
}

// ------------------------------------------------------------------ where things lie

/** The error of JSON-RPC inside what ethers or a wallet threw. */
function rpcErrorIn(thrown: object): RpcError | undefined {
  const { info, error, code, message } = thrown as {
    readonly info?: { readonly error?: unknown } | null;
    readonly error?: unknown;
    readonly code?: unknown;
    readonly message?: unknown;
  }; // each is looked at before it is used
  const inner = (typeof info === "object" ? info?.error : undefined) ?? error;
  const isInner = typeof inner === "object" && inner !== null && "message" in inner;
  if (!isInner && (typeof code !== "number" || typeof message !== "string")) return undefined;
  const found = errorIn(isInner ? inner : thrown);
  return found.code === USER_DECLINED ? undefined : found;
}

/** EIP-1193: the user said no. */
const USER_DECLINED = 4001;

const OF_ACTION: Readonly<Record<string, string>> = {
  call: "eth_call",
  estimateGas: "eth_estimateGas",
  sendTransaction: "eth_sendTransaction",
};

function methodIn(thrown: object): string | undefined {
  const { info, payload, action } = thrown as {
    readonly info?: { readonly payload?: { readonly method?: unknown } } | null;
    readonly payload?: { readonly method?: unknown };
    readonly action?: unknown;
  }; // each is looked at before it is used
  const method = (typeof info === "object" ? info?.payload?.method : undefined) ?? payload?.method;
  return typeof method === "string" ? method : OF_ACTION[String(action)];
}

function causeOf(thrown: object): unknown {
  return "cause" in thrown ? thrown.cause : undefined;
}

/** Some nodes put plain words in the place of an error. */
function errorIn(error: unknown): RpcError {
  if (typeof error !== "object" || error === null) return { code: undefined, reason: wordsOf(error), data: undefined };
  const { code, message, data } = error as {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly data?: unknown;
  }; // looked at here
  const number = Number(code);
  return {
    code: code === undefined || code === null || !Number.isSafeInteger(number) ? undefined : number,
    reason: wordsOf(message ?? JSON.stringify(error)),
    data: typeof data === "string" ? data.replace(/^reverted (?=0x)/i, "") : data, // Nethermind's form
  };
}

function dataIn(data: unknown): string {
  if (typeof data === "string") return data;
  return data === undefined || data === null ? "0x" : JSON.stringify(data);
}

/** The first words of whatever it is; of a page, those that a reader would see. */
function wordsOf(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  const plain = /^\s*<(!doctype|html|\?xml)/i.test(text)
    ? text.replace(/<(style|script)[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ")
    : text;
  return plain.replace(/\s+/g, " ").trim().slice(0, MOST_WORDS);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function about({ method, node }: Asked): NodeErrorValues {
  return { method, ...(node !== undefined && { node }) };
}

/** Seconds, or a date. @returns ms */
function pauseOf({ retryAfter }: Partial<HttpAnswer>): number | undefined {
  if (retryAfter === undefined || retryAfter.trim() === "") return undefined;
  const seconds = Number(retryAfter);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, Math.ceil(ms)) : undefined;
}

/** Some say it in the error: so many seconds. @returns ms */
function pauseIn(data: unknown): number | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { rate } = data as { readonly rate?: { readonly backoff_seconds?: unknown } }; // looked at here
  const seconds = Number(rate?.backoff_seconds);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : undefined;
}
