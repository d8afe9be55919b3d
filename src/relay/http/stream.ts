/**
 * The stream over a WebSocket: books, trades and own orders as the chain brings them, each stream with its own numbers. A
 * subscriber that is cut off comes back and goes on after the last number that it saw, here or at another relay of the
 * same database.
 */
import type { FastifyRequest } from "fastify";

import { RelayError } from "../errors.js";
import { limitKey } from "./address.js";
import type { RelayServer } from "./request.js";
import { REFUSALS } from "./charging.js";
import type { StreamMetrics } from "../reporting/process-metrics.js";
import { pastOf } from "./sessions.js";
import { CLOSE, serveSubscriber, type SubscriberLimits } from "./subscriber.js";

export interface StreamLimits extends SubscriberLimits {
  /** Streams open at once, of all and of one address. */
  readonly maxStreams: number;
  readonly maxStreamsPerAddress: number;
}

export const STREAM_PATH = "/v1/stream";

const DESCRIPTION = [
  'Send {"op":"subscribe","channel":"book","marketRootId":1,"marketBranchId":1}, {"op":"subscribe","channel":"trades"} or',
  '{"op":"subscribe","channel":"orders","trader":"0x…"}; also "head" (each block), "markets" (records of bounds), and "account" with a',
  '"trader" (its claims); with "after": the last number seen, it goes on there.',
  'With "own": {until, signature}, as the trader\'s own part is read, the last also tells "packages", those that have not landed, and',
  'from then on "package" whenever one is taken, sent, landed, refused or taken back; and "cancellations" and "cancellation" the same',
  "of what the trader has signed to cancel; all without a number.",
  '{"op":"unsubscribe","stream":"…"} ends one, and {"op":"ping"} is answered with a "heartbeat".',
  'Messages: "subscribed" or "snapshot" first, then "event" with numbers that rise by one; "gap" says which cannot be told any',
  'more. An event of kind "reorganised" says that all events of blocks above its "ancestor" are void.',
  `Closed with ${CLOSE.slow}: read too slowly; ${CLOSE.silent}: no answer to a ping; ${CLOSE.flood}: asked too often;`,
  `${CLOSE.fault}: the database is away, come back.`,
].join(" ");

export function registerStream(
  server: RelayServer,
  metrics: StreamMetrics,
  { maxStreams, maxStreamsPerAddress, ...limits }: StreamLimits,
): void {
  const door: Door = { maxStreams, maxStreamsPerAddress, open: new Map(), total: 0, metrics };
  server.route({
    method: "GET",
    url: STREAM_PATH,
    preValidation: (request, _reply, done) => {
      requireRoom(door, request);
      pastOf(request); // before the socket is opened
      done();
    },
    schema: {
      tags: ["stream"],
      operationId: "openStream",
      summary: "Books, trades and own orders over a WebSocket",
      description: DESCRIPTION,
      response: REFUSALS,
    },
    handler: () => {
      throw new RelayError("RELAY_UPGRADE_REQUIRED");
    },
    wsHandler: (socket, request) => {
      serveSubscriber(socket, { ...pastOf(request), metrics }, limits, enter(door, limitKey(request.ip)));
    },
  });
}

/** Counts the streams that are open. */
interface Door extends Pick<StreamLimits, "maxStreams" | "maxStreamsPerAddress"> {
  readonly metrics: StreamMetrics;
  /** By address. */
  readonly open: Map<string, number>;
  total: number;
}

/** @throws RelayError RELAY_STREAMS_FULL */
function requireRoom({ open, total, maxStreams, maxStreamsPerAddress }: Door, { ip }: FastifyRequest): void {
  if (total >= maxStreams) throw new RelayError("RELAY_STREAMS_FULL", { limit: maxStreams });
  if ((open.get(limitKey(ip)) ?? 0) < maxStreamsPerAddress) return;
  throw new RelayError("RELAY_STREAMS_FULL", { limit: maxStreamsPerAddress });
}

/** @returns what is to be done when the stream ends */
function enter(door: Door, address: string): () => void {
  count(door, address, 1);
  return () => {
    count(door, address, -1);
  };
}

function count(door: Door, address: string, by: 1 | -1): void {
  const left = (door.open.get(address) ?? 0) + by;
  if (left <= 0) door.open.delete(address);
  else door.open.set(address, left);
  door.total += by;
  door.metrics.streams.set(door.total);
}
