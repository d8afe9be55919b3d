/** A relay's stream over connections that die without a word. The relay here is a WebSocket server that says what a test has it say. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import { getAddress } from "ethers";
import { type WebSocket, WebSocketServer } from "ws";

import type { RelayMessage } from "../../../src/wire/stream.js";
import { createRelayClient } from "../../../src/client/relay/client.js";
import { jittered } from "../../../src/client/relay/stream.js";

const MARKET = { marketRootId: 1, marketBranchId: 1 };
const STREAM = "book:1/1";
const SNAPSHOT = {
  type: "snapshot",
  stream: STREAM,
  seq: 4,
  data: { kind: "snapshot", ...MARKET, bids: [], asks: [] },
};
const event = (seq: number) => ({ type: "event", stream: STREAM, seq, data: { kind: "reorganised", ancestor: seq } });
const heartbeat = (seq: number) => ({ type: "heartbeat", streams: [{ stream: STREAM, seq }] });

describe("given a stream of a relay", () => {
  let server: WebSocketServer;
  const asked: unknown[] = [];
  /** What is done each time that something is asked, in turn; the last again and again. */
  let turns: ((socket: WebSocket) => void)[] = [];

  before(async () => {
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    server.on("connection", (socket) => {
      socket.on("message", (data: Buffer) => {
        asked.push(JSON.parse(data.toString("utf8")));
        const turn = turns.length > 1 ? turns.shift() : turns[0];
        turn?.(socket);
      });
    });
  });
  beforeEach(() => {
    asked.length = 0;
  });
  after(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });

  const say =
    (...messages: readonly object[]) =>
    (socket: WebSocket): void => {
      for (const one of messages) socket.send(JSON.stringify(one));
    };
  const subscription = { channel: "book", ...MARKET } as const;

  /** Numbers of what is heard, until there are so many. */
  async function hear(count: number, silenceMs: number): Promise<number[]> {
    const { port } = server.address() as AddressInfo; // of a server that listens
    const heard: number[] = [];
    const stream = createRelayClient(`http://127.0.0.1:${port}`).stream([subscription], { silenceMs });
    for await (const message of stream) {
      if ("seq" in message) heard.push(message.seq);
      if (heard.length === count) break;
    }
    return heard;
  }

  it("whose connection says nothing any more, makes another and goes on behind the last number", async () => {
    turns = [say(SNAPSHOT, event(5)), say({ type: "subscribed", stream: STREAM, seq: 5 }, event(6))];
    expect(await hear(4, 300)).to.deep.equal([4, 5, 5, 6]);
    expect(asked.slice(0, 2)).to.deep.equal([
      { op: "subscribe", ...subscription },
      { op: "subscribe", ...subscription, after: 5 },
    ]);
  });

  it("whose heartbeats tell of a number that never came, comes back for it", async () => {
    turns = [say(SNAPSHOT, heartbeat(6)), say({ type: "subscribed", stream: STREAM, seq: 4 }, event(5))];
    expect(await hear(3, 60_000)).to.deep.equal([4, 4, 5]);
    expect(asked[1]).to.include({ after: 4 });
  });

  it("of its own orders is asked for with its signature, and tells what waits in amounts", async () => {
    const trader = getAddress(`0x${"a1".repeat(20)}`);
    const stream = `orders:${trader}`;
    const order = {
      ...MARKET,
      ...{ trader, priceTicks: "5000", quantityLots: "-3", previousLink: `0x${"00".repeat(32)}` },
      ...{ nonce: "1", deadline: "9", timeInForce: 0 },
    };
    const waiting = { link: `0x${"ab".repeat(32)}`, status: "pending", package: order };
    const limits = { fromTradeRootId: 1, toTradeRootId: 3 };
    const fields = { trader, ...limits, nonceFloor: "4", deadline: "9" };
    const cancelling = { hash: `0x${"cd".repeat(32)}`, status: "pending", cancellation: fields };
    turns = [
      say(
        { type: "subscribed", stream, seq: 4 },
        { type: "packages", stream, packages: [waiting] },
        { type: "cancellations", stream, cancellations: [cancelling] },
        { type: "package", stream, data: { ...waiting, status: "submitted", submissionId: 7 } },
        { type: "cancellation", stream, data: { ...cancelling, status: "submitted", submissionId: 7 } },
      ),
      say({
        type: "error",
        error: { code: "RELAY_READ_SIGNATURE", message: "", advice: "", retryable: false, values: {} },
      }),
    ];
    const { port } = server.address() as AddressInfo; // of a server that listens
    const own = { until: 99n, signature: "0x12" };
    const heard: RelayMessage[] = [];
    const client = createRelayClient(`http://127.0.0.1:${port}`);
    const reading = (async () => {
      for await (const message of client.stream([{ channel: "orders", trader, own }], { silenceMs: 300 })) {
        heard.push(message);
      }
    })();
    const thrown: unknown = await reading.catch((reason: unknown) => reason);
    expect(thrown, "once its time is over, it is to be signed again").to.have.property("code", "RELAY_READ_SIGNATURE");
    const asks = { op: "subscribe", channel: "orders", trader, own: { until: "99", signature: "0x12" } };
    expect(asked.slice(0, 2)).to.deep.equal([asks, { ...asks, after: 4 }]);
    const told = { ...waiting, package: { ...order, priceTicks: 5_000n, quantityLots: -3n, nonce: 1n, deadline: 9n } };
    const ofCancelling = { ...cancelling, cancellation: { trader, ...limits, nonceFloor: 4n, deadline: 9n } };
    expect(heard).to.deep.equal([
      { type: "subscribed", stream, seq: 4 },
      { type: "packages", stream, packages: [told] },
      { type: "cancellations", stream, cancellations: [ofCancelling] },
      { type: "package", stream, data: { ...told, status: "submitted", submissionId: 7 } },
      { type: "cancellation", stream, data: { ...ofCancelling, status: "submitted", submissionId: 7 } },
    ]);
  });

  it("tells its reader of no heartbeat", async () => {
    turns = [say(heartbeat(0), SNAPSHOT, heartbeat(4), event(5))];
    expect(await hear(2, 60_000)).to.deep.equal([4, 5]);
    expect(asked).to.have.length(1);
  });

  const clientOf = () => createRelayClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`); // it listens
  const TRADES = { channel: "trades" } as const;

  it("hears of more streams and of fewer on one connection, and of nothing that was on its way", async () => {
    const trade = (seq: number) => ({ ...event(seq), stream: "trades" });
    turns = [
      say(SNAPSHOT, event(5)),
      say({ type: "subscribed", stream: "trades", seq: 7 }, trade(8), event(6)),
      // Both were on their way when the book was given up.
      say(event(7), trade(9), { type: "unsubscribed", stream: STREAM }, trade(10)),
    ];
    const stream = clientOf().stream([subscription]);
    const heard: string[] = [];
    for await (const message of stream) {
      const seq = "seq" in message ? message.seq : 0;
      heard.push(`${message.stream} ${seq}`);
      if (seq === 5) stream.subscribe(TRADES);
      if (message.stream === STREAM && seq === 6) stream.unsubscribe(subscription);
      if (seq === 10) break;
    }
    expect(heard).to.deep.equal([
      `${STREAM} 4`,
      `${STREAM} 5`,
      "trades 7",
      "trades 8",
      `${STREAM} 6`,
      "trades 9",
      "trades 10",
    ]);
    expect(asked).to.deep.equal([
      { op: "subscribe", ...subscription },
      { op: "subscribe", ...TRADES },
      { op: "unsubscribe", stream: STREAM },
    ]);
  });

  it("asks for just what is wanted once the connection was lost", async () => {
    const lose = (socket: WebSocket): void => {
      socket.terminate();
    };
    turns = [say(SNAPSHOT), lose, say({ type: "subscribed", stream: "trades", seq: 0 })];
    const stream = clientOf().stream([subscription]);
    for await (const message of stream) {
      if (message.type === "snapshot") {
        stream.unsubscribe(subscription);
        stream.subscribe(TRADES);
      } else break;
    }
    expect(asked.at(-1)).to.deep.equal({ op: "subscribe", ...TRADES });
    expect(
      asked.filter((one) => JSON.stringify(one) === JSON.stringify({ op: "subscribe", ...subscription })),
    ).to.have.length(1);
  });

  it("tells how it is, each time that this changes", async () => {
    turns = [
      (socket) => {
        say(SNAPSHOT)(socket);
        setImmediate(() => {
          socket.terminate();
        });
      },
      say({ type: "subscribed", stream: STREAM, seq: 4 }, event(5)),
    ];
    const states: string[] = [];
    const stream = clientOf().stream([subscription], { onState: (state) => states.push(state) });
    expect(stream.state).to.equal("connecting");
    for await (const message of stream) {
      expect(stream.state).to.equal("open");
      if (message.type === "event") break;
    }
    expect(stream.state).to.equal("closed");
    expect(states).to.deep.equal(["connecting", "open", "waiting", "connecting", "open", "closed"]);
  });

  it("lets no more wait for its reader than it may, and loses nothing by that", async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index + 5);
    turns = [
      say(SNAPSHOT, ...numbers.map(event)),
      (socket) => {
        const { after } = asked.at(-1) as { readonly after: number };
        const rest = numbers.filter((seq) => seq > after);
        // As fast as it is read.
        say({ type: "subscribed", stream: STREAM, seq: after }, ...rest.map(event))(socket);
      },
    ];
    const heard: number[] = [];
    for await (const message of clientOf().stream([subscription], { mostWaiting: 8 })) {
      if (message.type === "event") heard.push(message.seq);
      // Its reader sleeps while they come.
      if (message.type === "snapshot") await new Promise((resolve) => setTimeout(resolve, 200));
      if (heard.length === numbers.length) break;
      if (heard.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      if (asked.length > 40) break;
    }
    expect(heard).to.deep.equal(numbers.slice(0, heard.length));
    expect(asked.length, "it came back at least once").to.be.at.least(2);
  });

  it("asks a relay that is silent for a word, and gives it up if there is none", async () => {
    turns = [
      (socket) => {
        const { op } = asked.at(-1) as { readonly op: string };
        if (op === "subscribe") say(SNAPSHOT)(socket);
        else say(heartbeat(4), ...(asked.length === 4 ? [event(5)] : []))(socket);
      },
    ];
    const heard: number[] = [];
    for await (const message of clientOf().stream([subscription], { pingMs: 40, silenceMs: 10_000 })) {
      if ("seq" in message) heard.push(message.seq);
      if (heard.length === 2) break;
    }
    expect(heard).to.deep.equal([4, 5]);
    expect(asked).to.deep.equal([{ op: "subscribe", ...subscription }, ...[1, 2, 3].map(() => ({ op: "ping" }))]);
  });
});

describe("the pause before a connection is made anew", () => {
  it("is between half of it and all, so that those who were cut off together do not come back together", () => {
    expect([0, 0.5, 1].map((drawn) => jittered(1_000, () => drawn))).to.deep.equal([500, 750, 1_000]);
    const drawn = new Set(Array.from({ length: 50 }, () => jittered(1_000)));
    expect(drawn.size).to.be.greaterThan(10);
    for (const pause of drawn) expect(pause).to.be.within(500, 1_000);
  });
});
