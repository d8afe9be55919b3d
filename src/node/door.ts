/**
 * The one door to a node: JSON-RPC over HTTP, one call a request, so many at once, each with a time limit. What may be tried
 * again is, after a pause that grows and varies, or as long as the node says; while a node limits, nobody asks it anything.
 */
import { id as hashOfText, isHexString, keccak256 } from "ethers";

import { type Asked, resultOf } from "./classify.js";
import { NodeError } from "./errors.js";
import { createPost, innermostWords, type Post, PostTimeout } from "./post.js";
import { createRanges, type Ranges } from "./ranges.js";
import { rest } from "./rest.js";
import { type Address, addressOf } from "./secrets.js";

export interface DoorSettings {
  /** How long an answer may take, ms. */
  readonly timeoutMs?: number;
  /** How often a question is asked at most, if the node fails in a way that may pass. */
  readonly tries?: number;
  /** The longest that one question waits, in all, for a node that limits requests or is away, ms. */
  readonly patienceMs?: number;
  /** Requests on their way at once. */
  readonly atOnce?: number;
  /** Gives up what is on its way, and everything after it. */
  readonly signal?: AbortSignal | undefined;
}

export interface Door {
  /** As it may be printed: without what may be a key. */
  readonly shown: string;
  /** How many blocks of logs the node searches at once, as far as that is known. */
  readonly ranges: Ranges;
  /** @returns the result as it came. @throws NodeError, Reverted */
  readonly ask: (method: string, params: readonly unknown[]) => Promise<unknown>;
}

const DEFAULTS = { timeoutMs: 30_000, tries: 4, patienceMs: 30_000, atOnce: 16 };
/** The first pause; each is twice the one before. */
const PAUSE_MS = 100;
/** A node that limits requests, and does not say for how long, wants more. */
const LIMITED_PAUSE_MS = 500;
const SEND = "eth_sendRawTransaction";

interface DoorState extends Required<Omit<DoorSettings, "signal">> {
  readonly signal: AbortSignal | undefined;
  readonly address: Address;
  readonly post: Post;
  readonly places: Places;
  counter: number;
  /** Until when nobody asks, ms of `performance.now`. */
  closedUntil: number;
  /** Whether the node has said that it keeps no pending state. */
  lacksPending: boolean;
}

/** @param url with user, password and keys, as the node wants them */
export function createDoor(url: string, settings: DoorSettings = {}): Door {
  const address = addressOf(url);
  const { timeoutMs, tries, patienceMs, atOnce, signal } = { ...DEFAULTS, ...settings };
  const post = createPost(address, timeoutMs, signal);
  const limits = { timeoutMs, tries, patienceMs, atOnce, signal };
  const state: DoorState = {
    ...{ ...limits, address, post, places: createPlaces(atOnce), counter: 0 },
    ...{ closedUntil: 0, lacksPending: false },
  };
  return {
    shown: address.shown,
    ranges: createRanges(),
    ask: (method, params) => (method === SEND ? send(state, params) : askPatiently(state, method, params)),
  };
}

async function askPatiently(state: DoorState, method: string, params: readonly unknown[]): Promise<unknown> {
  const until = performance.now() + state.patienceMs;
  for (let time = 1; ; time += 1) {
    try {
      return await askWithPending(state, method, params);
    } catch (error) {
      const pause = pauseAfter(state, error, time);
      if (pause === undefined || performance.now() + pause > until) throw error;
      if (isLimit(error)) state.closedUntil = Math.max(state.closedUntil, performance.now() + pause);
      await rest(pause, state.signal);
      if (state.signal?.aborted === true) throw error;
    }
  }
}

