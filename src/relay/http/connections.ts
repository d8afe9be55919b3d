/** How many connections may be open, of all and of one address, and how long one may be open without a word. */
import type { Server, Socket } from "node:net";

import { limitKey, memberOf } from "./address.js";

export interface ConnectionLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Whose connections are many people's: they are bounded by the total alone. */
  readonly trustedProxies: readonly string[];
  /** How long a new connection may say nothing, ms. */
  readonly silentMs?: number;
}

const SILENT_MS = 3_000;

/** @param onRefused hears of connections that were closed, and why */
export function limitConnections(
  server: Server,
  { maxConnections, maxConnectionsPerAddress, trustedProxies, silentMs = SILENT_MS }: ConnectionLimits,
  onRefused: (reason: "total" | "address" | "silent") => void,
): void {
  const open = new Map<string, number>();
  const isProxy = memberOf(trustedProxies);
  server.maxConnections = maxConnections;
  server.on("drop", () => {
    onRefused("total");
  });
  server.on("connection", (socket: Socket) => {
    endIfSilent(socket, silentMs, onRefused);
    const { remoteAddress = "" } = socket;
    if (isProxy(remoteAddress)) return;
    const key = limitKey(remoteAddress);
    const count = (open.get(key) ?? 0) + 1;
    if (count > maxConnectionsPerAddress) {
      onRefused("address");
      socket.destroy();
      return;
    }
    open.set(key, count);
    socket.once("close", () => {
      const left = (open.get(key) ?? 1) - 1;
      if (left === 0) open.delete(key);
      else open.set(key, left);
    });
  });
}

/** Requests that are begun have limits of their own. */
function endIfSilent(socket: Socket, silentMs: number, onRefused: (reason: "silent") => void): void {
  const timer = setTimeout(() => {
    if (socket.bytesRead > 0) return;
    onRefused("silent");
    socket.destroy();
  }, silentMs);
  timer.unref();
  socket.once("close", () => {
    clearTimeout(timer);
  });
}
