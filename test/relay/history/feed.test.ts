import { once } from "node:events";

import websocket from "@fastify/websocket";
import { expect } from "chai";
import { and, eq, lt } from "drizzle-orm";
import fastify from "fastify";
import { WebSocket } from "ws";

import { createFeed, type FeedMessage } from "../../../src/relay/http/feed.js";
import { validatorCompiler } from "../../../src/relay/http/request.js";
import type { Served } from "../../../src/relay/http/server.js";
import { registerStream } from "../../../src/relay/http/stream.js";
import { createHub } from "../../../src/relay/history/hub.js";
import { type BlockRows, noRows } from "../../../src/history/rows.js";
import { createIndexStore } from "../../../src/relay/history/index-store.js";
import { KEPT_EVENTS } from "../../../src/relay/history/stream-store.js";
import { messagesOf } from "../../../src/relay/history/streams.js";
import { streamName } from "../../../src/wire/stream.js";
import { createProcessMetrics } from "../../../src/relay/reporting/process-metrics.js";
import { streamEvents } from "../../../src/relay/history/schema.js";
import { embeddedDatabase } from "./databases.js";
import { NOBODYS } from "./events.js";
import { blocksOf, eventfulRun, projectAll, projectorOf } from "../../history/support.js";

const TRADES = streamName({ channel: "trades" });

const run = eventfulRun(11, 160);
const BLOCKS: readonly BlockRows[] = projectAll(projectorOf(run), blocksOf(run.logged));
const MARKET = BLOCKS.flatMap(({ changes }) => changes)[0]!;
let books = 0;

