/** Serves the built page: static files, the page's headers, and `config.json` as whoever serves it says. */
import { readFileSync } from "node:fs";
import { join, sep } from "node:path";

import fastifyStatic from "@fastify/static";
import { fastify, type FastifyInstance } from "fastify";

import { INDEX } from "./built.js";
import { type PageConfigText, parsePageConfig } from "./config.js";
import { pageHeaders } from "./policy.js";

/** Which page, and what it is told. */
export interface PageFiles {
  /** The built page's folder. */
  readonly folder: string;
  /** Asked anew for each request. @param origin where it is asked, as whoever asks calls it */
  readonly config: (origin: string) => PageConfigText;
}

export interface PageServer {
  /** With a slash at its end. */
  readonly url: string;
  /** Ends all connections, too. Harmless when it is closed already. */
  readonly close: () => Promise<void>;
}

const HOST = "127.0.0.1";
/** Whose names have a hash of what is in them. */
const HASHED = `${sep}assets${sep}`;
const FOR_EVER = "public, max-age=31536000, immutable";
const NOT_KEPT = "no-store";

/**
 * On the loopback interface only, and for whoever asks it by a name of this machine: a page of another place that has its own name
 * point here gets nothing, for the configuration may have a node's key in it.
 * @param port 0 for any that is free
 * @throws Error if the port cannot be had; ZodError for a configuration that is none
 */
export async function servePage(files: PageFiles, port = 0): Promise<PageServer> {
  parsePageConfig(files.config(`http://${HOST}`));
  const server = fastify({ forceCloseConnections: true });
  server.addHook("onRequest", async (request, reply) => {
    if (!isOwnName(request.hostname)) await reply.status(421).send({ error: "Ask by 127.0.0.1 or localhost" });
  });
  await addPage(server, files);
  const address = await server.listen({ host: HOST, port });
  return { url: `${address}/`, close: () => server.close() };
}

/** Adds the page's routes, for whoever has a server of its own: nothing of them has an effect on other routes. */
export async function addPage(server: FastifyInstance, { folder, config }: PageFiles): Promise<void> {
  const headers = pageHeaders({ styleHashes: styleHashesOf(folder) });
  await server.register(async (page) => {
    page.addHook("onRequest", (_request, reply, done) => {
      reply.headers(headers);
      done();
    });
    page.get("/config.json", { schema: { hide: true } }, ({ protocol, host }, reply) =>
      reply.header("cache-control", NOT_KEPT).send(config(`${protocol}://${host}`)),
    );
    await page.register(fastifyStatic, {
      root: folder,
      schemaHide: true,
      decorateReply: false,
      cacheControl: false, // said below, by what it is
      dotfiles: "ignore",
      index: INDEX,
      setHeaders(reply, path) {
        reply.header("cache-control", path.includes(HASHED) ? FOR_EVER : NOT_KEPT);
      },
    });
  });
}

/** Those that the page's own policy lets in: a header that knew fewer of them would forbid what the page needs. */
function styleHashesOf(folder: string): string[] {
  const html = readFileSync(join(folder, INDEX), "utf8");
  const policy = /<meta[^>]*Content-Security-Policy[^>]*>/i.exec(html)?.[0] ?? "";
  const styles = /style-src ([^;"]*)/.exec(policy)?.[1] ?? "";
  return [...styles.matchAll(/sha(?:256|384|512)-[A-Za-z0-9+/=]+/g)].map(([hash]) => hash);
}

function isOwnName(name: string): boolean {
  return name === HOST || name === "localhost" || name === "[::1]";
}
