import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

import type { NetworkConnection } from "hardhat/types/network";

/** JSON-RPC over HTTP to the chain inside this process, for whoever speaks nothing else. On the loopback interface only. */
export interface RpcServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface RpcRequest {
  readonly id: number;
  readonly method: string;
  readonly params: unknown[];
}

type Provider = NetworkConnection["provider"];

export async function serveChain({ provider }: Pick<NetworkConnection, "provider">): Promise<RpcServer> {
  const server = createServer((request, response) => {
    void readBody(request)
      .then((body) => answer(provider, JSON.parse(body) as RpcRequest)) // from this process's own clients
      .then((reply) => {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(reply));
      })
      .catch(() => {
        response.statusCode = 400;
        response.end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // as of every server that listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // a request without encoding gives buffers
  return Buffer.concat(chunks).toString("utf8");
}

/** A refusal keeps its code and data, from which clients read the contracts' own errors. */
async function answer(provider: Provider, { id, method, params }: RpcRequest): Promise<object> {
  try {
    const result: unknown = await provider.request({ method, params });
    return { jsonrpc: "2.0", id, result };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { code, data } = error as { readonly code?: unknown; readonly data?: unknown }; // as EIP-1193 says
    return { jsonrpc: "2.0", id, error: { code: code ?? -32_603, message: error.message, data } };
  }
}
