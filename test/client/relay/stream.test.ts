/** A relay's stream over connections that die without a word. The relay here is a WebSocket server that says what a test has it say. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import { type WebSocket, WebSocketServer } from "ws";

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

  it("tells its reader of no heartbeat", async () => {
    turns = [say(heartbeat(0), SNAPSHOT, heartbeat(4), event(5))];
    expect(await hear(2, 60_000)).to.deep.equal([4, 5]);
    expect(asked).to.have.length(1);
  });
});
