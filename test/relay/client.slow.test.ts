import { expect } from "chai";
import { Wallet } from "ethers";

import { signCancellation } from "../../src/client/relay/cancellation.js";
import { type RelayMessage, streamName } from "../../src/wire/stream.js";
import { createRelayClient, type RelayClient } from "../../src/client/relay/client.js";
import { RelayRequestError } from "../../src/client/relay/errors.js";
import type { Relay } from "../../src/relay/running/serving.js";
import { eventually, openWorld, type TestWorld } from "./support.js";

const MARKET = { marketRootId: 1, marketBranchId: 1 };

/** The client that wallets use, on real relays. */
describe("given the relay's client and a relay", function () {
  let world: TestWorld;
  let relay: Relay;
  let client: RelayClient;
  let [maker, taker] = ["", ""];

  async function codeOf(request: Promise<unknown>): Promise<string> {
    try {
      await request;
    } catch (error) {
      if (error instanceof RelayRequestError) return error.code;
      throw error;
    }
    return "none";
  }

  before(async () => {
    world = await openWorld({ traders: 4 });
    ({ relay } = await world.startRelay());
    client = createRelayClient(relay.url);
    const signed = [
      await world.sign(0, { quantityLots: -7n, priceTicks: 5_100n }),
      await world.sign(1, { priceTicks: 5_200n }),
    ];
    [maker, taker] = [await client.submit(signed[0]!), await client.submit(signed[1]!)].map(({ link }) => link) as [
      string,
      string,
    ];
  });
  after(() => world.close());

  it("when packages were handed in, says where they landed", async () => {
    const states = [await client.settled(maker, { pollMs: 20 }), await client.settled(taker, { pollMs: 20 })];
    expect(states.map(({ status, tradeRootId }) => [status, tradeRootId])).to.deep.equal([
      ["onChain", 1],
      ["onChain", 2],
    ]);
    expect((await client.package(maker)).block).to.deep.equal(states[0]!.block);
  });

  it("when it asks for the state, reads every answer there is", async () => {
    const { handle, traders } = world.stage;
    expect((await client.link()).link).to.equal((await handle.book.chainState()).link);
    expect((await client.depth(MARKET)).bids).to.deep.equal([{ priceTicks: 5_200n, lots: 3n, orders: 1 }]);
    const { bids } = await client.book(MARKET);
    expect(bids.map(({ tradeRootId, trader, lots }) => [tradeRootId, trader, lots])).to.deep.equal([
      [2, traders[1]!.address, 3n],
    ]);
    const { roots } = await client.markets();
    expect(roots[0]!.branches[0]).to.deep.include({ bestBid: 5_200n, bestAsk: null });
    const account = await client.trader(traders[0]!.address);
    const [slack] = await handle.book.checkCollateral(traders[0]!.address, [1]);
    expect([account.slack, account.binding.slack]).to.deep.equal([slack, slack]);
    expect((await client.queue()).account).to.equal(new Wallet(world.stage.relayKeys[0]!).address);
    expect(await client.health()).to.deep.include({ ready: true, faults: [] });
  });

  it("when it asks for the history, reads every kind of it", async () => {
    await eventually("the index has it", async () => (await client.history("orders")).items.length === 2);
    const { items } = await client.history("orders", { order: "asc" });
    expect(items.map(({ link, filled, left }) => [link, filled, left])).to.deep.equal([
      [maker, 7n, 0n],
      [taker, 7n, 3n],
    ]);
    const [fill] = (await client.history("fills", { trader: world.stage.traders[0]!.address })).items;
    expect(fill).to.deep.include({ makerRootId: 1, takerRootId: 2, priceTicks: 5_100n, lots: 7n });
    const claims = (await client.history("allocations", { trader: world.stage.traders[1]!.address, limit: 1 })).items;
    expect(claims[0]!.claims).to.deep.equal([
      ...(await world.stage.handle.book.claimsOf(world.stage.traders[1]!.address)),
    ]);
    const [market] = (await client.history("markets", { ...MARKET, limit: 1 })).items;
    expect(market).to.deep.include({ bestBid: 5_200n, longLots: 7n, shortLots: 7n, bids: [[5_200n, 3n, 1]] });
    const [weights] = (await client.history("weights", { limit: 1 })).items;
    expect(weights!.doubledMiddles, "of two legs each is quoted by the other").to.deep.equal([10_400n, 9_600n]);
    for (const kind of ["offsets", "bounds"] as const) {
      expect((await client.history(kind)).items, kind).to.deep.equal([]);
    }
    const first = await client.history("orders", { limit: 1 });
    const second = await client.history("orders", { limit: 1, cursor: first.next! });
    expect([second.block, second.items[0]!.link, second.next]).to.deep.equal([first.block, maker, null]);
  });

  it("when it takes a package back, has it withdrawn; once it has landed, is refused", async () => {
    const { domain } = world.stage.handle;
    const owner = new Wallet(world.stage.traders[2]!.key.privateKey);
    world.proxy.behave = ({ method }) => (method === "eth_call" ? { kind: "error", message: "busy" } : undefined);
    const { link } = await client.submit(await world.sign(2, { priceTicks: 3_000n }));
    await client.cancel(link, await signCancellation(domain, owner, link));
    world.proxy.behave = undefined;
    expect((await client.settled(link, { pollMs: 20 })).status).to.equal("withdrawn");
    expect(await codeOf(client.cancel(maker, await signCancellation(domain, owner, maker)))).to.be.oneOf([
      "RELAY_CANCEL_SIGNATURE",
      "RELAY_PACKAGE_UNKNOWN",
    ]);
  });

  it("when something is wrong, throws the code of who refused it", async () => {
    expect(await codeOf(client.submit(await world.sign(0, { nonce: 0n, priceTicks: 1n })))).to.equal("Book_NonceUsed");
    expect(await codeOf(client.depth({ marketRootId: 9, marketBranchId: 1 }))).to.equal("RELAY_MARKET_UNKNOWN");
    expect(await codeOf(client.history("orders", { cursor: "x" }))).to.equal("RELAY_CURSOR_INVALID");
    const stream = client.stream([{ channel: "book", marketRootId: 9, marketBranchId: 1 }]);
    expect(await codeOf(stream.next())).to.equal("RELAY_MARKET_UNKNOWN");
  });

  it("when a web page of another place asks, may", async () => {
    const asks = { origin: "https://wallet.example", "access-control-request-method": "POST" };
    const preflight = await fetch(`${relay.url}/v1/packages`, { method: "OPTIONS", headers: asks });
    const of = (response: Response, name: string) => response.headers.get(`access-control-${name}`);
    expect([preflight.status, of(preflight, "allow-origin"), of(preflight, "allow-methods")]).to.deep.equal([
      204,
      "*",
      "GET, POST",
    ]);
    expect(of(preflight, "allow-headers")).to.equal("content-type");
    const refused = await fetch(`${relay.url}/v1/nothing`);
    expect([refused.status, of(refused, "allow-origin")]).to.deep.equal([404, "*"]);
  });

  it("when only one page's origin may ask, and a proxy is trusted, goes by both", async () => {
    const flags = ["--allow-origin", "https://wallet.example", "--trusted-proxies", "127.0.0.1", "--rate", "1"];
    const { relay: other } = await world.startRelay({ database: "proxied", flags: [...flags, "--index", "off"] });
    const from = async (address: string) =>
      (await fetch(`${other.url}/v1/link`, { headers: { "x-forwarded-for": address } })).status;
    const all = await Promise.all(Array.from({ length: 30 }, () => from("10.0.0.1")));
    expect(new Set(all)).to.deep.equal(new Set([200, 429]));
    expect(await from("10.0.0.2")).to.equal(200);
    const answer = await fetch(`${other.url}/ready`, { headers: { "x-forwarded-for": "10.0.0.3" } });
    expect(answer.headers.get("access-control-allow-origin")).to.equal("https://wallet.example");
    await other.stop();
  });

  it("when it listens while the relay is replaced, hears every number once", async () => {
    const trader = world.stage.traders[3]!.address;
    const subscriptions = [
      { channel: "book", ...MARKET },
      { channel: "trades" },
      { channel: "orders", trader },
    ] as const;
    const stopping = new AbortController();
    const heard: RelayMessage[] = [];
    const listening = (async () => {
      const after = new Map([["trades", 0]]);
      for await (const message of client.stream(subscriptions, { signal: stopping.signal, after })) heard.push(message);
    })();
    const events = (name: string) =>
      heard.flatMap((message) => (message.type === "event" && message.stream === name ? [message] : []));
    await eventually("the first trade is told", () => events("trades").length === 1);
    const port = new URL(relay.url).port;
    await relay.stop();
    ({ relay } = await world.startRelay({ flags: ["--port", port] }));
    await client.settled((await client.submit(await world.sign(3, { quantityLots: -3n, priceTicks: 5_200n }))).link, {
      pollMs: 20,
    });
    await eventually("the second trade is told", () => events("trades").length === 2);
    await eventually("the own order is told", () => events(streamName(subscriptions[2])).length === 2);
    await eventually("the book is told", () => events("book:1/1").length === 1);
    stopping.abort();
    await listening;
    expect(events("trades").map(({ seq, data }) => [seq, data.kind])).to.deep.equal([
      [1, "trade"],
      [2, "trade"],
    ]);
    expect(events(streamName(subscriptions[2])).map(({ seq, data }) => [seq, data.kind])).to.deep.equal([
      [1, "created"],
      [2, "filled"],
    ]);
    expect(events("book:1/1")[0]!.data).to.deep.include({ kind: "levels", bids: [[5_200n, 0n, 0]] });
    expect(heard.filter(({ type }) => type === "gap")).to.deep.equal([]);
  });
});
