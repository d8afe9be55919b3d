/** One subscriber's WebSocket, from its first request to its end. */
import type { WebSocket } from "@fastify/websocket";

import { toJson } from "../../protocol/amounts/json.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import type { Served } from "../../wire/form.js";
import { type streamMessage, streamName, type StreamRequest, streamRequest } from "../../wire/stream.js";
import { RelayError } from "../errors.js";
import type { Hub } from "../history/hub.js";
import type { StreamStore } from "../history/stream-store.js";
import type { StreamMetrics } from "../reporting/process-metrics.js";
import { answerTo } from "./errors.js";
import { createFeed, type Feed, type FeedMessage } from "./feed.js";
import { createOwnWatches, type OwnServices, type OwnWatches, type WatchMessage } from "./own-watches.js";
import { createRateLimit, type RateLimit } from "./rate.js";
import { invalid } from "./request.js";

export interface StreamServices {
  readonly hub: Hub;
  readonly store: Pick<StreamStore, "streamAfter" | "headOf" | "bookStart">;
  /** @throws RelayError RELAY_MARKET_UNKNOWN */
  readonly requireMarket: (market: MarketRef) => Promise<void>;
  /** How far the store may be behind what the hub tells, ms. */
  readonly lagMs?: number;
  readonly own: OwnServices;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
}

