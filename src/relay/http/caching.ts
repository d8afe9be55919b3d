/**
 * What of answers may be kept by whoever asks: all may be asked again by what was answered last, which is then not sent twice; and pages that
 * hold at a final block never change.
 */
import { createHash } from "node:crypto";

import type { FastifyInstance, FastifyReply } from "fastify";

const OK = 200;
const NOT_MODIFIED = 304;
/** Kept, and asked about each time. */
const ASKED_AGAIN = "no-cache";
const FOR_EVER = "public, max-age=31536000, immutable";

/** Before what packs answers: of a packed one the mark is the same. */
export function markAnswers(server: FastifyInstance): void {
  server.addHook("onSend", async (request, reply, payload) => {
    const isJson = String(reply.getHeader("content-type")).startsWith("application/json");
    if (request.method !== "GET" || reply.statusCode !== OK || typeof payload !== "string" || !isJson) return payload;
    const mark = `W/"${createHash("sha256").update(payload).digest("base64url").slice(0, 22)}"`;
    reply.header("etag", mark);
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", ASKED_AGAIN);
    if (!isNamed(request.headers["if-none-match"], mark)) return payload;
    reply.code(NOT_MODIFIED).removeHeader("content-type");
    return "";
  });
}

/** An answer that is never another one. */
export function keepForEver(reply: Pick<FastifyReply, "header">): void {
  reply.header("cache-control", FOR_EVER);
}

/** Adds to what an answer hangs on. */
export function varies(reply: Pick<FastifyReply, "header" | "getHeader">, by: string): void {
  const before = reply.getHeader("vary");
  reply.header("vary", before === undefined ? by : `${String(before)}, ${by}`);
}

function isNamed(named: string | undefined, mark: string): boolean {
  const marks = (named ?? "").split(",").map((one) => one.trim());
  return marks.includes("*") || marks.some((one) => one.replace(/^W\//, "") === mark.slice(2));
}
