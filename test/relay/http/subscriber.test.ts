/** A subscriber without a network: its socket is in memory, and says what it was told. */
import { EventEmitter } from "node:events";

import type { WebSocket } from "@fastify/websocket";
import { expect } from "chai";

import { createHub } from "../../../src/relay/history/hub.js";
import { RelayError } from "../../../src/relay/errors.js";
import { CLOSE, serveSubscriber, type StreamServices } from "../../../src/relay/http/subscriber.js";
import type { OwnServices } from "../../../src/relay/http/own-watches.js";
import type { FateMessage } from "../../../src/relay/http/watchers.js";
import { createProcessMetrics } from "../../../src/relay/reporting/process-metrics.js";
import { eventsInMemory, NOBODYS } from "../history/events.js";

const TRADER = `0x${"a1".repeat(20)}`;

class Socket extends EventEmitter {
  public readonly OPEN = 1;
  public readyState = 1;
  public bufferedAmount = 0;
  public readonly heard: Record<string, unknown>[] = [];
  public closed: readonly [number, string] | undefined;
  public pings = 0;

  public send(text: string): void {
    this.heard.push(JSON.parse(text) as Record<string, unknown>);
  }

  public close(code: number, reason: string): void {
    this.closed = [code, reason];
    this.readyState = 2;
    this.emit("close");
  }

  public terminate(): void {
    if (this.readyState !== 3) this.emit("close");
    this.readyState = 3;
  }

  public ping(): void {
    this.pings += 1;
  }
}

