/** One stream for one subscriber: every event once, in order, and an explicit notice of those that are gone for good. */
import { sleep } from "../../node/sleep.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import type { Hub } from "../history/hub.js";
import type { StreamEvent, StreamStore } from "../history/stream-store.js";
import type { Served } from "../../wire/form.js";
import { marketOfStream, type streamMessage } from "../../wire/stream.js";

/** What is told, as the wire has it; events are text already, as the store keeps them. */
export type FeedMessage = Kept<
  Extract<Served<typeof streamMessage>, { type: "subscribed" | "snapshot" | "event" | "gap" }>
>;
type Kept<Message> = Message extends { data: unknown } ? Omit<Message, "data"> & { readonly data: object } : Message;

export interface FeedOptions {
  readonly hub: Hub;
  readonly store: Pick<StreamStore, "streamAfter" | "headOf" | "bookStart">;
  readonly stream: string;
  /** The last number that the subscriber has seen; undefined to start now. */
  readonly after: number | undefined;
  /** @returns false if nothing more may be sent */
  readonly send: (message: FeedMessage) => boolean;
  /** Resolves when the subscriber has read enough for a page more; false if it never will. */
  readonly hasRoom: () => Promise<boolean>;
  /** The store is away: the subscriber has to come back. */
  readonly onFault: (error: unknown) => void;
  /** How far the store may be behind what is heard, ms; 0 if what is heard is there. */
  readonly lagMs?: number;
}

export interface Feed {
  readonly stream: string;
  /** The last number that was sent. */
  readonly seen: number;
  /** Resolves when the first message is sent. @throws RelayError RELAY_STORE_UNAVAILABLE */
  start(): Promise<void>;
  stop(): void;
}

interface FeedState extends FeedOptions {
  /** Of a book's stream. */
  readonly market: MarketRef | undefined;
  /** The last number that was sent. */
  seen: number;
  /** The highest that was heard of: the store has it, or will have it soon. */
  heard: number;
  isEnded: boolean;
  /** Whether events come from the store just now, so that those that are heard wait. */
  isReading: boolean;
  /** Whether something was heard that the store has to be asked for. */
  hasMore: boolean;
  unlisten: (() => void) | undefined;
}

const PAGE = 500;
/** What was heard and is not in the store yet is asked for again after so long, then twice as long, and so on, ms. */
const [AGAIN_MS, MOST_AGAIN_MS] = [10, 1_000];

export function createFeed(options: FeedOptions): Feed {
  const state: FeedState = {
    ...options,
    market: marketOfStream(options.stream),
    seen: 0,
    heard: 0,
    isEnded: false,
    isReading: false,
    hasMore: false,
    unlisten: undefined,
  };
  return {
    stream: options.stream,
    get seen() {
      return state.seen;
    },
    start: () => start(state),
    stop: () => {
      stop(state);
    },
  };
}

async function start(state: FeedState): Promise<void> {
  const { hub, stream, after } = state;
  state.isReading = true; // what comes meanwhile is read from the store
  try {
    state.unlisten = await hub.listen(stream, (event) => {
      hear(state, event);
    });
    if (after === undefined) await begin(state);
    else await resume(state, after);
  } finally {
    state.isReading = false;
    if (state.isEnded) state.unlisten?.();
  }
  readOn(state).catch(state.onFault);
}

function stop(state: FeedState): void {
  state.isEnded = true;
  state.unlisten?.();
}

/** Starts with what is now. */
async function begin(state: FeedState): Promise<void> {
  const { store, stream, market } = state;
  if (market !== undefined) {
    const { seq, payload } = await store.bookStart(stream, market);
    state.seen = seq;
    tell(state, { type: "snapshot", stream, seq, data: payload });
    return;
  }
  state.seen = await store.headOf(stream);
  tell(state, { type: "subscribed", stream, seq: state.seen });
}

/** Goes on where the subscriber was; a number that was never given is of another index. */
async function resume(state: FeedState, last: number): Promise<void> {
  const { stream } = state;
  const head = await headFor(state, last);
  if (last > head) {
    tell(state, { type: "gap", stream, from: head + 1, to: last });
    await begin(state);
    return;
  }
  state.seen = last;
  tell(state, { type: "subscribed", stream, seq: last });
}

/** The last number of the stream: waited for if the subscriber has seen a later one, which a store that lags behind will have. */
async function headFor({ store, stream, lagMs = 0 }: FeedState, last: number): Promise<number> {
  const end = performance.now() + lagMs;
  for (let wait = AGAIN_MS; ; wait = Math.min(MOST_AGAIN_MS, 2 * wait)) {
    const head = await store.headOf(stream);
    if (head >= last || performance.now() >= end) return head;
    await sleep(wait, undefined);
  }
}

function hear(state: FeedState, event: StreamEvent): void {
  if (state.isEnded || event.seq <= state.seen) return;
  state.heard = Math.max(state.heard, event.seq);
  if (!state.isReading && event.seq === state.seen + 1) tellEvent(state, event);
  else readOn(state).catch(state.onFault);
}

/** From the store, until nothing is left there, and nothing was heard of that it has not given. */
async function readOn(state: FeedState): Promise<void> {
  state.hasMore = true;
  if (state.isReading) return;
  state.isReading = true;
  let wait = AGAIN_MS;
  try {
    while ((state.hasMore || state.seen < state.heard) && !state.isEnded) {
      state.hasMore = false;
      const page = await state.store.streamAfter(state.stream, state.seen, PAGE);
      for (const event of page) await deliver(state, event);
      if (page.length === 0) {
        if (state.seen >= state.heard) continue;
        await sleep(wait, undefined); // a copy of the database has not got it yet
        wait = Math.min(MOST_AGAIN_MS, 2 * wait);
        continue;
      }
      [state.hasMore, wait] = [true, AGAIN_MS];
      if (!(await state.hasRoom())) stop(state);
    }
  } finally {
    state.isReading = false;
  }
}

async function deliver(state: FeedState, event: StreamEvent): Promise<void> {
  const { seq } = event;
  if (seq <= state.seen) return;
  if (seq > state.seen + 1) {
    tell(state, { type: "gap", stream: state.stream, from: state.seen + 1, to: seq - 1 });
    if (state.market !== undefined) {
      await begin(state);
      return;
    }
  }
  tellEvent(state, event);
}

function tellEvent(state: FeedState, event: StreamEvent): void {
  state.seen = event.seq;
  tell(state, messageOf(event));
}

/** The message of an event is one for all who hear of it, so that it becomes bytes once. */
const messages = new WeakMap<StreamEvent, FeedMessage>();

function messageOf(event: StreamEvent): FeedMessage {
  const { stream, seq, payload } = event;
  const known = messages.get(event);
  if (known !== undefined) return known;
  const message: FeedMessage = { type: "event", stream, seq, data: payload };
  messages.set(event, message);
  return message;
}

function tell(state: FeedState, message: FeedMessage): void {
  if (!state.isEnded && !state.send(message)) stop(state);
}