/** @returns ms until the next time; undefined if asking again is of no use */
function pauseAfter({ tries, signal }: DoorState, error: unknown, time: number): number | undefined {
  if (!(error instanceof NodeError) || time >= tries || signal?.aborted === true) return undefined;
  const isRefusalOfServer = error.code === "NODE_REFUSED" && (error.values.status ?? 0) >= 500 && error.retryable;
  if (!isLimit(error) && error.code !== "NODE_UNREACHABLE" && !isRefusalOfServer) return undefined;
  if (error.values.retryAfterMs !== undefined) return error.values.retryAfterMs;
  const pause = (isLimit(error) ? LIMITED_PAUSE_MS : PAUSE_MS) * 2 ** (time - 1);
  return pause * (0.5 + Math.random()); // so that many who failed together do not come back together
}

function isLimit(error: unknown): boolean {
  return error instanceof NodeError && error.code === "NODE_RATE_LIMITED";
}

/** A node without pending state is asked for what it has. */
async function askWithPending(state: DoorState, method: string, params: readonly unknown[]): Promise<unknown> {
  if (!params.includes("pending")) return askOnce(state, method, params);
  const latest = params.map((param) => (param === "pending" ? "latest" : param));
  if (state.lacksPending) return askOnce(state, method, latest);
  try {
    return await askOnce(state, method, params);
  } catch (error) {
    if (!(error instanceof NodeError) || error.code !== "NODE_REFUSED") throw error;
    if (!/pending/i.test(error.values.reason ?? "")) throw error;
    state.lacksPending = true;
    return askOnce(state, method, latest);
  }
}

async function askOnce(state: DoorState, method: string, params: readonly unknown[]): Promise<unknown> {
  const { places, address } = state;
  await places.enter();
  try {
    await rest(state.closedUntil - performance.now(), state.signal);
    state.counter += 1;
    const body = JSON.stringify({ jsonrpc: "2.0", id: state.counter, method, params });
    return resultOf(askedFor(address, method, params), await answerTo(state, method, body));
  } finally {
    places.leave();
  }
}

async function answerTo({ post, address }: DoorState, method: string, body: string) {
  const values = { method, node: address.shown };
  try {
    const answer = await post(body);
    return { ...answer, text: address.clean(answer.text) };
  } catch (error) {
    const reason = address.clean(innermostWords(error));
    throw new NodeError(error instanceof PostTimeout ? "NODE_TIMEOUT" : "NODE_UNREACHABLE", { ...values, reason });
  }
}

/** A transaction is never sent twice blindly: if no answer came, the node is asked whether it has it. */
async function send(state: DoorState, params: readonly unknown[]): Promise<unknown> {
  try {
    return await askOnce(state, SEND, params);
  } catch (error) {
    const isLost = error instanceof NodeError && (error.code === "NODE_UNREACHABLE" || error.code === "NODE_TIMEOUT");
    if (!isLost || state.signal?.aborted === true) throw error;
    const [raw] = params;
    const hash = isHexString(raw) ? keccak256(raw) : hashOfText(String(raw));
    const known = await askOnce(state, "eth_getTransactionByHash", [hash]).catch(() => null); // it stays unknown: told as lost
    if (known === null) throw error;
    return hash;
  }
}

function askedFor({ shown }: Address, method: string, params: readonly unknown[]): Asked {
  const [query] = params;
  if (method !== "eth_getLogs" || typeof query !== "object" || query === null) return { method, node: shown };
  const { fromBlock, toBlock } = query as { readonly fromBlock?: unknown; readonly toBlock?: unknown }; // numbers, or tags
  const blocks = Number(toBlock) - Number(fromBlock) + 1;
  return { method, node: shown, blocks: Number.isFinite(blocks) ? blocks : undefined };
}

// ------------------------------------------------------------------ how many, and when

interface Places {
  enter(): Promise<void>;
  leave(): void;
}

/** So many are inside at once; who comes later waits its turn. */
function createPlaces(atOnce: number): Places {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    enter() {
      inside += 1;
      return inside <= atOnce ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
    },
    leave() {
      inside -= 1;
      waiting.shift()?.();
    },
  };
}
