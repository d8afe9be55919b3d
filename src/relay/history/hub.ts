/** Hands new events of the index to whoever listens here. Events that a listener misses it finds in the store by their number. */
import type { StreamEvent, StreamStore } from "./stream-store.js";

export type Listener = (event: StreamEvent) => void;

export interface Hub {
  readonly listeners: number;
  /** From when it resolves on no event of the stream is left out. @returns ends it */
  listen(stream: string, listener: Listener): Promise<() => void>;
  /** The index has changed: hands out what is new. @throws RelayError RELAY_STORE_UNAVAILABLE; then it may be called again */
  poll(): Promise<void>;
}

type EventStore = Pick<StreamStore, "lastEvent" | "eventsAfter">;

interface HubState {
  readonly store: EventStore;
  readonly streams: Map<string, Set<Listener>>;
  listeners: number;
  /** The last event that was handed out; undefined while nobody listens. */
  last: number | undefined;
  /** The poll that goes on, and whether it was asked for again since. */
  running: Promise<void> | undefined;
  again: boolean;
}

const PAGE = 1_000;

export function createHub(store: EventStore): Hub {
  const state: HubState = {
    store,
    streams: new Map(),
    listeners: 0,
    last: undefined,
    running: undefined,
    again: false,
  };
  return {
    get listeners() {
      return state.listeners;
    },
    listen: (stream, listener) => listen(state, stream, listener),
    poll: () => poll(state),
  };
}

async function listen(state: HubState, stream: string, listener: Listener): Promise<() => void> {
  const set = state.streams.get(stream) ?? new Set();
  state.streams.set(stream, set.add(listener));
  state.listeners += 1;
  try {
    if (state.last === undefined) {
      const newest = await state.store.lastEvent();
      state.last ??= newest; // others may have come meanwhile
    }
  } catch (error) {
    remove(state, stream, listener);
    throw error;
  }
  return () => {
    remove(state, stream, listener);
  };
}

function remove(state: HubState, stream: string, listener: Listener): void {
  const set = state.streams.get(stream);
  if (set?.delete(listener) !== true) return;
  if (set.size === 0) state.streams.delete(stream);
  state.listeners -= 1;
  if (state.listeners === 0) state.last = undefined;
}

async function poll(state: HubState): Promise<void> {
  if (state.running !== undefined) {
    state.again = true;
    return state.running;
  }
  if (state.last === undefined) return;
  state.running = readOn(state);
  return state.running;
}

/** It has ended as soon as it has read for the last time: whoever asks after that has it begin anew. */
async function readOn(state: HubState): Promise<void> {
  const isAskedAgain = (): boolean => state.again;
  try {
    do {
      state.again = false;
      await readPages(state);
    } while (isAskedAgain());
  } finally {
    state.running = undefined;
  }
}

async function readPages(state: HubState): Promise<void> {
  for (let length = PAGE; length === PAGE && state.last !== undefined;) {
    const page = await state.store.eventsAfter(state.last, PAGE);
    for (const event of page) {
      for (const listener of state.streams.get(event.stream) ?? []) listener(event);
      state.last = event.id;
    }
    ({ length } = page);
  }
}
