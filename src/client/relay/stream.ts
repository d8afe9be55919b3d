/**
 * A relay's streams over a WebSocket. A connection that breaks is made again, and every stream goes on after the last number
 * that was seen: the reader hears each event once, or a gap in so many words.
 */
import { toJson } from "../../protocol/amounts/json.js";
import {
  type RelayMessage,
  type RelaySubscription,
  streamMessage,
  type StreamMessage,
  streamName,
} from "../../wire/stream.js";
import { ownError, RelayRequestError } from "./errors.js";
import { parseAnswer, parseJson } from "./parse.js";

export interface RelayStreamOptions {
  readonly signal?: AbortSignal;
  /** The last number seen of each stream, by the stream's name, to go on from there. */
  readonly after?: ReadonlyMap<string, number>;
  /** After how long without a word the connection is taken for dead and made anew, ms; 30 000 by default, three heartbeats. */
  readonly silenceMs?: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const SILENCE_MS = 30_000;

/** @throws RelayRequestError RELAY_UNREACHABLE if the first connection fails; a refusal that waiting does not cure */
export async function* streamOf(
  url: string,
  subscriptions: readonly RelaySubscription[],
  { signal, after, silenceMs = SILENCE_MS }: RelayStreamOptions = {},
): AsyncGenerator<RelayMessage, void, void> {
  const seen = new Map(after);
  const isOver = (): boolean => signal?.aborted === true;
  let pause = FIRST_PAUSE_MS;
  let hasWorked = false;
  while (!isOver()) {
    const connection = connect(url, signal, silenceMs);
    try {
      await connection.opened;
      hasWorked = true;
      for (const one of subscriptions) {
        const last = seen.get(streamName(one));
        connection.send({ op: "subscribe", ...one, ...(last !== undefined && { after: last }) });
      }
      for await (const text of connection.messages) {
        const message = readMessage(text);
        pause = FIRST_PAUSE_MS;
        if (message.type === "heartbeat") {
          if (hasMissed(message, seen)) break;
          continue;
        }
        if ("seq" in message) seen.set(message.stream, message.seq);
        yield message;
      }
    } catch (error) {
      if (isOver()) return;
      const isLasting = error instanceof RelayRequestError && !error.retryable;
      if (isLasting || !hasWorked) throw error;
    } finally {
      connection.close();
    }
    await waitFor(jittered(pause), signal);
    pause = Math.min(LONGEST_PAUSE_MS, 2 * pause);
  }
}

/** @throws RelayRequestError a refusal, or RELAY_ANSWER_MALFORMED */
function readMessage(text: string): Exclude<StreamMessage, { type: "error" }> {
  const message = parseAnswer(streamMessage, parseJson(text));
  if (message.type === "error") throw new RelayRequestError(message.error, 0);
  return message;
}

/** Whether the relay has sent what never came. */
function hasMissed(
  { streams }: Extract<StreamMessage, { type: "heartbeat" }>,
  seen: ReadonlyMap<string, number>,
): boolean {
  return streams.some(({ stream, seq }) => seq > (seen.get(stream) ?? seq));
}

/** Between half of it and all: subscribers that were cut off together do not come back together. */
function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}

interface Connection {
  readonly opened: Promise<void>;
  /** Until the connection ends, for whatever reason. */
  readonly messages: AsyncIterable<string>;
  send(request: object): void;
  close(): void;
}

/** @param silenceMs a connection that says nothing for so long is given up: half open, it would say nothing for ever */
function connect(url: string, signal: AbortSignal | undefined, silenceMs: number): Connection {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/v1/stream`);
  const waiting: string[] = [];
  let isClosed = false;
  let wake: () => void = () => undefined;
  const close = (): void => {
    isClosed = true;
    clearTimeout(watchdog);
    signal?.removeEventListener("abort", close);
    socket.close();
    wake();
  };
  let giveUp: () => void = () => undefined;
  const watch = (): ReturnType<typeof setTimeout> =>
    setTimeout(() => {
      giveUp();
      close();
    }, silenceMs);
  let watchdog = watch();
  const opened = new Promise<void>((resolve, reject) => {
    giveUp = () => {
      reject(ownError("RELAY_UNREACHABLE", { url, reason: `not a word for ${silenceMs} ms` }));
    };
    socket.addEventListener("open", () => {
      resolve();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      reject(ownError("RELAY_UNREACHABLE", { url, reason: `stream closed: ${code} ${reason}` }));
      close();
    });
  });
  opened.catch(() => undefined); // heard of where it is awaited, if it still is
  socket.addEventListener("message", ({ data }) => {
    clearTimeout(watchdog);
    if (!isClosed) watchdog = watch();
    waiting.push(String(data));
    wake();
  });
  socket.addEventListener("error", close);
  signal?.addEventListener("abort", close);
  if (signal?.aborted === true) close();

  async function* messages(): AsyncGenerator<string, void, void> {
    for (;;) {
      const text = waiting.shift();
      if (text !== undefined) yield text;
      else if (isClosed) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return {
    opened,
    messages: messages(),
    send: (request) => {
      socket.send(toJson(request));
    },
    close,
  };
}

async function waitFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
    if (signal?.aborted === true) done();
  });
}
