/** The session's log as it is kept, and what is measured of it: as of a final block. */
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";

import type { FastifyReply, FastifyRequest } from "fastify";

import { measures } from "../../wire/measures.js";
import { logText } from "../archive/log-lines.js";
import type { Measurer } from "../archive/measurer.js";
import type { LogStore } from "../archive/store.js";
import { RelayError } from "../errors.js";
import { varies } from "./caching.js";
import { type Charge, REFUSALS } from "./charging.js";
import { COMPRESSION, takesGzip } from "./compress.js";
import type { RelayServer } from "./request.js";
import { pastOf } from "./sessions.js";

export interface ArchiveServices {
  readonly logs: Pick<LogStore, "tip" | "part">;
  readonly measurer: Pick<Measurer, "measure">;
  readonly notYet: () => RelayError;
}

/** Logs that are handed out at once, and how long one may take, ms: a part waits in memory for its reader. */
const MOST_AT_ONCE = 4;
const MOST_MS = 600_000;
/** What is asked for counts as so many requests; and a log for each of its parts as much as a page of as many rows. */
const COST = 25;
const PART_COST = 10;

export function registerArchiveRoutes(server: RelayServer, charge: Charge): void {
  const costing = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    charge(request, reply, COST - 1);
  };
  const tags = ["history"];
  let open = 0;
  server.get(
    "/v1/log",
    {
      preHandler: costing,
      schema: {
        tags,
        operationId: "getLog",
        summary:
          "The session's log as of the last final block, as `session logs` writes it: JSON lines, with a header and a seal",
        description: `At most ${MOST_AT_ONCE} at once. It proves itself: \`session verify --logs\` reads it. One without its last line was cut off.`,
      },
    },
    async (request, reply) => {
      const { logs, notYet } = pastOf(request);
      const tip = await logs.tip();
      if (tip === undefined) throw notYet();
      if (open >= MOST_AT_ONCE) throw new RelayError("RELAY_STREAMS_FULL");
      charge(request, reply, PART_COST * tip.parts);
      const text = Readable.from(logText(logs, tip), { signal: AbortSignal.timeout(MOST_MS) });
      open += 1;
      text.once("close", () => (open -= 1));
      reply.header("content-type", "application/jsonl; charset=utf-8").header("cache-control", "no-store");
      varies(reply, "accept-encoding");
      if (!takesGzip(request.headers["accept-encoding"])) return reply.send(text);
      const packed = createGzip(COMPRESSION);
      text.on("error", (error) => packed.destroy(error));
      packed.on("close", () => text.destroy());
      return reply.header("content-encoding", "gzip").send(text.pipe(packed));
    },
  );
  server.get(
    "/v1/measures",
    {
      preHandler: costing,
      schema: {
        tags,
        operationId: "getMeasures",
        summary: "What is measured of the session, as `session measure` does",
        description: "As of the last final block of the kept log; at most every five seconds anew.",
        response: { 200: measures, ...REFUSALS },
      },
    },
    async (request) => {
      const { block, measures: found } = await pastOf(request).measurer.measure();
      const { number, hash, timestamp } = block;
      return { block: { number, hash, timestamp: BigInt(timestamp) }, ...found };
    },
  );
}
