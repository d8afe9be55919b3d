/** Where a relay is told to stand. The relay here says what a test has it say. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import { type WebSocket, WebSocketServer } from "ws";

import { followHead, type HeadFollowing } from "../../../app/data/relay-head.js";
import { createStore, type SourceState } from "../../../app/data/source.js";
import { createRelayClient } from "../../../src/client/relay/client.js";

const SESSION = `0x${"5e".repeat(20)}`;
const hashOf = (number: number): string => `0x${number.toString(16).padStart(64, "0")}`;
const head = (seq: number, number: number) => ({
  type: "event",
  stream: "head",
  seq,
  data: {
    kind: "head",
    link: hashOf(1_000 + number),
    block: { number, hash: hashOf(number), timestamp: String(100 + number) },
  },
});
const subscribed = (seq: number) => ({ type: "subscribed", stream: "head", seq });
const reorganised = (seq: number, ancestor: number) => ({
  ...{ type: "event", stream: "head", seq },
  data: { kind: "reorganised", ancestor },
});

describe("given a relay that is followed", () => {
  let server: WebSocketServer;
  let sockets: WebSocket[];
  let asked: unknown[];
  let ending: AbortController;
  let state: HeadFollowing["state"];
  let states: SourceState[];
  /** Of the newest block by HTTP; undefined while it reads the chain. */
  let block: number | undefined;
  let questions: number;
  let order: string[];

  beforeEach(async () => {
    [sockets, asked, states, block, questions, order] = [[], [], [], 5, 0, []];
    ending = new AbortController();
    state = createStore<SourceState>({ status: "opening", note: "" });
    state.subscribe(() => states.push(state.get()));
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    server.on("connection", (socket) => {
      sockets.push(socket);
      socket.on("message", (data: Buffer) => {
        asked.push(JSON.parse(data.toString("utf8")));
        socket.emit("asked");
      });
    });
  });

  afterEach(() => {
    ending.abort();
    for (const socket of server.clients) socket.terminate();
    server.close();
  });

  function follow({ served = SESSION, hasStreams = true } = {}): void {
    const { port } = server.address() as AddressInfo; // of a server that listens
    const real = createRelayClient(`http://127.0.0.1:${port}`);
    const client = {
      stream: real.stream.bind(real),
      link: () => {
        questions += 1;
        order.push("link");
        return Promise.resolve(block === undefined ? {} : { block: { number: block, hash: hashOf(block) } });
      },
      session: () => {
        order.push("session");
        return Promise.resolve({
          session: served,
          time: BigInt(100 + (block ?? 0)),
          relay: hasStreams ? { stream: "/v1/stream" } : {},
        });
      },
    } as unknown as HeadFollowing["client"]; // as much of it as is asked
    void followHead({ client, session: SESSION, state, signal: ending.signal });
  }

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const at = (): number | undefined => state.get().head?.number;
  const say = (...messages: readonly object[]): void => {
    for (const message of messages) sockets.at(-1)?.send(JSON.stringify(message));
  };
  /** Until it listens to the connection of that number. */
  async function listening(count: number, seq: number): Promise<void> {
    await until(() => sockets.length === count && asked.length >= count);
    say(subscribed(seq));
    await until(() => state.get().status === "live");
  }

  it("then each block that is told is shown, with its time", async () => {
    follow();
    await listening(1, 7);
    say(head(8, 6));
    await until(() => at() === 6);
    expect(state.get().head).to.include({ hash: hashOf(6), time: 106 });
  });

  it("then where it stands and whose it is are asked at once, and neither waits for the other", () => {
    follow();
    expect(order).to.have.members(["link", "session"]);
  });

  it("when blocks come together, then they are one change", async () => {
    follow();
    await listening(1, 7);
    const before = new Set(states.map(({ head: shown }) => shown?.number));
    say(head(8, 6), head(9, 7), head(10, 8));
    await until(() => at() === 8);
    const shown = new Set(states.map(({ head: each }) => each?.number).filter((number) => !before.has(number)));
    expect([...shown]).to.deep.equal([8]);
  });

  it("when a heartbeat comes, then what is shown is as young as that", async () => {
    follow();
    await listening(1, 7);
    const first = state.get().head!.heardAt;
    await new Promise((resolve) => setTimeout(resolve, 20));
    say({ type: "heartbeat", streams: [{ stream: "head", seq: 7 }] });
    await until(() => state.get().head!.heardAt > first);
    expect(at()).to.equal(5);
  });

  it("when the connection breaks, then it is lost, and goes on behind the last number", async () => {
    follow();
    await listening(1, 7);
    say(head(8, 6));
    await until(() => at() === 6);
    block = 6;
    sockets[0]?.terminate();
    await until(() => state.get().status === "lost");
    expect(at()).to.equal(6);
    await listening(2, 8);
    expect(asked.at(-1)).to.include({ op: "subscribe", channel: "head", after: 8 });
    say(head(9, 7));
    await until(() => at() === 7);
  });

  it("when blocks are not told any more, then it is asked where it stands", async () => {
    follow();
    await listening(1, 7);
    block = 40;
    say({ type: "gap", stream: "head", from: 8, to: 30 });
    await until(() => at() === 40);
  });

  it("when a block is told that is older than where it was said to stand, then it is not gone back to; after a reorganisation it is", async () => {
    block = 9;
    follow();
    await listening(1, 7);
    say(head(8, 8), head(9, 10));
    await until(() => at() === 10);
    expect(states.some(({ head: shown }) => shown?.number === 8)).to.equal(false);
    say(reorganised(10, 6), head(11, 7));
    await until(() => at() === 7);
  });

  it("when it still reads the chain, then it is asked until it stands somewhere", async () => {
    block = undefined;
    follow();
    await until(() => questions > 1);
    expect(state.get().status).to.equal("opening");
    block = 3;
    await until(() => at() === 3);
  });

  it("when it has no streams, then it is asked again and again", async () => {
    follow({ hasStreams: false });
    await until(() => at() === 5);
    block = 6;
    await until(() => at() === 6);
    expect(sockets).to.deep.equal([]);
  });

  it("when it is another session's, then it is lost, and why is said", async () => {
    follow({ served: `0x${"01".repeat(20)}` });
    await until(() => state.get().status === "lost");
    expect(state.get()).to.have.property("reason").that.includes("not this one");
  });
});
