/**
 * Where one process tells others what it has committed: a Redis server's streams, one a book, whose entries bear the numbers of the events
 * themselves. So the server refuses what was told already, and where somebody stopped telling the next one sees. It keeps nothing that is
 * not in the database: whoever misses something reads it there, and without a server everything comes from there.
 */
import { createClient } from "@redis/client";

import { toJson } from "../../protocol/amounts/json.js";
import { sleep } from "../../node/sleep.js";
import type { ToldEvents } from "../history/hub.js";
import type { StreamEvent } from "../history/stream-store.js";
import type { Log } from "../reporting/log.js";

export interface Broker {
  /** Whether it answers at the moment. */
  readonly isThere: boolean;
  /** The number of the last event that was told of a book; undefined if none is known any more. @throws Error of the server */
  lastTold(topic: string): Promise<number | undefined>;
  /** @returns false if as much or more was told already: by another process, or by this one before its answer was lost */
  tell(topic: string, told: ToldEvents): Promise<boolean>;
  /** Forgets what was told of a book. */
  forget(topic: string): Promise<void>;
  /** Says of which traders there is news of their own: not what, for that is nobody else's. */
  hint(topic: string, traders: readonly string[]): Promise<void>;
  /** Hears what is told from now on, until the signal. What was told while nothing could be heard is missing. */
  listen(listening: Listening, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface Listening {
  /** Asked again and again: books come and go. */
  readonly topics: () => readonly string[];
  readonly onEvents: (topic: string, told: ToldEvents) => void;
  readonly onHint: (topic: string, traders: readonly string[]) => void;
}

/** Entries that are kept of a book, about: whoever is farther behind reads the database. */
const KEPT_ENTRIES = 1_000;
/** How long one question waits for news, ms: a book that is new is asked for no later. */
const BLOCK_MS = 200;
const ENTRIES_AT_ONCE = 200;
/** Between two tries to reach the server, at most, ms. */
const MOST_WAIT_MS = 1_000;
const CONNECT_MS = 2_000;
/** What it says of an entry whose number is not above the last one. */
const TOLD_ALREADY = "equal or smaller";

const eventsKey = (topic: string): string => `session:events:${topic}`;
const newsKey = (topic: string): string => `session:news:${topic}`;

/** @param url redis://… or rediss://… @returns at once: it may be away, and is looked for until it is closed */
export function openBroker(url: string, log: Pick<Log, "info" | "warn">): Broker {
  const client = connection(url, log);
  return {
    get isThere() {
      return client.isReady;
    },
    async lastTold(topic) {
      const last = await lastOf(client, eventsKey(topic));
      return last === undefined ? undefined : Number(last.split("-")[0]);
    },
    async tell(topic, { before, events }) {
      const last = events.at(-1);
      if (last === undefined) return true;
      try {
        const entry = { before: String(before), events: toJson(events) };
        await client.xAdd(eventsKey(topic), `${last.id}-0`, entry, KEPT);
        return true;
      } catch (error) {
        if (error instanceof Error && error.message.includes(TOLD_ALREADY)) return false;
        throw error;
      }
    },
    async forget(topic) {
      await client.del(eventsKey(topic));
    },
    async hint(topic, traders) {
      await client.xAdd(newsKey(topic), "*", { traders: toJson(traders) }, KEPT);
    },
    listen: (listening, signal) => listen(connection(url, log), listening, signal),
    close: async () => {
      client.destroy();
      await Promise.resolve();
    },
  };
}

const KEPT = { TRIM: { strategy: "MAXLEN", strategyModifier: "~", threshold: KEPT_ENTRIES } } as const;

type Connection = ReturnType<typeof connection>;

/** Goes on by itself when the server comes back. Meanwhile everything that is asked fails at once. */
function connection(url: string, log: Pick<Log, "info" | "warn">) {
  const reconnectStrategy = (tries: number): number => Math.min(MOST_WAIT_MS, 50 * 2 ** Math.min(tries, 10));
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { reconnectStrategy, connectTimeout: CONNECT_MS },
  });
  let isAway = false;
  client.on("error", (error: unknown) => {
    if (!isAway) log.warn({ error }, "broker away, events come from the database");
    isAway = true;
  });
  client.on("ready", () => {
    if (isAway) log.info({}, "broker is back");
    isAway = false;
  });
  client.connect().catch(() => undefined); // it was closed before it was reached
  return client;
}

async function listen(client: Connection, listening: Listening, signal: AbortSignal): Promise<void> {
  const places = new Map<string, string>();
  try {
    while (!signal.aborted) {
      try {
        await keepTo(client, listening.topics(), places);
        if (places.size === 0) await sleep(BLOCK_MS, signal);
        else await hearOnce(client, listening, places);
      } catch {
        await sleep(BLOCK_MS, signal); // away: the connection looks for it
      }
    }
  } finally {
    client.destroy();
  }
}

/** Begins with what comes after now, of books that are new. */
async function keepTo(client: Connection, topics: readonly string[], places: Map<string, string>): Promise<void> {
  const wanted = new Set(topics.flatMap((topic) => [eventsKey(topic), newsKey(topic)]));
  for (const key of places.keys()) if (!wanted.has(key)) places.delete(key);
  for (const key of wanted) {
    if (places.has(key)) continue;
    places.set(key, (await lastOf(client, key)) ?? "0-0");
  }
}

/** What is new in one stream. */
interface Found {
  readonly name: string;
  readonly messages: readonly { readonly id: string; readonly message: Readonly<Record<string, string>> }[];
}

async function hearOnce(
  client: Connection,
  { topics, onEvents, onHint }: Listening,
  places: Map<string, string>,
): Promise<void> {
  const asked = [...places].map(([key, id]) => ({ key, id }));
  // The client does not type what it reads of streams.
  const found = (await client.xRead(asked, { BLOCK: BLOCK_MS, COUNT: ENTRIES_AT_ONCE })) as readonly Found[] | null;
  const known = new Map(topics().flatMap((topic) => [[eventsKey(topic), topic] as const, [newsKey(topic), topic]]));
  for (const { name, messages } of found ?? []) {
    const topic = known.get(name);
    for (const { id, message } of messages) {
      places.set(name, id);
      if (topic === undefined) continue;
      if (name === newsKey(topic)) onHint(topic, JSON.parse(message["traders"] ?? "[]") as string[]);
      else onEvents(topic, toldOf(message));
    }
  }
}

/** As `tell` wrote it. */
function toldOf(message: Readonly<Record<string, string>>): ToldEvents {
  return { before: Number(message["before"]), events: JSON.parse(message["events"] ?? "[]") as StreamEvent[] };
}

/** The last entry's name. */
async function lastOf(client: Connection, key: string): Promise<string | undefined> {
  const found = await client.xRevRange(key, "+", "-", { COUNT: 1 });
  return found?.[0]?.id;
}
