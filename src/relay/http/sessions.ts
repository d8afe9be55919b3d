/**
 * Which session a request is about: the one that its path names, as in `/v1/sessions/ADDRESS/link`, or the only one that is served
 * here. All routes are there once; a path that names a session is read as the short one of that session.
 */
import type { IncomingMessage } from "node:http";

import type { FastifyInstance, FastifyRequest } from "fastify";

import { RelayError } from "../errors.js";
import type { Live, Served } from "./server.js";

export interface Sessions {
  /**
   * @param address as the path has it; undefined for a request that names none
   * @throws RelayError RELAY_SESSION_UNKNOWN if it is not served here, RELAY_SESSION_UNNAMED if many are and none is named
   */
  readonly of: (address: string | undefined) => Served;
}

declare module "fastify" {
  interface FastifyRequest {
    /** What serves the session that the request is about. @throws RelayError as `Sessions` */
    readonly served: Served;
    /** The same of what takes packages and knows the book. @throws RelayError RELAY_ROLE_ELSEWHERE if that is another process */
    readonly live: Live;
    /** The session that its path names. */
    readonly session: string | undefined;
  }
}

const PATH = /^\/v1\/sessions\/(0x[0-9a-fA-F]{40})(?:\/([^?]*))?(\?.*)?$/;
/** Of the whole process by themselves, of one session behind its address. */
const OF_PROCESS = new Set(["health", "ready"]);

const named = new WeakMap<IncomingMessage, string>();

/** What the server is to take a request's path for. */
export function shortPath(request: IncomingMessage): string {
  const url = request.url ?? "/";
  const [, address, rest, query = ""] = PATH.exec(url) ?? [];
  if (address === undefined) return url;
  named.set(request, address);
  if (rest === undefined || rest === "") return `/v1/session${query}`;
  return OF_PROCESS.has(rest) ? `/${rest}${query}` : `/v1/${rest}${query}`;
}

export function nameSessions(server: FastifyInstance, sessions: Sessions): void {
  server.decorateRequest("session", {
    getter() {
      return named.get(this.raw);
    },
  });
  server.decorateRequest("served", {
    getter() {
      return sessions.of(this.session);
    },
  });
  server.decorateRequest("live", {
    getter() {
      return requireLive(this);
    },
  });
}

/** @throws RelayError RELAY_ROLE_ELSEWHERE if another process takes packages, and knows the book */
export function requireLive({ served: { live } }: Pick<FastifyRequest, "served">): Live {
  if (live === undefined) throw new RelayError("RELAY_ROLE_ELSEWHERE", { role: "intake" });
  return live;
}

/** @throws RelayError RELAY_ROLE_ELSEWHERE if another process tells the history */
export function pastOf({ served: { past } }: Pick<FastifyRequest, "served">): NonNullable<Served["past"]> {
  if (past === undefined) throw new RelayError("RELAY_ROLE_ELSEWHERE", { role: "read" });
  return past;
}
