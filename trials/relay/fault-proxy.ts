/** Stands between a relay and its node, and behaves as badly as it is told to. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface FaultProxy {
  readonly url: string;
  /** What it does with each request; undefined passes it on. */
  behave: ((request: RpcRequest) => Misbehaviour | undefined) | undefined;
  /** Requests by method since the start. */
  readonly asked: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export interface RpcRequest {
  readonly method: string;
  readonly params: readonly unknown[];
}

export type Misbehaviour =
  /** The connection is cut. */
  | { readonly kind: "cut" }
  | { readonly kind: "status"; readonly status: number; readonly text: string }
  | { readonly kind: "error"; readonly message: string }
  /** The node is not asked, or its answer is thrown away. */
  | { readonly kind: "result"; readonly result: unknown; readonly passOn?: boolean }
  /** The node is asked with other parameters. */
  | { readonly kind: "ask"; readonly params: readonly unknown[] }
  /** The node's answer is changed. */
  | { readonly kind: "change"; readonly change: (result: unknown) => unknown }
  | { readonly kind: "wait"; readonly ms: number };

interface Envelope extends RpcRequest {
  readonly id: number;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const asked = new Map<string, number>();
  const pass = async (body: string): Promise<string> =>
    (await fetch(target, { method: "POST", headers: { "content-type": "application/json" }, body })).text();
  const answer = async (body: string): Promise<{ status: number; text: string } | undefined> => {
    const parsed = JSON.parse(body) as Envelope | Envelope[]; // by JSON-RPC; a relay sends nothing else
    if (Array.isArray(parsed)) return { status: 200, text: await pass(body) };
    asked.set(parsed.method, (asked.get(parsed.method) ?? 0) + 1);
    const bad = proxy.behave?.(parsed);
    const { id } = parsed;
    const reply = (part: Record<string, unknown>) => ({
      status: 200,
      text: JSON.stringify({ jsonrpc: "2.0", id, ...part }),
    });
    switch (bad?.kind) {
      case undefined:
        return { status: 200, text: await pass(body) };
      case "cut":
        return undefined;
      case "status":
        return bad;
      case "error":
        return reply({ error: { code: -32_000, message: bad.message } });
      case "result":
        if (bad.passOn === true) await pass(body);
        return reply({ result: bad.result });
      case "ask":
        return { status: 200, text: await pass(JSON.stringify({ ...parsed, params: bad.params })) };
      case "change": {
        const { result } = JSON.parse(await pass(body)) as { result: unknown };
        return reply({ result: bad.change(result) });
      }
      case "wait":
        await new Promise((resolve) => setTimeout(resolve, bad.ms));
        return { status: 200, text: await pass(body) };
    }
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
    request.on("end", () => {
      answer(body).then(
        (given) => {
          if (given === undefined) response.destroy();
          else response.writeHead(given.status, { "content-type": "application/json" }).end(given.text);
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
