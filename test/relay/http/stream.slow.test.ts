import { once } from "node:events";

import { expect } from "chai";
import { Wallet } from "ethers";
import { WebSocket } from "ws";

import { signReadOwn } from "../../../src/client/relay/cancellation.js";
import { createRelayClient } from "../../../src/client/relay/client.js";
import { bookDomain } from "../../../src/protocol/signing/typed-data.js";

import { accepted, becomes, eventually, openWorld, type TestRelay, type TestWorld } from "../support.js";

type Message = Readonly<Record<string, unknown>>;

interface Subscriber {
  readonly socket: WebSocket;
  readonly heard: Message[];
  send(request: object): void;
  /** Waits for so many messages in all. */
  until(count: number): Promise<Message[]>;
}

async function subscribe(url: string, ...requests: readonly object[]): Promise<Subscriber> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/stream`);
  const heard: Message[] = [];
  socket.on("message", (data: Buffer) => heard.push(JSON.parse(data.toString("utf8")) as Message));
  await once(socket, "open");
  for (const request of requests) socket.send(JSON.stringify(request));
  return {
    socket,
    heard,
    send: (request) => {
      socket.send(JSON.stringify(request));
    },
    async until(count) {
      await eventually(`${count} messages`, () => Promise.resolve(heard.length >= count));
      return heard;
    },
  };
}

const eventsOf = (heard: readonly Message[], stream: string): Message[] =>
  heard.filter((message) => message["type"] === "event" && message["stream"] === stream);
const kindsOf = (messages: readonly Message[]): unknown[] =>
  messages.map(({ data }) => (data as Message | undefined)?.["kind"]);
const seqsOf = (messages: readonly Message[]): unknown[] => messages.map(({ seq }) => seq);

const BOOK = { op: "subscribe", channel: "book", marketRootId: 1, marketBranchId: 1 };
const TRADES = { op: "subscribe", channel: "trades" };
const BOOK_STREAM = "book:1/1";

describe("given subscribers of a relay", function () {
  let world: TestWorld;
  let started: TestRelay;
  let url: string;
  const open: WebSocket[] = [];
  const nonces = [0n, 0n, 0n];

  /** An order of a trader that must land. @returns the block where it did */
  async function order(trader: number, quantity: bigint, price: bigint): Promise<number> {
    const nonce = nonces[trader]!;
    nonces[trader] = nonce + 1n;
    const link = await accepted(
      started.client,
      await world.sign(trader, { nonce, quantityLots: quantity, priceTicks: price }),
    );
    return ((await becomes(started.client, link, "onChain"))["block"] as { number: number }).number;
  }
  const listen = async (...requests: readonly object[]): Promise<Subscriber> => {
    const subscriber = await subscribe(url, ...requests);
    open.push(subscriber.socket);
    return subscriber;
  };
  const addressOf = (trader: number): string => world.stage.traders[trader]!.address;

  before(async () => {
    world = await openWorld({ traders: 3 });
    started = await world.startRelay({ flags: ["--max-streams-per-address", "12"] });
    ({ url } = started.relay);
  });
  after(async () => {
    for (const socket of open) socket.terminate();
    await world.close();
  });

  it("when orders meet, tells books, trades and own orders in numbers without gaps", async () => {
    const all = await listen(BOOK, TRADES, { op: "subscribe", channel: "orders", trader: addressOf(0).toLowerCase() });
    const start = await all.until(3);
    expect(start[0]).to.deep.equal({
      type: "snapshot",
      stream: BOOK_STREAM,
      seq: 0,
      data: { kind: "snapshot", marketRootId: 1, marketBranchId: 1, bids: [], asks: [] },
    });
    await order(0, -7n, 5_100n);
    await order(1, 10n, 5_200n);
    await all.until(8);
    const book = eventsOf(all.heard, BOOK_STREAM);
    expect(seqsOf(book)).to.deep.equal([1, 2]);
    expect(book.map(({ data }) => [(data as Message)["bids"], (data as Message)["asks"]])).to.deep.equal([
      [[], [["5100", "7", 1]]],
      [[["5200", "3", 1]], [["5100", "0", 0]]],
    ]);
    const own = eventsOf(all.heard, `orders:${addressOf(0)}`);
    expect([kindsOf(own), seqsOf(own)]).to.deep.equal([
      ["created", "filled"],
      [1, 2],
    ]);
    const [trade] = eventsOf(all.heard, "trades");
    expect(trade!["data"]).to.deep.include({
      kind: "trade",
      priceTicks: "5100",
      lots: "7",
      maker: addressOf(0),
      takerBuys: true,
      via: "book",
    });
  });

  it("when a subscriber comes back, it goes on after the number that it saw", async () => {
    const trades = await listen({ ...TRADES, after: 0 }, { ...BOOK, after: 1 });
    await trades.until(4);
    expect(seqsOf(eventsOf(trades.heard, "trades"))).to.deep.equal([1]);
    expect(seqsOf(eventsOf(trades.heard, BOOK_STREAM))).to.deep.equal([2]);
    await order(2, -3n, 5_200n);
    await trades.until(6);
    expect(seqsOf(eventsOf(trades.heard, "trades"))).to.deep.equal([1, 2]);
    expect(seqsOf(eventsOf(trades.heard, BOOK_STREAM))).to.deep.equal([2, 3]);
  });

  it("when a trader shows its signature, tells it of its packages from the acknowledgement on, and of its orders", async () => {
    const { address, key } = world.stage.traders[0]!;
    const relay = createRelayClient(url);
    const { domain, chainId, orderBook, time } = await relay.session();
    expect(domain).to.deep.equal(bookDomain(chainId, orderBook));
    const own = await signReadOwn(bookDomain(chainId, orderBook), new Wallet(key), address, time + 600n);
    const before = await relay.history("orders", { trader: address, limit: 1_000 });
    const heard: string[] = [];
    const place = async (): Promise<void> => {
      await order(0, -1n, 5_900n);
      await order(1, 1n, 5_900n);
    };
    let placed: Promise<void> | undefined;
    for await (const message of relay.stream([{ channel: "orders", trader: address, own }])) {
      if (message.type === "packages") placed = place();
      if (message.type === "package") heard.push(`${message.data.status} ${message.data.package.quantityLots}`);
      else heard.push(message.type === "event" ? message.data.kind : message.type);
      if (heard.includes("filled")) break;
    }
    await placed;
    expect(heard.slice(0, 2)).to.deep.equal(["subscribed", "packages"]);
    const fates = heard.filter((word) => word.endsWith(" -1"));
    expect(fates).to.deep.equal(["pending -1", "submitted -1", "onChain -1"]);
    expect(heard.filter((word) => word === "created").length).to.equal(1);
    const after = await relay.history("orders", { trader: address, limit: 1_000 });
    expect(after.items.length).to.equal(before.items.length + 1);
  });

  it("when a number was never given, says so and starts anew", async () => {
    const one = await listen({ ...BOOK, after: 1_000 }, { ...TRADES, after: 90 });
    const heard = await one.until(4);
    expect(heard.map(({ type, from, to, seq }) => [type, from ?? seq, to])).to.deep.equal([
      ["gap", 6, 1_000],
      ["snapshot", 5, undefined],
      ["gap", 4, 90],
      ["subscribed", 3, undefined],
    ]);
  });

  it("when blocks are reorganised away, says that they are void, and what is left", async () => {
    const one = await listen(BOOK, { ...TRADES, after: 0 });
    await one.until(2 + 3);
    await world.mine(2); // the block of the link that the order names stays
    await order(0, -2n, 5_300n);
    await one.until(6);
    const { provider } = world.stage;
    await provider.send("anvil_reorg", [2, []]);
    await world.mine(2);
    await eventually("it is told", () => Promise.resolve(kindsOf(one.heard).includes("reorganised")));
    const book = eventsOf(one.heard, BOOK_STREAM);
    const at = kindsOf(book).indexOf("reorganised");
    expect(kindsOf(book)[at + 1]).to.equal("snapshot");
    expect(seqsOf(book)).to.deep.equal(book.map((_, index) => (book[0]!["seq"] as number) + index));
    // The relay brings the order to the chain again.
    await eventually("the book is told again", () => {
      const levels = eventsOf(one.heard, BOOK_STREAM).slice(at + 2);
      return Promise.resolve(JSON.stringify(levels).includes('["5300","2",1]'));
    });
  });

  it("when it asks for what does not exist, refuses with a code and goes on", async () => {
    const one = await listen(
      { ...BOOK, marketBranchId: 9 },
      { op: "subscribe", channel: "orders", trader: "0x12" },
      { op: "subscribe", channel: "trades", after: -1 },
    );
    one.socket.send("{");
    one.socket.send(Buffer.from("{}"), { binary: true });
    const heard = await one.until(5);
    expect(heard.map(({ type, error }) => [type, (error as Message)["code"]])).to.deep.equal([
      ["error", "RELAY_MARKET_UNKNOWN"],
      ...Array.from({ length: 4 }, () => ["error", "RELAY_REQUEST_INVALID"]),
    ]);
    one.send({ op: "unsubscribe", stream: "trades" });
    expect((await one.until(6)).at(-1)).to.deep.equal({ type: "unsubscribed", stream: "trades" });
  });

  it("when it asks too often, is cut off with a code", async () => {
    const one = await listen();
    for (let asked = 0; asked < 60; asked += 1) one.send({ op: "unsubscribe", stream: "none" });
    const [code, reason] = (await once(one.socket, "close")) as [number, Buffer];
    expect([code, reason.toString()]).to.deep.equal([4029, "RELAY_RATE_LIMITED"]);
  });

  it("when one address opens too many, refuses the next", async () => {
    for (const socket of open.splice(0)) socket.terminate();
    const opened = [];
    let refused: WebSocket | undefined;
    await eventually("the limit is reached", async () => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/v1/stream`);
      const outcome = await Promise.race([
        once(socket, "open").then(() => true),
        new Promise((resolve) => {
          socket.once("unexpected-response", (_request, response) => {
            resolve(response.statusCode);
          });
          socket.on("error", () => undefined);
        }),
      ]);
      if (outcome === true) opened.push(open.push(socket));
      else {
        refused = socket;
        expect(outcome).to.equal(503);
      }
      return refused !== undefined;
    });
    expect(opened.length).to.be.at.most(12);
  });

  it("when the path is opened without a WebSocket, says what it is for", async () => {
    for (const socket of open.splice(0)) socket.terminate();
    await eventually("there is room", async () => (await started.client.get("/v1/stream")).status === 426);
    const { body } = await started.client.get("/v1/stream");
    expect((body["error"] as Message)["code"]).to.equal("RELAY_UPGRADE_REQUIRED");
  });

  it("when the relay stops, is told so", async () => {
    const one = await listen(TRADES);
    await one.until(1);
    const closed = once(one.socket, "close") as Promise<[number, Buffer]>;
    await started.relay.stop();
    const [code] = await closed;
    expect([1001, 1005, 1006]).to.include(code);
  });
});
