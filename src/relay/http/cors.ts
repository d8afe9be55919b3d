/** Lets wallets in web pages of other places ask. Nothing here goes by who a browser says that it is, so all pages may by default. */
import type { FastifyInstance } from "fastify";

import { varies } from "./caching.js";

const PREFLIGHT = {
  "access-control-allow-methods": "GET, POST",
  "access-control-allow-headers": "content-type",
  "access-control-max-age": "86400",
};
const NO_CONTENT = 204;

/** @param origin the one whose pages may ask, or * */
export function allowOrigin(server: FastifyInstance, origin: string): void {
  server.addHook("onRequest", (_request, reply, done) => {
    if (origin !== "*") varies(reply, "origin"); // who keeps it for one page does not show it to another as its own
    reply
      .header("access-control-allow-origin", origin)
      .header("access-control-expose-headers", "retry-after, ratelimit, ratelimit-policy");
    done();
  });
  server.options("/*", { schema: { hide: true } }, (_request, reply) =>
    reply.status(NO_CONTENT).headers(PREFLIGHT).send(),
  );
}
