/**
 * A relay's streams over a WebSocket. A connection that breaks is made again, and every stream goes on after the last number
 * that was seen: the reader hears each event once, or a gap in so many words.
 */
import { sleep } from "../../node/sleep.js";
import {
  type RelayMessage,
  type RelaySubscription,
  streamMessage,
  type StreamMessage,
  streamName,
} from "../../wire/stream.js";
import type { RelayAddress } from "./address.js";
import { connect, type Connection } from "./connection.js";
import { RelayRequestError } from "./errors.js";
import { parseAnswer, parseJson } from "./parse.js";

export interface RelayStreamOptions {
  readonly signal?: AbortSignal;
  /** The last number seen of each stream, by the stream's name, to go on from there. */
  readonly after?: ReadonlyMap<string, number>;
  /** After how long without a word the connection is taken for dead and made anew, ms; 30 000 by default, three heartbeats. */
  readonly silenceMs?: number;
  /** After how long without a word the relay is asked for one, ms; 15 000 by default. */
  readonly pingMs?: number;
  /**
   * Messages that may wait for their reader; 10 000 by default. A reader that falls behind, such as a page that sleeps, loses the
   * connection, and no event: the next one goes on behind what was read.
   */
  readonly mostWaiting?: number;
  /** Told whenever the state changes. */
  readonly onState?: (state: RelayStreamState) => void;
  /** Told of every word of the relay, heartbeats too: for whoever wants to know that it lives while nothing happens. */
  readonly onHeard?: () => void;
}

/** It tries to connect; it is connected; it waits until it tries again; it is over. */
export type RelayStreamState = "connecting" | "open" | "waiting" | "closed";

/** What a relay tells, to be gone through once, and how it is. */
export interface RelayStream extends AsyncGenerator<RelayMessage, void, void> {
  readonly state: RelayStreamState;
  /** Hears of another stream from now on; one of the same name is begun anew, with the signature that is given now. */
  subscribe(subscription: RelaySubscription): void;
  /** Hears of it no more: neither of what is on its way, nor after the next connection. */
  unsubscribe(subscription: RelaySubscription): void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const SILENCE_MS = 30_000;
const PING_MS = 15_000;
const MOST_WAITING = 10_000;

interface StreamState {
  readonly address: RelayAddress;
  readonly options: RelayStreamOptions;
  /** By name. */
  readonly wanted: Map<string, RelaySubscription>;
  /** The last number seen of each stream. */
  readonly seen: Map<string, number>;
  connection: Connection | undefined;
  current: RelayStreamState;
}

/** @throws RelayRequestError RELAY_UNREACHABLE if the first connection fails; a refusal that waiting does not cure */
export function streamOf(
  address: RelayAddress,
  subscriptions: readonly RelaySubscription[],
  options: RelayStreamOptions = {},
): RelayStream {
  const state: StreamState = {
    ...{ address, options, seen: new Map(options.after), connection: undefined, current: "connecting" },
    wanted: new Map(subscriptions.map((one) => [streamName(one), one])),
  };
  const steering = {
    get state() {
      return state.current;
    },
    subscribe(one: RelaySubscription): void {
      state.wanted.set(streamName(one), one);
      if (state.connection !== undefined) ask(state, state.connection, one);
    },
    unsubscribe(one: RelaySubscription): void {
      const stream = streamName(one);
      if (!state.wanted.delete(stream)) return;
      state.seen.delete(stream);
      state.connection?.send({ op: "unsubscribe", stream });
    },
  };
  // Not spread: the state is to be read each time that it is asked for.
  return Object.defineProperties(messagesOf(state), Object.getOwnPropertyDescriptors(steering)) as RelayStream;
}

async function* messagesOf(state: StreamState): AsyncGenerator<RelayMessage, void, void> {
  const { signal } = state.options;
  const isOver = (): boolean => signal?.aborted === true;
  let pause = FIRST_PAUSE_MS;
  let hasWorked = false;
  try {
    while (!isOver()) {
      turn(state, "connecting");
      try {
        for await (const message of connected(state)) {
          hasWorked = true;
          pause = FIRST_PAUSE_MS;
          if (message !== "open") yield message;
        }
      } catch (error) {
        if (isOver()) return;
        const isLasting = error instanceof RelayRequestError && !error.retryable;
        if (isLasting || !hasWorked) throw error;
      }
      turn(state, "waiting");
      await sleep(jittered(pause), signal);
      pause = Math.min(LONGEST_PAUSE_MS, 2 * pause);
    }
  } finally {
    turn(state, "closed");
  }
}

/** Of one connection: that it is open, and what it tells until it ends. */
async function* connected(state: StreamState): AsyncGenerator<RelayMessage | "open", void, void> {
  const { address, seen, wanted, options } = state;
  const { signal, silenceMs = SILENCE_MS, pingMs = PING_MS, mostWaiting = MOST_WAITING } = options;
  const connection = connect(address, { signal, silenceMs, pingMs, mostWaiting });
  try {
    await connection.opened;
    turn(state, "open");
    yield "open";
    for (const one of wanted.values()) ask(state, connection, one);
    state.connection = connection; // from now on it is told what else is wanted
    for await (const text of connection.messages) {
      const message = readMessage(text);
      options.onHeard?.();
      if (message.type === "heartbeat") {
        if (hasMissed(message, seen)) return;
        continue;
      }
      if (!wanted.has(message.stream)) continue; // it was on its way when nobody wanted it any more
      if ("seq" in message) seen.set(message.stream, message.seq);
      yield message;
    }
  } finally {
    state.connection = undefined;
    connection.close();
  }
}

/** Goes on behind the last number that was seen. */
function ask({ seen }: StreamState, connection: Connection, one: RelaySubscription): void {
  const last = seen.get(streamName(one));
  connection.send({ op: "subscribe", ...one, ...(last !== undefined && { after: last }) });
}

function turn(state: StreamState, next: RelayStreamState): void {
  state.current = next;
  state.options.onState?.(next);
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

/** Between half of it and all: subscribers that were cut off together do not come back together. @param draw from 0 to 1 */
export function jittered(ms: number, draw: () => number = Math.random): number {
  return ms * (0.5 + draw() / 2);
}
