/** The session's log as it is kept, and what is measured of it: as of a final block. */
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";

import type { FastifyReply, FastifyRequest } from "fastify";

import { type Comparable, compareSessions } from "../../measures/comparing.js";
import { isOfSession, type PricesElsewhere } from "../../measures/reference.js";
import { USUAL_AGE } from "../../measures/session.js";
import type { DomainOf } from "../../wire/form.js";
import { measures, measuresBody, termStructure } from "../../wire/measures.js";
import { logText } from "../archive/log-lines.js";
import type { Measured, Measurer } from "../archive/measurer.js";
import type { LogStore } from "../archive/store.js";
import { RelayError } from "../errors.js";
import { varies } from "./caching.js";
import { type Charge, REFUSALS } from "./charging.js";
import { COMPRESSION, takesGzip } from "./compress.js";
import type { RelayServer } from "./request.js";
import type { SessionListServices } from "./routes-session.js";
import type { Served } from "./server.js";
import { pastOf, type Sessions } from "./sessions.js";

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

/** Of a question with prices: ten thousand lines of a few assets. */
const PRICES_LIMIT = 2_000_000;
/** Sessions among which those on the same assets are looked for. */
const MOST_LISTED = 1_000;

export function registerArchiveRoutes(
  server: RelayServer,
  charge: Charge,
  sessions: Sessions & SessionListServices,
): void {
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
    async (request) => measuresView(await pastOf(request).measurer.measure()),
  );
  server.post(
    "/v1/measures",
    {
      preHandler: costing,
      bodyLimit: PRICES_LIMIT,
      schema: {
        tags,
        operationId: "measureBesidePrices",
        summary: "The same beside prices from elsewhere: foresight and volatility, too, and true weights in the end",
        body: measuresBody,
        description: "Nothing of the prices is kept. Measured anew for each question.",
        response: { 200: measures, ...REFUSALS },
      },
    },
    async (request) => {
      const { measurer } = pastOf(request);
      return measuresView(await measurer.measure(elsewhereOf(request.body, request.served)));
    },
  );
  server.get(
    "/v1/term-structure",
    {
      preHandler: costing,
      schema: {
        tags,
        operationId: "getTermStructure",
        summary:
          "Relative value by when sessions end: of this one and the others on the same assets that are served here",
        description: "As each is measured; as of its last final block.",
        response: { 200: termStructure, ...REFUSALS },
      },
    },
    (request) => {
      pastOf(request); // or it is refused, before others are asked
      const all = sessions.list(0, MOST_LISTED).map(({ session }) => comparable(sessions.of(session)));
      return compareSessions(comparable(request.served), all, BigInt(request.served.facts().time), isUnmeasurable);
    },
  );
}

function measuresView({ block: { number, hash, timestamp }, measures: found }: Measured) {
  return { block: { number, hash, timestamp: BigInt(timestamp) }, ...found };
}

/** @throws RelayError RELAY_REQUEST_INVALID for prices of other assets or days, or out of order */
function elsewhereOf({ rows, maxAge }: DomainOf<typeof measuresBody>, { facts }: Served): PricesElsewhere {
  const { assets, ...times } = facts();
  const [t1, t2] = [BigInt(times.t1), BigInt(times.t2)];
  const age = maxAge === undefined ? USUAL_AGE : BigInt(maxAge);
  const refuse = (problems: string): never => {
    throw new RelayError("RELAY_REQUEST_INVALID", { problems });
  };
  rows.forEach(({ timestamp, prices }, k) => {
    if (prices.length !== assets.length) refuse(`rows.${k}.prices: one for each of ${assets.length} assets`);
    if (timestamp <= (rows[k - 1]?.timestamp ?? -1n)) refuse(`rows.${k}.timestamp: not after that of the line before`);
  });
  if (!isOfSession(rows, { t1, t2 }, age)) refuse("rows: none is of the time from t1 to t2");
  return { rows, maxAge: age };
}

/** Waiting does not help, or nobody knows how long: what is missing of one session is no reason to say nothing of the others. */
const UNMEASURABLE: ReadonlySet<string> = new Set([
  "RELAY_LOG_WAITS",
  "RELAY_LOG_LONG",
  "RELAY_READING_AGAIN",
  "RELAY_OTHER_CHAIN",
]);

function isUnmeasurable(error: unknown): boolean {
  return error instanceof RelayError && UNMEASURABLE.has(error.code);
}

function comparable(served: Served): Comparable {
  const { session, t2, assets } = served.facts();
  return {
    session,
    t2: BigInt(t2),
    assets: assets.map(({ address }) => address),
    quantities: assets.map(({ quantity }) => BigInt(quantity)),
    measure: async () => (await pastOf({ served }).measurer.measure()).measures,
  };
}
