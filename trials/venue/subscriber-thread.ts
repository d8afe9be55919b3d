/** Many subscribers in a thread of their own: each hears one stream, and looks at the numbers of what it hears. */
import { parentPort } from "node:worker_threads";

import { WebSocket } from "ws";

import type { SubscriberAsked, SubscriberCount } from "./subscribers.js";

interface Subscriber {
  readonly request: Readonly<Record<string, unknown>>;
  /** At which of the places it is. */
  place: number;
  /** The last number that it has heard; undefined before the first word. */
  last: number | undefined;
  stream: string;
  isSubscribed: boolean;
  socket: WebSocket | undefined;
}

/** How long one waits that was cut off, ms: with some chance, for others come back too. */
const PAUSE_MS = 200;
/** Opened in one go. */
const AT_ONCE = 20;

let places: readonly string[] = [];
let isOver = false;
const all: Subscriber[] = [];
const count = { events: 0, cuts: 0, problems: [] as string[] };

function problem(text: string): void {
  if (count.problems.length < 20) count.problems.push(text);
}

function open(one: Subscriber): void {
  const place = places[one.place % places.length];
  if (isOver || place === undefined) return;
  const socket = new WebSocket(`${place.replace("http", "ws")}/v1/stream`, { perMessageDeflate: false });
  one.socket = socket;
  socket.on("open", () => {
    socket.send(
      JSON.stringify({ op: "subscribe", ...one.request, ...(one.last !== undefined && { after: one.last }) }),
    );
  });
  socket.on("message", (data: Buffer) => {
    hear(one, JSON.parse(data.toString("utf8")) as Message);
  });
  socket.on("error", () => undefined); // the close that follows is what counts
  socket.on("close", () => {
    if (one.isSubscribed) count.cuts += 1;
    one.isSubscribed = false;
    one.place += 1;
    if (!isOver) setTimeout(open, PAUSE_MS * (0.5 + Math.random()), one);
  });
}

interface Message {
  readonly type: string;
  readonly stream?: string;
  readonly seq?: number;
  readonly error?: { readonly code: string };
}

function hear(one: Subscriber, { type, stream = "", seq = 0, error }: Message): void {
  if (type === "event") {
    count.events += 1;
    if (seq !== (one.last ?? 0) + 1) problem(`${stream}: ${seq} came behind ${one.last}`);
    one.last = seq;
  } else if (type === "subscribed" || type === "snapshot") {
    if (one.last !== undefined && seq !== one.last) problem(`${stream}: it goes on at ${seq}, behind ${one.last}`);
    one.last ??= seq;
    one.stream = stream;
    one.isSubscribed = true;
  } else if (type === "gap") problem(`${stream}: a gap`);
  else if (type === "error") problem(`refused: ${error?.code}`);
}

async function begin(requests: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  for (const [index, request] of requests.entries()) {
    const one = { request, place: index, last: undefined, stream: "", isSubscribed: false, socket: undefined };
    all.push(one);
    open(one);
    if (index % AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Of each stream the lowest number that somebody heard last. */
function lowest(): Record<string, number> {
  const found = new Map<string, number>();
  for (const { stream, last } of all) {
    if (last !== undefined) found.set(stream, Math.min(found.get(stream) ?? Infinity, last));
  }
  return Object.fromEntries(found);
}

function counted(): SubscriberCount {
  return { ...count, subscribed: all.filter(({ isSubscribed }) => isSubscribed).length, lowest: lowest() };
}

parentPort?.on("message", (asked: SubscriberAsked) => {
  if (asked.places !== undefined) places = asked.places;
  if (asked.begin !== undefined) void begin(asked.begin);
  if (asked.end === true) {
    isOver = true;
    for (const { socket } of all) socket?.terminate();
  }
  parentPort?.postMessage(counted());
});
