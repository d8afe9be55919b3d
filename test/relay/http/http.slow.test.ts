import { get } from "node:http";

import { expect } from "chai";
import { Wallet, ZeroAddress } from "ethers";

import type { RawClient } from "../../../trials/relay/http-client.js";
import type { Form, WireOf } from "../../../src/wire/form.js";
import { historyPages, levelSeries, weightSeries } from "../../../src/wire/history.js";
import * as packages from "../../../src/wire/packages.js";
import * as state from "../../../src/wire/state.js";
import { accepted, becomes, eventually, openWorld, skipBecause, type TestWorld } from "../support.js";

type Body = Readonly<Record<string, unknown>>;

/** What the relay serves, on a real node and an embedded database. */
describe("given a relay with some trades behind it", function () {
  let world: TestWorld;
  let client: RawClient;
  let url: string;
  let [maker, taker, block] = ["", "", 0];

  /** An answer that must look as the interface's description says. */
  async function read<F extends Form>(path: string, { wire }: F): Promise<WireOf<F>> {
    const { status, body } = await client.get(path);
    expect(status, JSON.stringify(body)).to.equal(200);
    const parsed = wire.safeParse(body);
    expect(parsed.error?.issues ?? [], path).to.deep.equal([]);
    return parsed.data as WireOf<F>; // no issues
  }

  async function refused(path: string, status: number, code: string, values?: Body): Promise<void> {
    const answer = await client.get(path);
    expect(state.refused.wire.safeParse(answer.body).error?.issues ?? [], path).to.deep.equal([]);
    const { error } = answer.body as { error: Body };
    expect([answer.status, error["code"]], path).to.deep.equal([status, code]);
    if (values !== undefined) expect(error["values"]).to.deep.equal(values);
  }

  before(async () => {
    world = await openWorld({ traders: 4 });
    const started = await world.startRelay({ flags: ["--body-limit", "2000"] });
    client = started.client;
    ({ url } = started.relay);
    maker = await accepted(client, await world.sign(0, { quantityLots: -7n, priceTicks: 5_100n }));
    taker = await accepted(client, await world.sign(1, { quantityLots: 10n, priceTicks: 5_200n }));
    const second = { marketRootId: 1, marketBranchId: 2, quantityLots: 4n, priceTicks: 4_000n };
    await accepted(client, await world.sign(2, second));
    const resting = await accepted(client, await world.sign(3, { quantityLots: 2n, priceTicks: 5_000n }));
    for (const link of [maker, taker, resting]) {
      block = ((await becomes(client, link, "onChain"))["block"] as { number: number }).number;
    }
    await eventually("the index has it", async () => {
      const { index } = (await client.get("/health")).body as { index?: { block?: number } };
      return (index?.block ?? 0) >= block;
    });
  });
  after(() => world.close());

  describe("when the state is asked for", () => {
    it("describes packages and the link to sign next", async () => {
      expect(await read(`/v1/packages/${maker}`, packages.packageState)).to.include({ link: maker, status: "onChain" });
      const { link: head } = await world.stage.handle.book.chainState();
      expect(await read("/v1/link", packages.linkState)).to.include({ link: head });
    });

    it("lists markets with bounds and best prices", async () => {
      const { roots } = await read("/v1/markets", state.markets);
      expect(roots.map(({ marketRootId, kind, outcomes }) => [marketRootId, kind, outcomes])).to.deep.equal([
        [1, "simplex", { lower: "0", upper: "10000" }],
      ]);
      expect(roots[0]!.branches[0]).to.deep.equal({
        marketBranchId: 1,
        bounds: { lower: "0", upper: "10000" },
        bestBid: "5200",
        bestAsk: null,
        crossed: false,
      });
    });

    it("gives a market's depth and its orders, best first", async () => {
      const { bids, asks } = await read("/v1/markets/1/1/depth?levels=1", state.depth);
      expect([bids, asks]).to.deep.equal([[{ priceTicks: "5200", lots: "3", orders: 1 }], []]);
      const book = await read("/v1/markets/1/1/book", state.book);
      expect(book.bids.map(({ trader, priceTicks: price, lots }) => [trader, price, lots])).to.deep.equal([
        [world.stage.traders[1]!.address, "5200", "3"],
        [world.stage.traders[3]!.address, "5000", "2"],
      ]);
    });

    it("says of a trader what binds, and what would free collateral", async () => {
      const { address } = world.stage.traders[0]!;
      const account = await read(`/v1/traders/${address.toLowerCase()}`, state.trader);
      const [slack, [binding]] = await world.stage.handle.book.checkCollateral(address, [1]);
      expect([account.slack, account.binding.slack]).to.deep.equal([String(slack), String(slack)]);
      expect(account.binding.roots.map(({ bindingOutcome }) => bindingOutcome)).to.deep.equal([String(binding)]);
      const { lotValue } = world.stage.handle.basket;
      const freed = account.binding.releases.find(({ kind }) => kind === "trade");
      // Short 7 lots of leg 1: the buyer's rest of 3 stands at 5 200, no offer is there to buy them back from.
      expect(freed).to.deep.include({ lots: "7", released: String(7n * lotValue), breakEven: "10000" });
    });

    it("says what is on its way, and how it is", async () => {
      const queue = await read("/v1/queue", state.queue);
      expect(queue).to.include({ account: new Wallet(world.stage.relayKeys[0]!).address, submits: true });
      expect(await read("/health", state.health)).to.deep.include({ ready: true, faults: [] });
      expect(await read("/ready", state.readiness)).to.deep.equal({ ready: true, reasons: [] });
    });

    it("counts for Prometheus", async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      expect(text).to.match(/^relay_packages_accepted_total\{session="0x\w+"\} 4$/m);
      expect(text).to.match(/^relay_index_block_number\{session="0x\w+"\} \d+$/m);
    });
  });

  describe("when the history is asked for", () => {
    it("has orders with what became of them, newest first", async () => {
      const { block: at, items } = await read(
        "/v1/history/orders?marketRootId=1&marketBranchId=1",
        historyPages.orders,
      );
      expect(at.number).to.be.at.least(block);
      expect(
        items.map(({ tradeRootId, quantityLots: quantity, filled, left }) => [tradeRootId, quantity, filled, left]),
      ).to.deep.equal([
        [4, "2", "0", "2"],
        [2, "10", "7", "3"],
        [1, "-7", "7", "0"],
      ]);
      expect(items.at(-1)!.link).to.equal(maker);
    });

    it("has trades, by trader too", async () => {
      const { items } = await read("/v1/history/fills", historyPages.fills);
      const [seller, buyer] = world.stage.traders.map(({ address }) => address);
      expect(items.length).to.equal(1);
      expect(items[0]).to.deep.include({
        marketRootId: 1,
        marketBranchId: 1,
        makerRootId: 1,
        takerRootId: 2,
        maker: seller,
        taker: buyer,
        priceTicks: "5100",
        lots: "7",
        takerBuys: true,
        via: "book",
      });
      const none = await read(`/v1/history/fills?trader=${ZeroAddress}`, historyPages.fills);
      expect(none.items).to.deep.equal([]);
    });

    it("has allocations that are the book's claims, exactly", async () => {
      const { address } = world.stage.traders[1]!;
      const path = `/v1/history/allocations?trader=${address}&limit=1`;
      const [last] = (await read(path, historyPages.allocations)).items;
      const claims = await world.stage.handle.book.claimsOf(address);
      expect(last!.claims).to.deep.equal(claims.map(String));
      const { assets, supply } = world.stage.handle;
      expect(last!.wholeUnits).to.deep.equal(assets.map(({ quantity }, k) => String((claims[k]! * quantity) / supply)));
      expect(last!.allocation[0]).to.deep.equal({
        numerator: String(claims[0]! * assets[0]!.quantity),
        denominator: String(supply),
      });
    });

    it("has prices, volume, open interest and depth of the markets", async () => {
      const path = "/v1/history/markets?marketRootId=1&marketBranchId=1&limit=1";
      const [last] = (await read(path, historyPages.markets)).items;
      expect(last).to.deep.include({
        bestBid: "5200",
        bestAsk: null,
        lastPrice: "5100",
        longLots: "7",
        shortLots: "7",
      });
      expect(last!.bids).to.deep.equal([
        ["5200", "3", 1],
        ["5000", "2", 1],
      ]);
    });

    it("has the weights that the basket was quoted at, and relative prices", async () => {
      const [last] = (await read("/v1/history/weights?numeraire=2", historyPages.weights)).items;
      expect(last!.doubledMiddles).to.deep.equal(["10400", "8000"]);
      expect(last!.weights).to.deep.equal([
        { numerator: "10400", denominator: "18400" },
        { numerator: "8000", denominator: "18400" },
      ]);
      const [q1, q2] = world.stage.handle.assets.map(({ quantity }) => quantity);
      expect(last!.relativePrices![0]).to.deep.equal({
        numerator: String(10_400n * q2!),
        denominator: String(q1! * 8_000n),
      });
    });

    it("has offsets and bounds, which nobody made yet", async () => {
      expect((await read("/v1/history/offsets", historyPages.offsets)).items).to.deep.equal([]);
      expect((await read("/v1/history/bounds", historyPages.bounds)).items).to.deep.equal([]);
    });

    it("has records, changes of accounts and checkpoints in a dataset's names, numbered together without gaps", async () => {
      const records = (await read("/v1/history/records?order=asc", historyPages.records)).items;
      const accounts = (await read("/v1/history/accounts?order=asc", historyPages.accounts)).items;
      expect(records.map(({ action, order_id, lots_left }) => [action, order_id, lots_left])).to.deep.equal([
        ["A", "1", "7"],
        ["A", "2", "10"],
        ["F", "1", "0"],
        ["T", "2", "3"],
        ...records.slice(4).map(({ order_id, lots }) => ["A", order_id, lots]),
      ]);
      expect(accounts.map(({ action }) => action).join("")).to.match(/^D+$/);
      const seqs = [...records, ...accounts].map(({ seq }) => Number(seq)).sort((a, b) => a - b);
      expect(seqs).to.deep.equal(seqs.map((_, k) => k + 1));
      const calls = (await read("/v1/history/checkpoints", historyPages.checkpoints)).items;
      expect(calls[0]!.link).to.equal((await world.stage.handle.book.chainState()).link);
      expect(calls[0]!.seq).to.equal(records.at(-1)!.seq);
    });

    it("has levels and weights as spans ended", async () => {
      const levels = await read("/v1/markets/1/1/levels?interval=60&levels=2", levelSeries);
      expect(levels.spans.at(-1)).to.deep.include({ bestBid: "5200", lastPrice: "5100", longLots: "7" });
      const weights = await read("/v1/weights?interval=60&numeraire=2", weightSeries);
      expect(weights.spans.at(-1)!.quoted!.doubledMiddles).to.deep.equal(["10400", "8000"]);
      expect(weights.block).to.deep.equal(levels.block);
    });

    it("goes on by the cursor, at the same block", async () => {
      const first = await read("/v1/history/orders?limit=3", historyPages.orders);
      const second = await read(`/v1/history/orders?limit=3&cursor=${first.next}`, historyPages.orders);
      expect(second.block).to.deep.equal(first.block);
      const ids = [...first.items, ...second.items].map(({ tradeRootId }) => tradeRootId);
      expect([ids, second.next]).to.deep.equal([[4, 3, 2, 1], null]);
    });
  });

  describe("when something else is asked for", () => {
    it("says which field is wrong", async () => {
      const bad = "a decimal integer as text";
      const { package: order, signature } = await world.sign(0, { nonce: 9n });
      const { status, body } = await client.post("/v1/packages", {
        package: { ...order, priceTicks: "1e3" },
        signature,
      });
      const { error } = body as { error: Body };
      expect([status, error["code"], error["values"]]).to.deep.equal([
        400,
        "RELAY_REQUEST_INVALID",
        { problems: `package.priceTicks: ${bad}` },
      ]);
      expect(error["advice"]).to.equal("Send what the interface describes; the values say which field is wrong.");
    });

    it("refuses with the code that fits", async () => {
      await refused("/v1/nothing", 404, "RELAY_NOT_FOUND");
      await refused("/v1/markets/1/9/depth", 404, "RELAY_MARKET_UNKNOWN", { marketRootId: "1", marketBranchId: "9" });
      await refused("/v1/markets/9/1/book", 404, "RELAY_MARKET_UNKNOWN", { marketRootId: "9", marketBranchId: "1" });
      await refused(`/v1/traders/${ZeroAddress}`, 404, "RELAY_TRADER_UNKNOWN", { trader: ZeroAddress });
      await refused("/v1/history/fills?color=red", 400, "RELAY_REQUEST_INVALID");
      await refused("/v1/history/fills?limit=1001", 400, "RELAY_REQUEST_INVALID");
      for (const kind of ["orders", "fills", "offsets", "bounds", "markets"]) {
        await refused(`/v1/history/${kind}?marketBranchId=1`, 400, "RELAY_REQUEST_INVALID");
      }
      await refused("/v1/history/fills?at=99999999", 404, "RELAY_BLOCK_UNKNOWN");
      await refused("/v1/history/fills?cursor=x", 400, "RELAY_CURSOR_INVALID", { reason: "it cannot be read" });
    });

    it("refuses a body above its limit", async () => {
      const { status, body } = await client.post("/v1/packages", { text: "x".repeat(2_000) });
      expect([status, (body as { error: Body }).error["code"]]).to.deep.equal([413, "RELAY_BODY_TOO_LARGE"]);
    });
  });

  describe("when the interface's description is asked for", () => {
    it("names every path, and what it answers", async () => {
      const { status, body } = await client.get("/openapi.json");
      expect(status).to.equal(200);
      expect(body["openapi"]).to.equal("3.1.0");
      const paths = body["paths"] as Record<
        string,
        Record<string, { responses: Record<string, Body>; summary?: string }>
      >;
      expect(Object.keys(paths).sort()).to.deep.equal([
        "/health",
        "/metrics",
        "/ready",
        "/v1/cancellations",
        "/v1/cancellations/{hash}",
        ...Object.keys(historyPages)
          .sort()
          .map((kind) => `/v1/history/${kind}`),
        "/v1/link",
        "/v1/log",
        "/v1/markets",
        "/v1/markets/{root}/{branch}/book",
        "/v1/markets/{root}/{branch}/candles",
        "/v1/markets/{root}/{branch}/depth",
        "/v1/markets/{root}/{branch}/levels",
        "/v1/markets/{root}/{branch}/ticker",
        "/v1/measures",
        "/v1/monitoring",
        "/v1/packages",
        "/v1/packages/batch",
        "/v1/packages/preview",
        "/v1/packages/{link}",
        "/v1/packages/{link}/cancel",
        "/v1/queue",
        "/v1/replacements",
        "/v1/session",
        "/v1/sessions",
        "/v1/stream",
        "/v1/switches",
        "/v1/switches/{hash}/disarm",
        "/v1/switches/{hash}/heartbeat",
        "/v1/switches/{hash}/state",
        "/v1/term-structure",
        "/v1/traders",
        "/v1/traders/{trader}",
        "/v1/traders/{trader}/own",
        "/v1/traders/{trader}/own/{nonce}",
        "/v1/weights",
      ]);
      for (const [path, methods] of Object.entries(paths)) {
        for (const { responses, summary } of Object.values(methods)) {
          expect(summary, path).to.be.a("string");
          if (["/metrics", "/v1/log", "/v1/stream"].includes(path)) continue;
          const good = responses["200"] ?? responses["201"] ?? responses["202"];
          expect(JSON.stringify(good?.["content"]), path).to.include('"type":"object"');
        }
      }
    });

    it("shows it to people", async () => {
      const page = await fetch(`${url}/docs`);
      expect([page.status, page.headers.get("content-type")]).to.deep.equal([200, "text/html; charset=utf-8"]);
      expect(await page.text()).to.include("swagger-ui");
    });
  });
});

