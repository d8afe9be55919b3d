/**
 * The stream over a WebSocket: books, trades and own orders as the chain brings them, each stream with its own numbers. A
 * subscriber that is cut off comes back and goes on after the last number that it saw, here or at another relay of the
 * same database.
 */
import type { WebSocket } from "@fastify/websocket";
import type { FastifyRequest } from "fastify";
import type { z } from "zod";

import { RelayError } from "../errors.js";
import type { Hub } from "../history/hub.js";
import type { IndexStore } from "../history/store.js";
import { bookStream, ordersStream, TRADES } from "../history/streams.js";
import type { StreamMetrics } from "../metrics.js";
import { answerTo } from "./errors.js";
import { createFeed, type Feed } from "./feed.js";
import { createRateLimit } from "./rate.js";
import { invalid, type RelayServer } from "./request.js";
import { REFUSALS } from "./routes.js";
import { streamRequest } from "../../wire/requests.js";

export interface StreamServices {
  readonly hub: Hub;
  readonly store: IndexStore;
  readonly metrics: StreamMetrics;
  /** @throws RelayError RELAY_MARKET_UNKNOWN */
  readonly requireMarket: (market: { marketRootId: number; marketBranchId: number }) => void;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
}

export interface StreamLimits {
  /** Streams open at once, of all and of one address. */
  readonly maxStreams: number;
  readonly maxStreamsPerAddress: number;
  /** Bytes that may wait for one subscriber to read them. */
  readonly maxBacklog: number;
  /** How long a subscriber that goes on from earlier may take to read half of that, ms. */
  readonly drainMs: number;
}

/** Codes with which a WebSocket is closed; the reason says the same in words. */
export const CLOSE = {
  /** Read too slowly: RELAY_STREAM_SLOW. */
  slow: 4008,
  /** Did not answer a ping. */
  silent: 4009,
  /** Asked too often: RELAY_RATE_LIMITED. */
  flood: 4029,
  /** The database is away: RELAY_STORE_UNAVAILABLE. */
  fault: 4503,
} as const;

const MAX_SUBSCRIPTIONS = 64;
const MESSAGES_PER_SECOND = 20;
const PING_MS = 20_000;
const DRAIN_POLL_MS = 20;
/** How long a subscriber may take to read why it is cut off, ms. */
const GRACE_MS = 2_000;

export function registerStream(
  server: RelayServer,
  services: StreamServices,
  { maxStreams, maxStreamsPerAddress, ...limits }: StreamLimits,
): void {
  const open = new Map<string, number>();
  let total = 0;

  function enter(address: string): () => void {
    open.set(address, (open.get(address) ?? 0) + 1);
    total += 1;
    services.metrics.streams.set(total);
    return () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
      total -= 1;
      services.metrics.streams.set(total);
    };
  }

  function requireRoom({ ip }: FastifyRequest): void {
    if (total >= maxStreams) throw new RelayError("RELAY_STREAMS_FULL", { limit: maxStreams });
    if ((open.get(ip) ?? 0) < maxStreamsPerAddress) return;
    throw new RelayError("RELAY_STREAMS_FULL", { limit: maxStreamsPerAddress });
  }

  server.route({
    method: "GET",
    url: "/v1/stream",
    preValidation: (request, _reply, done) => {
      requireRoom(request);
      done();
    },
    schema: {
      tags: ["stream"],
      summary: "Books, trades and own orders over a WebSocket",
      description: DESCRIPTION,
      response: REFUSALS,
    },
    handler: () => {
      throw new RelayError("RELAY_UPGRADE_REQUIRED");
    },
    wsHandler: (socket, request) => {
      serve(socket, services, limits, enter(request.ip));
    },
  });
}

const DESCRIPTION = [
  'Send {"op":"subscribe","channel":"book","marketRootId":1,"marketBranchId":1}, {"op":"subscribe","channel":"trades"} or',
  '{"op":"subscribe","channel":"orders","trader":"0x…"}; with "after": the last number seen, it goes on there.',
  'Messages: "subscribed" or "snapshot" first, then "event" with numbers that rise by one; "gap" says which cannot be told any',
  'more. An event of kind "reorganised" says that all events of blocks above its "ancestor" are void.',
  `Closed with ${CLOSE.slow}: read too slowly; ${CLOSE.silent}: no answer to a ping; ${CLOSE.flood}: asked too often;`,
  `${CLOSE.fault}: the database is away, come back.`,
].join(" ");

