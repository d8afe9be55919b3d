/** Clients who do a relay no good: from an address of their own, so that its limits are theirs alone. */
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";

import { pause } from "./load-generator.js";

/** Ends what was begun. */
export type End = () => Promise<void>;

/** Of the loopback network; whoever behaves well comes from 127.0.0.1. */
const ADDRESS = "127.0.0.2";
const REOPEN_MS = 100;
const TRICKLE_MS = 500;
/** Counts as several requests, and is soon answered. */
const ASKED = "/v1/history/offsets?limit=1";

/** So many connections, kept open; whoever is cut off comes again. @param say called for each one as it opens */
function crowd(url: string, count: number, say: (socket: Socket) => void): End {
  const { hostname: host, port } = new URL(url);
  const open = new Set<Socket>();
  let isOver = false;
  const come = (): void => {
    if (isOver) return;
    const socket = connect({ host, port: Number(port), localAddress: ADDRESS });
    open.add(socket);
    socket.on("connect", () => {
      say(socket);
    });
    socket.on("error", () => socket.destroy());
    socket.on("data", () => undefined); // what it is told does not matter to it
    socket.on("close", () => {
      open.delete(socket);
      setTimeout(come, REOPEN_MS);
    });
  };
  for (let one = 0; one < count; one += 1) come();
  return () => {
    isOver = true;
    for (const socket of open) socket.destroy();
    return Promise.resolve();
  };
}

/** They connect and say nothing. */
export function silentClients(url: string, count: number): End {
  return crowd(url, count, () => undefined);
}

/** They begin to post a package, and give a byte now and then. */
export function slowClients(url: string, count: number): End {
  return crowd(url, count, (socket) => {
    socket.write("POST /v1/packages HTTP/1.1\r\nhost: relay\r\ncontent-type: application/json\r\n");
    socket.write("content-length: 1000\r\n\r\n{");
    const timer = setInterval(() => socket.write(" "), TRICKLE_MS);
    socket.on("close", () => {
      clearInterval(timer);
    });
  });
}

/** They ask one question after the other, so many at once, and heed no answer. */
export function floodingClients(url: string, count: number): End {
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  const ending = new AbortController();
  const ask = (): Promise<void> =>
    new Promise((resolve) => {
      const asked = request(`${url}${ASKED}`, { agent, localAddress: ADDRESS, signal: ending.signal });
      asked.on("response", (answer) => answer.resume().on("close", resolve));
      asked.on("error", () => {
        resolve();
      });
      asked.end();
    });
  const user = async (): Promise<void> => {
    while (!ending.signal.aborted) await Promise.all([ask(), pause(1)]);
  };
  const users = Promise.all(Array.from({ length: count }, user));
  return async () => {
    ending.abort();
    await users;
    agent.destroy();
  };
}
