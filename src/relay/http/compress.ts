/** Answers go compressed to whoever takes that. What is short is not worth it. */
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

import type { FastifyInstance } from "fastify";

import { varies } from "./caching.js";

const LEAST_BYTES = 1_024;
/** The fastest: JSON of amounts shrinks to a fifth all the same, and other requests wait meanwhile for nothing. */
export const COMPRESSION = { level: constants.Z_BEST_SPEED };
const pack = promisify(gzip);

export function compressAnswers(server: FastifyInstance): void {
  server.addHook("onSend", async (request, reply, payload) => {
    if (typeof payload !== "string" || payload.length < LEAST_BYTES || reply.hasHeader("content-encoding"))
      return payload;
    varies(reply, "accept-encoding");
    if (!takesGzip(request.headers["accept-encoding"])) return payload;
    const packed = await pack(payload, COMPRESSION);
    reply.header("content-encoding", "gzip").header("content-length", packed.length);
    return packed;
  });
}

/** A coding with weight 0 is refused. */
export function takesGzip(accepted: string | string[] | undefined): boolean {
  const codings = String(accepted ?? "").split(",");
  return codings.some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$)[\d.]+\s*)?$/i.test(coding));
}