describe("given streams of an index", () => {
  const database = embeddedDatabase();
  const fresh = () => {
    const book = `0xfeed${(books += 1)}`;
    const store = createIndexStore(database(), book);
    return { book, store, hub: createHub(store) };
  };
  type Fresh = ReturnType<typeof fresh>;

  /** What a subscriber hears. */
  async function follow({ store, hub }: Fresh, stream: string, after?: number) {
    const heard: FeedMessage[] = [];
    const feed = createFeed({
      store,
      hub,
      stream,
      after,
      hasRoom: () => Promise.resolve(true),
      send: (message) => heard.push(message) > 0,
      onFault: (error) => {
        throw error;
      },
    });
    await feed.start();
    return { feed, heard };
  }

  /** Waits until everything that is on its way has been told. */
  async function settled(heard: readonly FeedMessage[], seq: number): Promise<void> {
    while (lastOf(heard) < seq) await new Promise((resolve) => setImmediate(resolve));
  }

  describe("when who hears of heads, markets and accounts was away during a reorganisation", () => {
    const owner = BLOCKS.flatMap(({ rows }) => rows.allocations)[0]!.trader;
    const names = [
      streamName({ channel: "head" }),
      streamName({ channel: "markets" }),
      streamName({ channel: "account", trader: owner }),
    ];
    for (const stream of names) {
      it(`goes on where it was: what was told is void, and what is true is told, of ${stream.split(":")[0]!}`, async () => {
        const world = fresh();
        await world.store.put(BLOCKS, true);
        const told = await world.store.headOf(stream);
        const above = BLOCKS.filter((block) => messagesOf(block).some((one) => one.stream === stream)).at(-1)!.number;
        const gone = BLOCKS.filter(({ number }) => number >= above);
        await world.store.drop(above - 1, gone);
        const cut = await world.store.headOf(stream);
        await world.store.put(BLOCKS, true);
        const head = await world.store.headOf(stream);
        const { feed, heard } = await follow(world, stream, told);
        await settled(heard, head);
        feed.stop();
        const kinds = heard.map((message) =>
          message.type === "event" ? (message.data as { kind: string }).kind : message.type,
        );
        const again = gone.flatMap(messagesOf).filter((one) => one.stream === stream);
        expect([cut, head]).to.deep.equal([told + 1, told + 1 + again.length]);
        expect(kinds).to.deep.equal(["subscribed", "reorganised", ...again.map(({ payload }) => payload["kind"])]);
      });
    }
  });

  describe("when subscribers come at any moment while blocks are put", () => {
    it("tells each of them every event once, in order", async () => {
      const world = fresh();
      const all: { after: number | undefined; heard: FeedMessage[] }[] = [];
      for (let end = 1; end <= BLOCKS.length; end += 1) {
        const putting = world.store.put(BLOCKS.slice(0, end), true).then(() => world.hub.poll());
        if (end % 5 === 0) {
          const head = await world.store.headOf(TRADES);
          for (const after of [undefined, 0, Math.floor(head / 2)]) {
            all.push({ after, heard: (await follow(world, TRADES, after)).heard });
          }
        }
        await putting;
      }
      const head = await world.store.headOf(TRADES);
      const payloads = BLOCKS.flatMap(messagesOf).filter(({ stream }) => stream === TRADES);
      expect([head, payloads.length > 9, all.length > 9]).to.deep.equal([payloads.length, true, true]);
      for (const { heard } of all) {
        await settled(heard, head);
        const [first, ...events] = heard;
        expect(first!.type).to.equal("subscribed");
        const from = (first as { seq: number }).seq;
        expect(events.map(({ type }) => type)).to.deep.equal(events.map(() => "event"));
        expect(events.map((event) => (event as { seq: number }).seq)).to.deep.equal(
          Array.from({ length: head - from }, (_, index) => from + 1 + index),
        );
        const told = events.map((event) => (event as { data: object }).data);
        expect(JSON.stringify(told)).to.have.lengthOf(
          JSON.stringify(payloads.slice(from).map(({ payload }) => payload)).length,
        );
      }
    });

    it("leads every book's subscriber from its snapshot to the same levels", async () => {
      const world = fresh();
      const stream = streamName({ channel: "book", ...MARKET });
      const all: FeedMessage[][] = [];
      for (let end = 1; end <= BLOCKS.length; end += 1) {
        if (end % 9 === 1) all.push((await follow(world, stream)).heard);
        await world.store.put(BLOCKS.slice(0, end), true);
        await world.hub.poll();
      }
      const { payload, seq } = await world.store.bookStart(stream, MARKET);
      for (const heard of all) {
        await settled(heard, seq);
        expect(bookOf(heard)).to.deep.equal(bookOf([{ type: "snapshot", stream, seq, data: payload }]));
      }
    });
  });

  describe("when events are older than what is kept", () => {
    it("names the gap, and starts a book's subscriber anew", async () => {
      const world = fresh();
      await world.store.put(BLOCKS, true);
      const stream = streamName({ channel: "book", ...MARKET });
      const head = await world.store.headOf(stream);
      expect(head).to.be.greaterThan(3);
      await forget(world, [stream, TRADES]);
      const book = await follow(world, stream, 0);
      await settled(book.heard, head);
      expect(book.heard.map(({ type }) => type)).to.deep.equal(["subscribed", "gap", "snapshot"]);
      expect(book.heard[1]).to.deep.equal({ type: "gap", stream, from: 1, to: head - 1 });
      const trades = await follow(world, TRADES, 0);
      const last = await world.store.headOf(TRADES);
      await settled(trades.heard, last);
      expect(trades.heard.map(({ type }) => type)).to.deep.equal(["subscribed", "gap", "event"]);
    });

    it("keeps the newest of a stream that has grown long", async () => {
      const { store } = fresh();
      const [first] = BLOCKS.filter(({ rows }) => rows.fills.length > 0);
      const fill = first!.rows.fills[0]!;
      const many = {
        ...first!,
        skipped: [],
        changes: [],
        rows: { ...noRows(), fills: Array.from({ length: KEPT_EVENTS + 2_000 }, () => fill) },
      };
      await store.put([many], true);
      const [oldest] = await store.streamAfter(TRADES, 0, 1);
      expect([oldest!.seq, await store.headOf(TRADES)]).to.deep.equal([2_001, KEPT_EVENTS + 2_000]);
    });
  });

  describe("when a subscriber does not read", () => {
    it("cuts it off with a code, and forgets it", async () => {
      const world = fresh();
      const payload = { text: "x".repeat(4_000) };
      for (let from = 0; from < 8_000; from += 1_000) {
        const rows = Array.from({ length: 1_000 }, (_, index) => {
          return { book: world.book, stream: TRADES, seq: from + index + 1, blockNumber: 1, payload };
        });
        await database().run((tables) => tables.insert(streamEvents).values(rows));
      }
      const metrics = createProcessMetrics();
      const server = fastify();
      server.setValidatorCompiler(validatorCompiler);
      server.setSerializerCompiler(() => JSON.stringify);
      await server.register(websocket);
      const past = { ...world, requireMarket: () => Promise.resolve(), own: NOBODYS, now: () => performance.now() };
      const limits = { maxStreams: 10, maxStreamsPerAddress: 10, maxBacklog: 50_000, drainMs: 300 };
      server.decorateRequest("served", { getter: () => ({ past }) as unknown as Served }); // nothing else is asked of it
      registerStream(server.withTypeProvider(), metrics, limits);
      const url = await server.listen({ port: 0, host: "127.0.0.1" });
      const socket = new WebSocket(`${url.replace("http", "ws")}/v1/stream`);
      await once(socket, "open");
      socket.send(JSON.stringify({ op: "subscribe", channel: "trades", after: 0 }));
      await once(socket, "message");
      socket.pause();
      const dropped = async () =>
        (await metrics.dropped.get()).values.map(({ labels, value }) => [labels.reason, value]);
      while ((await dropped()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await dropped()).to.deep.equal([["slow", 1]]);
      expect(world.hub.listeners).to.equal(0);
      socket.terminate();
      await server.close();
    });
  });

  async function forget({ book }: Fresh, streams: readonly string[]): Promise<void> {
    const store = createIndexStore(database(), book);
    for (const stream of streams) {
      const head = await store.headOf(stream);
      const old = and(eq(streamEvents.book, book), eq(streamEvents.stream, stream), lt(streamEvents.seq, head));
      await database().run((tables) => tables.delete(streamEvents).where(old));
    }
  }
});

function lastOf(heard: readonly FeedMessage[]): number {
  const last = heard.at(-1);
  return last === undefined ? -1 : last.type === "gap" ? last.to : last.seq;
}

/** Levels after all that was heard. */
function bookOf(heard: readonly FeedMessage[]): unknown {
  let sides = [new Map<string, unknown>(), new Map<string, unknown>()];
  for (const message of heard) {
    if (message.type !== "event" && message.type !== "snapshot") continue;
    const { bids, asks } = message.data as Record<"bids" | "asks", [string, string, number][]>;
    if (message.type === "snapshot") sides = sides.map(() => new Map<string, unknown>());
    for (const [index, levels] of [bids, asks].entries()) {
      for (const [price, lots, orders] of levels) {
        if (lots === "0") sides[index]!.delete(price);
        else sides[index]!.set(price, [lots, orders]);
      }
    }
  }
  return sides.map((side) => [...side].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1)));
}