export interface SubscriberLimits {
  /** Bytes that may wait for one subscriber to read them. */
  readonly maxBacklog: number;
  /** How long a subscriber that goes on from earlier may take to read half of that, ms. */
  readonly drainMs: number;
  /** Between two heartbeats, ms. */
  readonly heartbeatMs?: number;
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

/** What no feed says. */
type OwnMessage =
  Extract<Served<typeof streamMessage>, { type: "error" | "unsubscribed" | "heartbeat" }> | WatchMessage;
type Subscription = Extract<StreamRequest, { op: "subscribe" }>;

interface SubscriberState extends Omit<StreamServices, "own">, SubscriberLimits {
  readonly metrics: StreamMetrics;
  readonly socket: WebSocket;
  readonly feeds: Map<string, Feed>;
  readonly watches: OwnWatches;
  readonly limit: RateLimit;
  /** Whether it has answered the last ping. */
  isAlive: boolean;
  /** Requests are answered in their order. There are few of them: the limit ends who asks more. */
  last: Promise<void>;
}

const MAX_SUBSCRIPTIONS = 64;
const MESSAGES_PER_SECOND = 20;
/** So often a subscriber is pinged, and told the last number of each of its streams: what a page hears, which no ping reaches. */
const HEARTBEAT_MS = 10_000;
const DRAIN_POLL_MS = 20;
/** How long a subscriber may take to read why it is cut off, ms. */
const GRACE_MS = 2_000;

/** @param leave what is to be done when it has ended */
export function serveSubscriber(
  socket: WebSocket,
  services: StreamServices & { readonly metrics: StreamMetrics },
  limits: SubscriberLimits,
  leave: () => void,
): void {
  const state: SubscriberState = {
    ...services,
    ...limits,
    socket,
    feeds: new Map(),
    watches: createOwnWatches(
      services.own,
      (message) => send(state, message),
      (error) => {
        refuse(state, error);
      },
    ),
    limit: createRateLimit(MESSAGES_PER_SECOND, services.now),
    isAlive: true,
    last: Promise.resolve(),
  };
  const pinging = setInterval(() => {
    ping(state);
    state.watches.check();
    if (isOpen(state)) send(state, heartbeatOf(state));
  }, limits.heartbeatMs ?? HEARTBEAT_MS);
  socket.on("message", (data, isBinary) => {
    hear(state, data, isBinary);
  });
  socket.on("pong", () => (state.isAlive = true));
  socket.on("error", () => {
    socket.terminate(); // what it sent is no WebSocket's; the close that follows cleans up
  });
  socket.on("close", () => {
    clearInterval(pinging);
    endFeeds(state);
    leave();
  });
}

// ------------------------------------------------------------------ what it asks

function hear(state: SubscriberState, data: Buffer | ArrayBuffer | Buffer[], isBinary: boolean): void {
  if (state.limit.take("") > 0) {
    cutOff(state, "flood", "RELAY_RATE_LIMITED");
    return;
  }
  state.last = state.last
    .then(() => answer(state, parseRequest(data, isBinary)))
    .catch((error: unknown) => {
      refuse(state, error);
    });
}

/** @throws RelayError RELAY_REQUEST_INVALID */
function parseRequest(data: Buffer | ArrayBuffer | Buffer[], isBinary: boolean): StreamRequest {
  if (isBinary) throw new RelayError("RELAY_REQUEST_INVALID", { problems: "request: text, not bytes" });
  let value: unknown;
  try {
    value = JSON.parse(textOf(data));
  } catch (cause) {
    throw new RelayError("RELAY_REQUEST_INVALID", { problems: "request: not JSON" }, cause);
  }
  const parsed = streamRequest.domain.safeParse(value);
  if (!parsed.success) throw invalid(parsed.error);
  return parsed.data;
}

/** @throws RelayError RELAY_MARKET_UNKNOWN, RELAY_SUBSCRIPTIONS_FULL, RELAY_READ_SIGNATURE, and as that is looked at */
async function answer(state: SubscriberState, request: StreamRequest): Promise<void> {
  if (request.op === "subscribe") {
    await subscribe(state, request);
    return;
  }
  if (request.op === "ping") {
    send(state, heartbeatOf(state));
    return;
  }
  leave(state, request.stream);
  send(state, { type: "unsubscribed", stream: request.stream });
}

async function subscribe(state: SubscriberState, request: Subscription): Promise<void> {
  const { feeds, watches, hub, store, requireMarket } = state;
  const stream = streamName(request);
  if (request.channel === "book") await requireMarket(request);
  const own = request.channel === "orders" && request.own !== undefined ? { ...request, own: request.own } : undefined;
  if (own !== undefined) await watches.require(own.trader, own.own);
  if (!isOpen(state)) return;
  if (feeds.size >= MAX_SUBSCRIPTIONS && !feeds.has(stream)) {
    throw new RelayError("RELAY_SUBSCRIPTIONS_FULL", { limit: MAX_SUBSCRIPTIONS });
  }
  leave(state, stream);
  const onFault = (): void => {
    cutOff(state, "fault", "RELAY_STORE_UNAVAILABLE");
  };
  const feed = createFeed({
    hub,
    store,
    stream,
    after: request.after,
    send: (message) => send(state, message),
    hasRoom: () => hasRoom(state),
    onFault,
    ...(state.lagMs !== undefined && { lagMs: state.lagMs }),
  });
  feeds.set(stream, feed);
  await feed.start().catch(onFault);
  if (own !== undefined && feeds.get(stream) === feed) await watches.start(stream, own.trader, own.own);
}

function leave({ feeds, watches }: SubscriberState, stream: string): void {
  feeds.get(stream)?.stop();
  feeds.delete(stream);
  watches.stop(stream);
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString("utf8");
}

// ------------------------------------------------------------------ what it is told

/** @returns false if nothing more may be sent */
function send(state: SubscriberState, message: FeedMessage | OwnMessage): boolean {
  const { socket, maxBacklog } = state;
  if (!isOpen(state)) return false;
  if (socket.bufferedAmount > maxBacklog) {
    cutOff(state, "slow", "RELAY_STREAM_SLOW");
    return false;
  }
  socket.send(bytesOf(message), { binary: false });
  return true;
}

function refuse(state: SubscriberState, error: unknown): void {
  send(state, { type: "error", ...answerTo(error).body });
}

/** Messages that several subscribers get are written once. */
const SHARED: ReadonlySet<string> = new Set(["event", "package", "cancellation"]);
const written = new WeakMap<object, Buffer>();

function bytesOf(message: FeedMessage | OwnMessage): Buffer {
  const known = written.get(message);
  if (known !== undefined) return known;
  const bytes = Buffer.from(toJson(message));
  if (SHARED.has(message.type)) written.set(message, bytes);
  return bytes;
}

function heartbeatOf({ feeds }: SubscriberState): OwnMessage {
  return { type: "heartbeat", streams: [...feeds.values()].map(({ stream, seen }) => ({ stream, seq: seen })) };
}

/** What is sent leaves only between two turns of the event loop. */
async function hasRoom(state: SubscriberState): Promise<boolean> {
  const { socket, maxBacklog, drainMs, now } = state;
  const end = now() + drainMs;
  await new Promise((resolve) => setImmediate(resolve));
  while (socket.bufferedAmount > maxBacklog / 2) {
    if (now() > end) cutOff(state, "slow", "RELAY_STREAM_SLOW");
    if (!isOpen(state)) return false;
    await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
  }
  return true;
}

function ping(state: SubscriberState): void {
  if (!state.isAlive) cutOff(state, "silent", "no answer to a ping");
  state.isAlive = false;
  if (isOpen(state)) state.socket.ping();
}

function cutOff(state: SubscriberState, reason: keyof typeof CLOSE, text: string): void {
  const { socket, metrics } = state;
  if (!isOpen(state)) return;
  metrics.dropped.inc({ reason });
  endFeeds(state);
  socket.close(CLOSE[reason], text);
  setTimeout(() => {
    socket.terminate();
  }, GRACE_MS).unref();
}

function endFeeds(state: SubscriberState): void {
  for (const stream of [...state.feeds.keys()]) leave(state, stream);
}

function isOpen({ socket }: SubscriberState): boolean {
  return socket.readyState === socket.OPEN;
}