function open(change: Partial<StreamServices> = {}, heartbeatMs?: number) {
  const memory = eventsInMemory();
  const hub = createHub(memory.store);
  const metrics = createProcessMetrics();
  const time = { ms: 0 };
  const socket = new Socket();
  const left = { count: 0 };
  const store = {
    headOf: (stream: string) => Promise.resolve(memory.headOf(stream)),
    streamAfter: (stream: string, seq: number, limit: number) =>
      Promise.resolve(memory.events.filter((one) => one.stream === stream && one.seq > seq).slice(0, limit)),
    bookStart: (stream: string) => Promise.resolve({ seq: memory.headOf(stream), payload: { kind: "snapshot" } }),
  };
  const services = {
    hub,
    store,
    metrics,
    now: () => time.ms,
    requireMarket: () => Promise.resolve(),
    own: NOBODYS,
    ...change,
  };
  serveSubscriber(
    socket as unknown as WebSocket,
    services,
    { maxBacklog: 1_000, drainMs: 100, ...(heartbeatMs !== undefined && { heartbeatMs }) },
    () => {
      left.count += 1;
    },
  );
  const ask = async (request: unknown, isBinary = false): Promise<void> => {
    time.ms += 1_000; // not too often
    const text = typeof request === "string" ? request : JSON.stringify(request);
    socket.emit("message", Buffer.from(text), isBinary);
    for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const errors = (): unknown[] => socket.heard.filter(({ type }) => type === "error").map(({ error }) => codeOf(error));
  return { memory, hub, metrics, time, socket, left, ask, errors };
}

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;
const SUBSCRIBE = { op: "subscribe", channel: "trades" } as const;
const BOOK = { op: "subscribe", channel: "book", marketRootId: 1, marketBranchId: 1 } as const;

describe("given a subscriber", () => {
  const opened: Socket[] = [];
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.terminate(); // ends its timer
  });
  const subscriber = (change: Partial<StreamServices> = {}, heartbeatMs?: number) => {
    const one = open(change, heartbeatMs);
    opened.push(one.socket);
    return one;
  };

  describe("when it subscribes", () => {
    it("is told where the stream is, and from then on each event", async () => {
      const { memory, hub, socket, ask } = subscriber();
      memory.say("trades", 2);
      await ask(SUBSCRIBE);
      memory.say("trades");
      memory.say("orders:x");
      await hub.poll();
      expect(socket.heard).to.deep.equal([
        { type: "subscribed", stream: "trades", seq: 2 },
        { type: "event", stream: "trades", seq: 3, data: { seq: 3 } },
      ]);
    });

    it("goes on behind the number that it has seen", async () => {
      const { memory, socket, ask } = subscriber();
      memory.say("trades", 3);
      await ask({ ...SUBSCRIBE, after: 1 });
      expect(socket.heard.map(({ type, seq }) => [type, seq])).to.deep.equal([
        ["subscribed", 1],
        ["event", 2],
        ["event", 3],
      ]);
    });

    it("starts a book with its levels", async () => {
      const { socket, ask } = subscriber();
      await ask(BOOK);
      expect(socket.heard).to.deep.equal([
        { type: "snapshot", stream: "book:1/1", seq: 0, data: { kind: "snapshot" } },
      ]);
    });

    it("hears of its own orders by its address, however that is written", async () => {
      const { socket, ask } = subscriber();
      await ask({ op: "subscribe", channel: "orders", trader: TRADER });
      const [{ stream }] = socket.heard as [{ readonly stream: string }];
      expect(stream.toLowerCase()).to.equal(`orders:${TRADER}`);
    });

    it("is answered with the last numbers if it asks whether the connection lives", async () => {
      const { memory, socket, ask, errors } = subscriber();
      memory.say("trades", 2);
      await ask(SUBSCRIBE);
      await ask({ op: "ping" });
      expect(socket.heard.at(-1)).to.deep.equal({ type: "heartbeat", streams: [{ stream: "trades", seq: 2 }] });
      await ask({ op: "ping", stream: "trades" });
      expect(errors()).to.deep.equal(["RELAY_REQUEST_INVALID"]);
    });

    describe("to its own orders, under its signature", () => {
      const OWN = { op: "subscribe", channel: "orders", trader: TRADER, own: { until: "50", signature: "0xAB" } };
      /** A relay with one trader, whose packages it tells of by hand. */
      const desk = () => {
        const asked: unknown[] = [];
        const tell: ((message: FateMessage) => void)[] = [];
        const time = { now: 10n };
        const own: OwnServices = {
          mayRead: (...question) => {
            asked.push(question);
            return question[2] === "0xab" ? Promise.resolve() : Promise.reject(new RelayError("RELAY_READ_SIGNATURE"));
          },
          waitingOf: () => Promise.resolve({ packages: [], cancellations: [] }),
          watch: (_, one) => {
            tell.push(one);
            return () => tell.splice(tell.indexOf(one), 1);
          },
          time: () => time.now,
        };
        return { asked, tell, time, own };
      };
      const types = ({ heard }: Socket): unknown[] => heard.map(({ type }) => type);

      it("hears what waits behind its first word, then changes, and its orders' events as anybody", async () => {
        const { asked, tell, own } = desk();
        const { memory, hub, socket, ask } = subscriber({ own });
        await ask(OWN);
        const [{ stream }] = socket.heard as [{ readonly stream: string }];
        expect(asked).to.deep.equal([[stream.slice("orders:".length), 50n, "0xab"]]);
        tell[0]!({ type: "package", stream, data: { amount: 5n } } as unknown as FateMessage);
        memory.say(stream);
        await hub.poll();
        expect(socket.heard).to.deep.equal([
          { type: "subscribed", stream, seq: 0 },
          { type: "packages", stream, packages: [] },
          { type: "cancellations", stream, cancellations: [] },
          { type: "package", stream, data: { amount: "5" } },
          { type: "event", stream, seq: 1, data: { seq: 1 } },
        ]);
      });

      it("is refused with another's, hears nothing, and may go on", async () => {
        const { tell, own } = desk();
        const { socket, ask, errors, hub } = subscriber({ own });
        await ask({ ...OWN, own: { ...OWN.own, signature: "0x12" } });
        expect([errors(), types(socket), tell.length, hub.listeners]).to.deep.equal([
          ["RELAY_READ_SIGNATURE"],
          ["error"],
          0,
          0,
        ]);
        await ask(SUBSCRIBE);
        expect(types(socket)).to.deep.equal(["error", "subscribed"]);
      });

      it("hears no more of what waits once it unsubscribes, subscribes without it, or ends", async () => {
        const { tell, own } = desk();
        const { socket, ask } = subscriber({ own });
        const counts: number[] = [];
        await ask(OWN);
        counts.push(tell.length);
        await ask(OWN);
        counts.push(tell.length);
        await ask({ op: "subscribe", channel: "orders", trader: TRADER });
        counts.push(tell.length);
        await ask(OWN);
        await ask({ op: "unsubscribe", stream: socket.heard[0]!["stream"] });
        counts.push(tell.length);
        await ask(OWN);
        socket.terminate();
        counts.push(tell.length);
        expect(counts).to.deep.equal([1, 1, 0, 0, 0]);
      });

      it("leaves nothing behind if it goes while its signature is looked at", async () => {
        const { tell, own } = desk();
        let answer: () => void = () => undefined;
        const asking = new Promise<void>((resolve) => (answer = resolve));
        const { socket, ask, hub } = subscriber({ own: { ...own, mayRead: () => asking } });
        await ask(OWN);
        socket.terminate();
        answer();
        await new Promise((resolve) => setImmediate(resolve));
        expect([tell.length, hub.listeners]).to.deep.equal([0, 0]);
      });

      it("is told when its signature's time is over, and still hears the rest", async () => {
        const { tell, time, own } = desk();
        const { memory, hub, socket, ask, errors } = subscriber({ own });
        await ask(OWN);
        time.now = 51n;
        tell[0]!({ type: "package" } as FateMessage);
        memory.say(socket.heard[0]!["stream"] as string);
        await hub.poll();
        expect([types(socket), errors(), tell.length]).to.deep.equal([
          ["subscribed", "packages", "cancellations", "error", "event"],
          ["RELAY_READ_SIGNATURE"],
          0,
        ]);
      });

      it("is cut off if it reads too slowly, as of any stream", async () => {
        const { tell, own } = desk();
        const { socket, ask } = subscriber({ own });
        await ask(OWN);
        socket.bufferedAmount = 1_001;
        tell[0]!({ type: "package" } as FateMessage);
        expect([socket.closed, tell.length]).to.deep.equal([[CLOSE.slow, "RELAY_STREAM_SLOW"], 0]);
      });
    });

    it("has each stream once: the second time it starts anew", async () => {
      const { memory, hub, socket, ask } = subscriber();
      await ask(SUBSCRIBE);
      await ask(SUBSCRIBE);
      memory.say("trades");
      await hub.poll();
      expect([hub.listeners, socket.heard.filter(({ type }) => type === "event").length]).to.deep.equal([1, 1]);
    });

    it("is refused a market that there is not, and may go on", async () => {
      const unknown = new RelayError("RELAY_MARKET_UNKNOWN", { marketRootId: 9, marketBranchId: 1 });
      const { socket, ask, errors } = subscriber({
        requireMarket: ({ marketRootId }) => (marketRootId === 9 ? Promise.reject(unknown) : Promise.resolve()),
      });
      await ask({ ...BOOK, marketRootId: 9 });
      await ask(BOOK);
      expect([errors(), socket.heard.at(-1)!["type"]]).to.deep.equal([["RELAY_MARKET_UNKNOWN"], "snapshot"]);
    });

    it("is refused the sixty-fifth stream, and may have it in place of another", async () => {
      const { ask, errors, hub } = subscriber();
      for (let branch = 1; branch <= 64; branch += 1) await ask({ ...BOOK, marketBranchId: branch });
      await ask({ ...BOOK, marketBranchId: 65 });
      expect([errors(), hub.listeners]).to.deep.equal([["RELAY_SUBSCRIPTIONS_FULL"], 64]);
      await ask({ op: "unsubscribe", stream: "book:1/1" });
      await ask({ ...BOOK, marketBranchId: 65 });
      expect([errors().length, hub.listeners]).to.deep.equal([1, 64]);
    });
  });

  describe("when it unsubscribes", () => {
    it("hears no more of that stream", async () => {
      const { memory, hub, socket, ask } = subscriber();
      await ask(SUBSCRIBE);
      await ask({ op: "unsubscribe", stream: "trades" });
      memory.say("trades");
      await hub.poll();
      expect(socket.heard.map(({ type }) => type)).to.deep.equal(["subscribed", "unsubscribed"]);
      expect(hub.listeners).to.equal(0);
    });
  });

  describe("when it asks for what cannot be", () => {
    it("is told what is wrong, and may go on", async () => {
      const { socket, ask, errors } = subscriber();
      for (const bad of ["{", "7", { op: "dance" }, { ...SUBSCRIBE, after: -1 }, { ...BOOK, marketRootId: "x" }]) {
        await ask(bad);
      }
      await ask(JSON.stringify(SUBSCRIBE), true);
      expect(errors()).to.deep.equal(new Array(6).fill("RELAY_REQUEST_INVALID"));
      await ask(SUBSCRIBE);
      expect(socket.heard.at(-1)!["type"]).to.equal("subscribed");
    });

    it("is answered in the order of its requests", async () => {
      const { socket, time } = subscriber();
      time.ms += 1_000;
      for (const request of [SUBSCRIBE, { op: "dance" }, { op: "unsubscribe", stream: "trades" }]) {
        socket.emit("message", Buffer.from(JSON.stringify(request)), false);
      }
      for (let turns = 0; turns < 9; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(socket.heard.map(({ type }) => type)).to.deep.equal(["subscribed", "error", "unsubscribed"]);
    });

    it("reads text that comes in pieces", async () => {
      const { socket, time } = subscriber();
      time.ms += 1_000;
      const text = JSON.stringify(SUBSCRIBE);
      socket.emit("message", [Buffer.from(text.slice(0, 9)), Buffer.from(text.slice(9))], false);
      for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(socket.heard[0]!["type"]).to.equal("subscribed");
    });
  });

  describe("when nothing happens", () => {
    it("is told the last number of each of its streams now and then", async () => {
      const { memory, socket, ask } = subscriber({}, 5);
      memory.say("trades", 2);
      await ask(SUBSCRIBE);
      await ask(BOOK);
      const isBeat = ({ type }: Record<string, unknown>): boolean => type === "heartbeat";
      const last = (): unknown => (socket.heard.findLast(isBeat)?.["streams"] as unknown[] | undefined)?.length;
      while (last() !== 2) {
        socket.emit("pong");
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(socket.heard.findLast(isBeat)).to.deep.equal({
        type: "heartbeat",
        streams: [
          { stream: "trades", seq: 2 },
          { stream: "book:1/1", seq: 0 },
        ],
      });
    });

    it("is given up if it answers no ping: its connection is half open", async () => {
      const one = subscriber({}, 5);
      while (one.socket.closed === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
      expect(one.socket.closed[0]).to.equal(CLOSE.silent);
      expect([one.socket.pings, one.left.count]).to.deep.equal([1, 1]);
    });
  });

  describe("when others hear the same", () => {
    it("has an event turned into bytes once for all of them", async () => {
      const memory = eventsInMemory();
      const hub = createHub(memory.store);
      const [one, two] = [subscriber({ hub }), subscriber({ hub })];
      await one.ask(SUBSCRIBE);
      await two.ask(SUBSCRIBE);
      memory.say("trades");
      let written = 0;
      const event = memory.events.at(-1) as unknown as { payload: object };
      event.payload = { toJSON: () => ({ times: (written += 1) }) };
      await hub.poll();
      for (const { socket } of [one, two]) expect(socket.heard.at(-1)).to.deep.include({ data: { times: 1 } });
      expect(written).to.equal(1);
    });
  });

  describe("when it is cut off", () => {
    const dropped = async ({ metrics }: ReturnType<typeof open>): Promise<unknown> =>
      (await metrics.dropped.get()).values.map(({ labels, value }) => [labels.reason, value]);

    it("asked too often: it hears why, and of nothing else", async () => {
      const one = subscriber();
      await one.ask(SUBSCRIBE);
      for (let requests = 0; requests < 60; requests += 1) one.socket.emit("message", Buffer.from("{}"), false);
      expect(one.socket.closed).to.deep.equal([CLOSE.flood, "RELAY_RATE_LIMITED"]);
      expect([one.hub.listeners, await dropped(one)]).to.deep.equal([0, [["flood", 1]]]);
    });

    it("reads too slowly: what waits for it is bounded", async () => {
      const one = subscriber();
      await one.ask(SUBSCRIBE);
      one.socket.bufferedAmount = 1_001;
      one.memory.say("trades");
      await one.hub.poll();
      expect(one.socket.closed).to.deep.equal([CLOSE.slow, "RELAY_STREAM_SLOW"]);
      expect([one.socket.heard.length, await dropped(one)]).to.deep.equal([1, [["slow", 1]]]);
    });

    it("does not read what it missed: it has so long for half of it", async () => {
      const one = subscriber();
      one.memory.say("trades", 2);
      one.socket.bufferedAmount = 501;
      await one.ask({ ...SUBSCRIBE, after: 0 });
      expect(one.socket.closed).to.equal(undefined);
      one.time.ms += 101;
      while (one.socket.closed === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(one.socket.closed).to.deep.equal([CLOSE.slow, "RELAY_STREAM_SLOW"]);
    });

    it("cannot be told because the database is away", async () => {
      const one = subscriber();
      one.memory.fault.next = new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "down" });
      await one.ask(SUBSCRIBE);
      expect(one.socket.closed).to.deep.equal([CLOSE.fault, "RELAY_STORE_UNAVAILABLE"]);
      expect(await dropped(one)).to.deep.equal([["fault", 1]]);
    });

    it("once, whatever else goes wrong", async () => {
      const one = subscriber();
      for (let requests = 0; requests < 90; requests += 1) one.socket.emit("message", Buffer.from("{}"), false);
      one.socket.bufferedAmount = 9_999;
      await one.ask(SUBSCRIBE);
      expect([await dropped(one), one.left.count]).to.deep.equal([[["flood", 1]], 1]);
    });
  });

  describe("when it ends", () => {
    it("leaves no listener behind, and is counted off", async () => {
      const { socket, ask, hub, left } = subscriber();
      await ask(SUBSCRIBE);
      await ask(BOOK);
      expect(hub.listeners).to.equal(2);
      socket.terminate();
      expect([hub.listeners, left.count]).to.deep.equal([0, 1]);
    });

    it("is ended if what it sends is no WebSocket's", async () => {
      const { socket, ask, hub, left } = subscriber();
      await ask(SUBSCRIBE);
      socket.emit("error", new Error("not a frame"));
      expect([socket.readyState, hub.listeners, left.count]).to.deep.equal([3, 0, 1]);
    });
  });
});
