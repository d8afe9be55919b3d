/** Hands new events of the index to whoever listens here. Events that a listener misses it finds in the store by their number. */
import type { IndexStore, StreamEvent } from "./store.js";

export type Listener = (event: StreamEvent) => void;

export interface Hub {
  readonly listeners: number;
  /** From when it resolves on no event of the stream is left out. @returns ends it */
  listen(stream: string, listener: Listener): Promise<() => void>;
  /** The index has changed: hands out what is new. @throws RelayError RELAY_STORE_UNAVAILABLE; then it may be called again */
  poll(): Promise<void>;
}

const PAGE = 1_000;

export function createHub(store: Pick<IndexStore, "lastEvent" | "eventsAfter">): Hub {
  const streams = new Map<string, Set<Listener>>();
  let listeners = 0;
  /** The last event that was handed out; undefined while nobody listens. */
  let last: number | undefined;
  let running: Promise<void> | undefined;
  let again = false;

  async function readOn(): Promise<void> {
    for (;;) {
      if (last === undefined) return;
      const page = await store.eventsAfter(last, PAGE);
      for (const event of page) {
        for (const listener of streams.get(event.stream) ?? []) listener(event);
        last = event.id;
      }
      if (page.length === PAGE) continue;
      if (!again) return;
      again = false;
    }
  }

  function remove(stream: string, listener: Listener): void {
    const set = streams.get(stream);
    if (set?.delete(listener) !== true) return;
    if (set.size === 0) streams.delete(stream);
    listeners -= 1;
    if (listeners === 0) last = undefined;
  }

  return {
    get listeners() {
      return listeners;
    },
    async listen(stream, listener) {
      const set = streams.get(stream) ?? new Set();
      streams.set(stream, set.add(listener));
      listeners += 1;
      try {
        if (last === undefined) {
          const newest = await store.lastEvent();
          last ??= newest;
        }
      } catch (error) {
        remove(stream, listener);
        throw error;
      }
      return () => {
        remove(stream, listener);
      };
    },
    async poll() {
      if (running !== undefined) {
        again = true;
        return running;
      }
      running = readOn().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}
