/** A relay's stream over connections that die without a word. The relay here is a WebSocket server that says what a test has it say. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import { getAddress } from "ethers";
import { type WebSocket, WebSocketServer } from "ws";

import type { RelayMessage } from "../../../src/wire/stream.js";
import { createRelayClient } from "../../../src/client/relay/client.js";

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
  /** What a connection does once it was asked, each in its turn. */
  let turns: ((socket: WebSocket) => void)[] = [];

  before(async () => {
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    server.on("connection", (socket) => {
      const turn = turns.length > 1 ? turns.shift() : turns[0];
      socket.on("message", (data: Buffer) => {
        asked.push(JSON.parse(data.toString("utf8")));
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
});
