/** A relay that only says what it is told to say. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { ZeroAddress, ZeroHash } from "ethers";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

interface Said {
  readonly status?: number;
  readonly body: unknown;
}

/** What it says comes in this order, the last answer again and again. @returns what it was asked */
export function relayThatSays(answers: readonly Said[], use: (url: string) => Promise<void>): Promise<Asked[]> {
  return serve((asked) => answers[Math.min(asked.length - 1, answers.length - 1)]!, use);
}

/** What it says goes by the path that is asked for, without its query. @returns what it was asked */
export function relayThatAnswers(
  bodies: Readonly<Record<string, unknown>>,
  use: (url: string) => Promise<void>,
): Promise<Asked[]> {
  return serve((asked) => ({ body: bodies[asked.at(-1)!.path.split("?")[0]!] }), use);
}

/** @param say to the last of what was asked */
async function serve(say: (asked: readonly Asked[]) => Said, use: (url: string) => Promise<void>): Promise<Asked[]> {
  const asked: Asked[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    asked.push({ method: request.method ?? "", path: request.url ?? "", body });
    const { status = 200, body: said } = say(asked);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`); // it listens at a port
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
  return asked;
}

const BOOK = `0x${"12".repeat(20)}`;
/** What one says of its session. */
export const SESSION = {
  ...{ chainId: "31337", session: ZeroAddress, orderBook: BOOK, types: {}, genesis: ZeroHash },
  domain: { name: "Session Contracts", version: "1", chainId: "31337", verifyingContract: BOOK },
  ...{ t1: "1", t2: "2", phase: "open", time: "1", serverTimeMs: 1, assets: [], supply: "1" },
  units: { scale: "1", tickValue: "1", lotValue: "1", reserveShift: 0 },
  terms: {
    ...{ policy: ZeroAddress, marketCreator: ZeroAddress, settleLimit: "1" },
    ...{ chainWindow: 1, maxOpenOrders: 1, maxLots: "0" },
  },
  relay: {
    account: ZeroAddress,
    makers: [],
    maxPending: 1,
    maxPendingPerTrader: 1,
    deadlineMargin: 1,
    mostPackages: 1,
  },
};