describe("given a relay that lets an address ask rarely", function () {
  let world: TestWorld;
  before(async () => (world = await openWorld({ traders: 1 })));
  after(() => world.close());

  it("when it asks too often, says how long to wait", async () => {
    const { url } = (await world.startRelay({ flags: ["--rate", "5", "--index", "off"] })).relay;
    const all = await Promise.all(Array.from({ length: 30 }, () => fetch(`${url}/v1/link`)));
    const limited = all.filter(({ status }) => status === 429);
    expect(limited.length).to.be.greaterThan(15);
    expect(limited[0]!.headers.get("retry-after")).to.equal("1");
    expect(((await limited[0]!.json()) as { error: Body }).error["code"]).to.equal("RELAY_RATE_LIMITED");
  });

  it("when one address floods it, still serves another", async function () {
    if (process.platform !== "linux") skipBecause(this, "only on Linux every 127.x.x.x is this machine.");
    const { port } = new URL(
      (await world.startRelay({ database: "flood", flags: ["--rate", "5", "--index", "off"] })).relay.url,
    );
    // Fewer at once than one address may have connections.
    const flood = await Promise.all(Array.from({ length: 90 }, () => statusFrom("127.0.0.2", port)));
    expect(flood.filter((status) => status === 429).length).to.be.greaterThan(45);
    expect(await statusFrom("127.0.0.3", port)).to.equal(200);
  });

  it("when it keeps no history, says so", async () => {
    const { client } = await world.startRelay({ database: "other", flags: ["--index", "off"] });
    expect((await client.get("/v1/history/fills")).status).to.equal(404);
    expect((await client.get("/health")).body).not.to.have.property("index");
  });
});

/** Status of a request that comes from that address. */
function statusFrom(localAddress: string, port: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path: "/v1/link", localAddress }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
}