function serve(
  socket: WebSocket,
  { hub, store, metrics, requireMarket, now }: StreamServices,
  { maxBacklog, drainMs }: Pick<StreamLimits, "maxBacklog" | "drainMs">,
  leave: () => void,
): void {
  const feeds = new Map<string, Feed>();
  const limit = createRateLimit(MESSAGES_PER_SECOND, now);
  let isAlive = true;
  /** Requests are answered in their order. There are few of them: the limit ends who asks more. */
  let last: Promise<void> = Promise.resolve();

  function drop(reason: keyof typeof CLOSE, text: string): void {
    if (socket.readyState !== socket.OPEN) return;
    metrics.dropped.inc({ reason });
    endFeeds();
    socket.close(CLOSE[reason], text);
    setTimeout(() => {
      socket.terminate();
    }, GRACE_MS).unref();
  }

  function endFeeds(): void {
    for (const feed of feeds.values()) feed.stop();
    feeds.clear();
  }

  function send(message: object): boolean {
    if (socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount > maxBacklog) {
      drop("slow", "RELAY_STREAM_SLOW");
      return false;
    }
    socket.send(JSON.stringify(message));
    return true;
  }

  /** What is sent leaves only between two turns of the event loop. */
  async function hasRoom(): Promise<boolean> {
    const end = now() + drainMs;
    await new Promise((resolve) => setImmediate(resolve));
    while (socket.bufferedAmount > maxBacklog / 2) {
      if (now() > end) drop("slow", "RELAY_STREAM_SLOW");
      if (socket.readyState !== socket.OPEN) return false;
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
    return true;
  }

  async function handle(request: z.output<typeof streamRequest>): Promise<void> {
    if (request.op === "unsubscribe") {
      feeds.get(request.stream)?.stop();
      feeds.delete(request.stream);
      send({ type: "unsubscribed", stream: request.stream });
      return;
    }
    const stream = streamOf(request);
    if (request.channel === "book") requireMarket(request);
    if (feeds.size >= MAX_SUBSCRIPTIONS && !feeds.has(stream)) {
      throw new RelayError("RELAY_SUBSCRIPTIONS_FULL", { limit: MAX_SUBSCRIPTIONS });
    }
    feeds.get(stream)?.stop();
    const onFault = (): void => {
      drop("fault", "RELAY_STORE_UNAVAILABLE");
    };
    const feed = createFeed({ hub, store, stream, after: request.after, send, hasRoom, onFault });
    feeds.set(stream, feed);
    await feed.start().catch(onFault);
  }

  socket.on("message", (data, isBinary) => {
    if (limit.take("") > 0) {
      drop("flood", "RELAY_RATE_LIMITED");
      return;
    }
    last = last
      .then(() => {
        if (isBinary) throw new RelayError("RELAY_REQUEST_INVALID", { problems: "request: text, not bytes" });
        return handle(parseRequest(textOf(data)));
      })
      .catch(refuse);
  });
  const refuse = (error: unknown): void => {
    send({ type: "error", ...answerTo(error).body });
  };
  socket.on("pong", () => (isAlive = true));
  const pinging = setInterval(() => {
    if (!isAlive) drop("silent", "no answer to a ping");
    isAlive = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, PING_MS);
  socket.on("error", () => {
    socket.terminate(); // what it sent is no WebSocket's; the close that follows cleans up
  });
  socket.on("close", () => {
    clearInterval(pinging);
    endFeeds();
    leave();
  });
}

function streamOf(request: Extract<z.output<typeof streamRequest>, { op: "subscribe" }>): string {
  if (request.channel === "trades") return TRADES;
  return request.channel === "book" ? bookStream(request) : ordersStream(request.trader);
}

/** @throws RelayError RELAY_REQUEST_INVALID */
function parseRequest(text: string): z.output<typeof streamRequest> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RelayError("RELAY_REQUEST_INVALID", { problems: "request: not JSON" }, cause);
  }
  const parsed = streamRequest.safeParse(value);
  if (!parsed.success) throw invalid(parsed.error);
  return parsed.data;
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString("utf8");
}
