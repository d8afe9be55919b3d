/**
 * Stands in front of a real node, and behaves as badly as it is told to: by a function that sees each request, or by rules (method,
 * which call of it, what happens). What is not told passes to the node and back untouched. Every caller of nodes is tried on it
 * (`test/node/faults.test.ts`); the relay in its own tests and trials too.
 *
 *     const proxy = await startFaultProxy(node.url);
 *     proxy.behave = byRules([{ method: "eth_call", nth: 2, times: 1, fault: FAULTS.rateLimited }]);
 *     proxy.behave = byRules([{ fault: rangeLimit(500) }]);
 *     proxy.asked.get("eth_call"); // how often it was asked for
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface FaultProxy {
  readonly url: string;
  /** What it does with each request; undefined passes it on. */
  behave: ((request: RpcRequest) => Misbehaviour | undefined) | undefined;
  /** Requests by method since the start; a batch counts as one of BATCH. */
  readonly asked: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export interface RpcRequest {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Stands for the method of a batch, which has many. */
export const BATCH = "(batch)";

export type Misbehaviour =
  /** The connection is cut. */
  | { readonly kind: "cut" }
  /** Nothing is ever said. */
  | { readonly kind: "silent" }
  /** Another status, and any body. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly text: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** An error of JSON-RPC, by default with status 200 and code -32000. */
  | {
      readonly kind: "error";
      readonly message: string;
      readonly code?: number;
      readonly data?: unknown;
      readonly status?: number;
    }
  /** The node is not asked, or its answer is thrown away. */
  | { readonly kind: "result"; readonly result: unknown; readonly passOn?: boolean }
  /** The node is asked with other parameters. */
  | { readonly kind: "ask"; readonly params: readonly unknown[] }
  /** The node's answer is changed. */
  | { readonly kind: "change"; readonly change: (result: unknown) => unknown }
  /** The node's answer has other members beside its result. */
  | { readonly kind: "beside"; readonly members: Readonly<Record<string, unknown>> }
  | { readonly kind: "wait"; readonly ms: number };

/** A fault, or what decides by the request. */
export type Fault = Misbehaviour | ((request: RpcRequest) => Misbehaviour | undefined);

export interface FaultRule {
  /** Of these methods only; of all if it is left out. */
  readonly method?: string | readonly string[];
  /** Of these requests only. */
  readonly when?: (request: RpcRequest) => boolean;
  /** From that call on, counted from 1 among those that the rule is about. */
  readonly nth?: number;
  /** So many calls from there on; for ever if it is left out. */
  readonly times?: number;
  readonly fault: Fault;
}

/** The first rule that has something to say to a request says it. Each counts for itself. */
export function byRules(rules: readonly FaultRule[]): NonNullable<FaultProxy["behave"]> {
  const counts = rules.map(() => 0);
  return (request) => {
    for (const [index, { method, when, nth = 1, times = Infinity, fault }] of rules.entries()) {
      const isOf = method === undefined || [method].flat().includes(request.method);
      if (!isOf || when?.(request) === false) continue;
      const call = (counts[index] ?? 0) + 1;
      counts[index] = call;
      if (call < nth || call >= nth + times) continue;
      const found = typeof fault === "function" ? fault(request) : fault;
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

// ------------------------------------------------------------------ what real nodes do

/** Failures that say nothing about any contract. None asks for a long wait. */
export const FAULTS = {
  cut: { kind: "cut" },
  rateLimited: { kind: "status", status: 429, text: "slow down", headers: { "retry-after": "0" } },
  rateLimitedInJson: {
    kind: "error",
    code: -32_005,
    message: "daily request count exceeded",
    data: { rate: { backoff_seconds: 0 } },
  },
  proxyWithoutNode: { kind: "status", status: 503, text: "<html><h1>503</h1></html>", headers: { "retry-after": "0" } },
  stateLost: { kind: "error", code: -32_000, message: "missing trie node" },
  internal: { kind: "error", code: -32_603, message: "internal error", status: 400 },
  wrongKey: { kind: "status", status: 401, text: '{"message":"invalid key"}' },
  page: { kind: "status", status: 200, text: "<!doctype html><title>Log in</title>" },
  halfAnswer: { kind: "status", status: 200, text: '{"jsonrpc":"2.0","id":1,"resu' },
  noResult: { kind: "status", status: 200, text: '{"jsonrpc":"2.0","id":1}' },
  /** It says that there is nothing: no block, no code, no number. */
  nothing: { kind: "result", result: null },
} as const satisfies Readonly<Record<string, Misbehaviour>>;

/** No node does harm with these: everything has to go well. */
export const QUIRKS = {
  nullErrorBesideResults: { kind: "beside", members: { error: null } },
  batchesRefused: ({ method }) => (method === BATCH ? { kind: "status", status: 400, text: "no batches" } : undefined),
  noPendingState: ({ params }) =>
    params.includes("pending") ? { kind: "error", message: "pending state is not available" } : undefined,
  noPendingBlock: ({ method, params }) =>
    method === "eth_getBlockByNumber" && params[0] === "pending" ? { kind: "result", result: null } : undefined,
  pendingBlockWithoutNumber: ({ method, params }) =>
    method === "eth_getBlockByNumber" && params[0] === "pending" ? changed({ number: null, hash: null }) : undefined,
  baseFeeOfNull: ({ method }) => (isOfBlock(method) ? changed({ baseFeePerGas: null }) : withoutTips(method)),
  noBaseFee: ({ method }) => (isOfBlock(method) ? changed({ baseFeePerGas: undefined }) : withoutTips(method)),
} as const satisfies Readonly<Record<string, Fault>>;

const isOfBlock = (method: string): boolean => method === "eth_getBlockByNumber" || method === "eth_getBlockByHash";

function withoutTips(method: string): Misbehaviour | undefined {
  const isOfTips = method === "eth_maxPriorityFeePerGas" || method === "eth_feeHistory";
  return isOfTips ? { kind: "error", code: -32_601, message: `the method ${method} does not exist` } : undefined;
}

function changed(members: Readonly<Record<string, unknown>>): Misbehaviour {
  const change = (result: unknown): unknown =>
    typeof result === "object" && result !== null ? { ...result, ...members } : result;
  return { kind: "change", change };
}

/** Logs of more blocks are refused. @param refusal in the provider's own way */
export function rangeLimit(
  blocks: number,
  refusal: Misbehaviour = { kind: "error", code: -32_000, message: `exceed maximum block range: ${blocks}` },
): Fault {
  return ({ method, params: [query] }) => {
    if (method !== "eth_getLogs") return undefined;
    const { fromBlock, toBlock } = query as { readonly fromBlock?: string; readonly toBlock?: string }; // by JSON-RPC
    return Number(toBlock) - Number(fromBlock) + 1 > blocks ? refusal : undefined;
  };
}

// ------------------------------------------------------------------ the proxy

interface Envelope extends RpcRequest {
  readonly id: number;
}

interface Said {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @param target the real node's address */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
    request.on("end", () => {
      const envelope = envelopeOf(body);
      asked.set(envelope.method, (asked.get(envelope.method) ?? 0) + 1);
      const bad = proxy.behave?.(envelope);
      if (bad?.kind === "silent") return;
      answerTo(target, envelope, body, bad).then(
        (said) => {
          if (said === undefined) response.destroy();
          else response.writeHead(said.status, { "content-type": "application/json", ...said.headers }).end(said.text);
        },
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${port}`,
    behave: undefined,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return proxy;
}

function envelopeOf(body: string): Envelope {
  const parsed = JSON.parse(body) as Envelope | Envelope[]; // by JSON-RPC; nothing else is sent
  return Array.isArray(parsed) ? { id: 0, method: BATCH, params: parsed } : parsed;
}

/** @returns undefined to cut the connection */
async function answerTo(
  target: string,
  envelope: Envelope,
  body: string,
  bad: Exclude<Misbehaviour, { kind: "silent" }> | undefined,
): Promise<Said | undefined> {
  const pass = async (text: string): Promise<string> =>
    (await fetch(target, { method: "POST", headers: { "content-type": "application/json" }, body: text })).text();
  const { id } = envelope;
  const reply = (part: object, status = 200): Said => ({
    status,
    text: JSON.stringify({ jsonrpc: "2.0", id, ...part }),
  });
  const passed = async (): Promise<object> => JSON.parse(await pass(body)) as object; // the real node's answer
  switch (bad?.kind) {
    case undefined:
      return { status: 200, text: await pass(body) };
    case "cut":
      return undefined;
    case "status":
      return bad;
    case "error":
      return reply({ error: { code: bad.code ?? -32_000, message: bad.message, data: bad.data } }, bad.status);
    case "result":
      if (bad.passOn === true) await pass(body);
      return reply({ result: bad.result });
    case "ask":
      return { status: 200, text: await pass(JSON.stringify({ ...envelope, params: bad.params })) };
    case "change": {
      const answer = await passed();
      return "result" in answer ? reply({ ...answer, result: bad.change(answer.result) }) : reply(answer);
    }
    case "beside": {
      const answer = await passed();
      return reply("result" in answer ? { ...answer, ...bad.members } : answer);
    }
    case "wait":
      await new Promise((resolve) => setTimeout(resolve, bad.ms));
      return { status: 200, text: await pass(body) };
  }
}
