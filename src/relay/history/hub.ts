/** Hands new events of the index to whoever listens here. Events that a listener misses it finds in the store by their number. */
import { sleep } from "../../node/sleep.js";
import { RelayError } from "../errors.js";
import type { StreamEvent, StreamStore } from "./stream-store.js";

export type Listener = (event: StreamEvent) => void;

/** Events that follow each other, as one process tells them to others. */
export interface ToldEvents {
  /** The number of the event before the first of them. */
  readonly before: number;
  readonly events: readonly StreamEvent[];
}

export interface Hub {
  readonly listeners: number;
  /** Another process tells what is new. What came before it and was not heard is read. @throws as `poll` */
  hear(told: ToldEvents): Promise<void>;
  /** From when it resolves on no event of the stream is left out. @returns ends it */
  listen(stream: string, listener: Listener): Promise<() => void>;
  /** The index has changed: hands out what is new. @throws RelayError RELAY_STORE_UNAVAILABLE; then it may be called again */
  poll(): Promise<void>;
}

type EventStore = Pick<StreamStore, "lastEvent" | "eventsAfter"> & Partial<Pick<StreamStore, "lastRead">>;

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
const LOOK_MS = 20;
const MOST_LOOKS = 500;

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
    hear: (told) => hear(state, told),
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
    await reaches(state.store, state.last);
  } catch (error) {
    remove(state, stream, listener);
    throw error;
  }
  return () => {
    remove(state, stream, listener);
  };
}

/**
 * Whoever begins with what a copy of the database has must find there all that was handed out before: it is not handed out again.
 * @throws RelayError RELAY_INDEX_BEHIND if the copy does not come as far
 */
async function reaches({ lastRead }: EventStore, id: number): Promise<void> {
  if (lastRead === undefined) return;
  for (let looks = 0; (await lastRead()) < id; looks += 1) {
    if (looks === MOST_LOOKS) throw new RelayError("RELAY_INDEX_BEHIND");
    await sleep(LOOK_MS, undefined);
  }
}

function remove(state: HubState, stream: string, listener: Listener): void {
  const set = state.streams.get(stream);
  if (set?.delete(listener) !== true) return;
  if (set.size === 0) state.streams.delete(stream);
  state.listeners -= 1;
  if (state.listeners === 0) state.last = undefined;
}

async function hear(state: HubState, { before, events }: ToldEvents): Promise<void> {
  if (state.last === undefined) return;
  if (before > state.last) await poll(state);
  else handOut(state, events);
}

function handOut(state: HubState, events: readonly StreamEvent[]): void {
  for (const event of events) {
    if (state.last === undefined || event.id <= state.last) continue; // it was heard while it was read
    for (const listener of state.streams.get(event.stream) ?? []) listener(event);
    state.last = event.id;
  }
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
    handOut(state, page);
    ({ length } = page);
  }
}
