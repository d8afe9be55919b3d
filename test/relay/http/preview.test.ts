/** What an order would do, asked of a relay before anything is signed; judged by what then happens. */
import { expect } from "chai";
import { getAddress } from "ethers";
import fc from "fast-check";

import { createRelayClient } from "../../../src/client/relay/client.js";
import { lots } from "../../../src/protocol/amounts/units.js";
import { bestEffect, effectOfOrder } from "../../../src/protocol/book/order-effect.js";
import type { House, MakerHouse } from "../../../src/protocol/book/houses.js";
import { isRefusal } from "../../../src/protocol/market/refusal.js";
import { type PackageFields, TimeInForce } from "../../../src/protocol/signing/package.js";
import { depositOf, LOT, ordersOf, PaperChain, traderAt } from "../paper/chain.js";
import { httpOf, type PaperHttp, plain } from "../paper/http.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

const MAKER: MakerHouse = {
  ...{ kind: "maker", address: getAddress(`0x${"3a".repeat(20)}`), marketRootId: 1, points: [] },
  ...{ liquidity: lots(1_000n), prior: [1n, 1n] },
};
const ROUTER: House = { kind: "set", address: getAddress(`0x${"5e".repeat(20)}`) };

interface World {
  readonly chain: PaperChain;
  readonly relay: PaperRelay;
  readonly http: PaperHttp;
}

async function open(houses: readonly House[] = []): Promise<World> {
  const chain = new PaperChain();
  chain.houses.push(...houses);
  chain.mine(...houses.map(({ address }) => depositOf(address, 1_000n * LOT)));
  const relay = await paperRelay({ chain });
  await relay.follow();
  return { chain, relay, http: await httpOf(relay) };
}

/** All that has to be said of an order. */
const draft = ({ chain }: World, trader = 0, fields: Partial<PackageFields> = {}) => ({
  ...{ marketRootId: 1, marketBranchId: 1, trader: chain.traders[trader]!.address },
  ...{ priceTicks: 5_100n, quantityLots: 10n, timeInForce: TimeInForce.GoodTillCancelled as number },
  ...fields,
});

interface Told {
  readonly block: object;
  readonly route?: object;
  readonly effect?: Record<string, unknown> & { readonly after: Record<string, string> };
  readonly refusal?: { readonly code: string; readonly values: Readonly<Record<string, string>> };
  readonly mostLots?: string;
}

const preview = async ({ http }: World, order: object, more: object = {}): Promise<Told> => {
  const { status, body } = await http.post("/v1/packages/preview", { package: plain(order), ...more });
  expect([status, JSON.stringify(body)][0], JSON.stringify(body)).to.equal(200);
  return body as unknown as Told;
};

const claimOf = ({ chain }: World, trader: number): bigint =>
  chain.bookAt(chain.tip.number).accountOf(chain.traders[trader]!.address).claim;

describe("given a relay, when it is asked what an order would do", () => {
  it("tells fills, what rests, what it costs, slack and what binds; and that is what then happens", async () => {
    const world = await open();
    const { chain, relay } = world;
    chain.mine(ordersOf(chain.sign(1, { priceTicks: 5_000n, quantityLots: -4n })));
    await relay.follow();
    const { block, route, effect, refusal } = await preview(world, draft(world));
    const { number, hash } = chain.tip;
    expect([block, route, refusal]).to.deep.equal([{ number, hash }, { through: "book" }, undefined]);
    expect(effect).to.deep.include({
      fills: [{ makerRootId: 1, priceTicks: "5000", lots: "4" }],
      ...{ restingLots: "6", cutLots: "0", evicted: [], costWei: String(4n * 5_000n * 10n ** 11n) },
    });
    expect((effect!.after["roots"] as unknown as { bindingOutcome: string }[])[0]!.bindingOutcome).to.equal("2");
    const before = claimOf(world, 0);
    chain.mine(ordersOf(chain.sign(0, { priceTicks: 5_100n })));
    await relay.follow();
    const { body } = await world.http.get(`/v1/traders/${chain.traders[0]!.address}`);
    expect(effect!.after).to.deep.include({ claimsWei: body["claims"], slackWei: body["slack"] });
    expect(claimOf(world, 0)).to.equal(before - BigInt(effect!["costWei"] as string));
  });

  it("stores nothing, changes nothing, and says nothing of what waits", async () => {
    const world = await open();
    const { chain, relay } = world;
    await relay.intake.offer(chain.sign(1, { priceTicks: 5_000n, quantityLots: -4n }));
    const head = chain.link;
    for (let times = 0; times < 3; times += 1) {
      expect((await preview(world, draft(world))).effect).to.deep.include({ fills: [], restingLots: "10" });
    }
    expect([relay.ledger.unlanded(), relay.confirmed.book.link]).to.deep.equal([1, head]);
    expect((await relay.packages.live()).length).to.equal(1);
    expect(relay.tracker.mirror.open.length).to.equal(1);
  });

  it("takes a package as it is signed, and looks at no signature", async () => {
    const world = await open();
    const signed = world.chain.sign(0, { priceTicks: 5_100n });
    const told = await preview(world, signed.package, { signature: "0x1234" });
    expect(told.effect).to.deep.equal((await preview(world, draft(world))).effect);
    const used = world.chain.sign(0, { nonce: 0n });
    world.chain.mine(ordersOf(used));
    await world.relay.follow();
    expect((await preview(world, signed.package)).refusal?.code).to.equal("Book_NonceUsed");
    expect((await preview(world, draft(world))).refusal, "the next nonce is free").to.equal(undefined);
  });

  it("tells a refusal with its values and its advice, and the most that could be borne", async () => {
    const world = await open();
    const { refusal, effect } = await preview(world, draft(world, 0, { quantityLots: 10_000_000n }));
    expect([refusal?.code, effect]).to.deep.equal(["Book_Uncovered", undefined]);
    expect(BigInt(refusal!.values["shortfall"]!) > 0n).to.equal(true);
    const { mostLots } = await preview(world, draft(world, 0, { quantityLots: 10_000_000n }), { most: true });
    const most = BigInt(mostLots!);
    expect((await preview(world, draft(world, 0, { quantityLots: most }))).refusal).to.equal(undefined);
    expect((await preview(world, draft(world, 0, { quantityLots: most + 1n }))).refusal?.code).to.equal(
      "Book_Uncovered",
    );
    const stranger = { ...draft(world), trader: traderAt(77).address.toLowerCase() };
    const unknown = await preview(world, stranger, { most: true });
    expect([unknown.refusal?.code, unknown.mostLots]).to.deep.equal(["Book_TraderUnknown", undefined]);
    expect((await preview(world, { ...draft(world), quantityLots: 0n })).refusal?.code).to.equal(
      "PACKAGE_FIELD_INVALID",
    );
    expect((await preview(world, { ...draft(world), marketBranchId: 9 })).refusal?.code).to.equal("Book_MarketUnknown");
  });

  it("plays it through a house where that gives more, and to the book at a tie", async () => {
    const world = await open([MAKER]);
    const { chain, relay } = world;
    const order = draft(world, 0, { timeInForce: TimeInForce.ImmediateOrCancel });
    const told = await preview(world, order);
    expect(told.route).to.deep.equal({ through: "maker", contract: MAKER.address });
    expect(told.effect).to.deep.include({
      ...{ fills: [{ makerRootId: 1, priceTicks: "5013", lots: "10" }], restingLots: "0", evicted: [] },
    });
    const whole = await preview(world, { ...order, timeInForce: TimeInForce.FillOrKill });
    expect(whole.route).to.deep.equal(told.route);
    chain.mine(ordersOf(chain.sign(1, { priceTicks: 5_000n, quantityLots: -10n })));
    await relay.follow();
    expect((await preview(world, order)).route).to.deep.equal({ through: "book" });
  });

  it("foresees again what is so after a reorganisation", async () => {
    const world = await open();
    const { chain, relay } = world;
    chain.mine(ordersOf(chain.sign(1, { priceTicks: 5_000n, quantityLots: -4n })));
    await relay.follow();
    chain.rewind(chain.tip.number - 1, true);
    chain.mine();
    await relay.follow();
    const { block, effect } = await preview(world, draft(world));
    expect([block, effect!["fills"]]).to.deep.equal([{ number: chain.tip.number, hash: chain.tip.hash }, []]);
  });

  it("refuses what can be no order, or is more than one", async () => {
    const world = await open();
    const good = plain(draft(world));
    for (const body of [
      {},
      { package: {} },
      { package: { ...good, trader: "0x12" } },
      { package: { ...good, priceTicks: 5_000 } },
      { package: { ...good, quantityLots: "1e3" } },
      { package: { ...good, nonce: "-" } },
      { package: { ...good, gift: "1" } },
      { package: good, most: "yes" },
      { package: good, signature: `0x${"00".repeat(5_000)}` },
      { packages: [good] },
      [good],
    ]) {
      const { status, body: answered } = await world.http.post("/v1/packages/preview", body);
      const { code } = answered["error"] as { readonly code: string };
      expect([status, code], JSON.stringify(body).slice(0, 80)).to.deep.equal([400, "RELAY_REQUEST_INVALID"]);
    }
  });

  it("counts as more than one request", async () => {
    const world = await open();
    const limited = { ...world, http: await httpOf(world.relay, { rate: 5 }) };
    await preview(limited, draft(world));
    await preview(limited, draft(world));
    const { status } = await limited.http.post("/v1/packages/preview", { package: plain(draft(world)) });
    expect(status).to.equal(429);
  });

  it("is read by the typed client", async () => {
    const world = await open([MAKER]);
    const through: typeof fetch = async (url, init) => {
      const { pathname, search } = new URL(url);
      const { statusCode, body } = await world.http.server.inject({
        ...{ url: `${pathname}${search}`, method: init?.method === "POST" ? "POST" : "GET" },
        ...(init?.body !== undefined && {
          payload: init.body as string,
          headers: { "content-type": "application/json" },
        }),
      });
      return new Response(body, { status: statusCode });
    };
    const client = createRelayClient("http://relay", { fetch: through });
    const told = await client.preview(draft(world, 0, { timeInForce: TimeInForce.ImmediateOrCancel }), true);
    expect([told.route?.through, told.effect?.costWei, (told.mostLots ?? 0n) > 0n]).to.deep.equal([
      "maker",
      10n * 5_013n * 10n ** 11n,
      true,
    ]);
    const page = await client.traders({ limit: 2 });
    expect([page.traders.map(({ traderId }) => traderId), page.next]).to.deep.equal([[1, 2], 2]);
    expect(page.traders[0]!.trader).to.equal(world.chain.traders[0]!.address);
    const rest = await client.traders({ after: 2 });
    expect([rest.traders.map(({ traderId }) => traderId), rest.next]).to.deep.equal([[3, 4], null]);
  });
});

describe("the best effect of an order", () => {
  it("is the best of what each way does by itself, and leaves the book as it was", async () => {
    const world = await open([MAKER, ROUTER]);
    const { chain } = world;
    const book = chain.bookAt(chain.tip.number);
    const timestamp = chain.tip.timestamp + 1n;
    const orders = fc.record({
      ...{ price: fc.bigInt({ min: 4_700n, max: 5_300n }), size: fc.bigInt({ min: -40n, max: 40n }) },
      timeInForce: fc.constantFrom(0, 1, 2),
    });
    fc.assert(
      fc.property(orders, ({ price, size, timeInForce }) => {
        if (size === 0n) return;
        const order = chain.sign(0, { priceTicks: price, quantityLots: size, timeInForce }).package;
        const head = book.link;
        const { effect, through } = bestEffect(book, timestamp, order, [MAKER, ROUTER]);
        const each = [undefined, MAKER, ROUTER].map((house) => effectOfOrder(book, timestamp, order, house));
        const filled = (one: (typeof each)[number]): bigint =>
          isRefusal(one) ? -1n : one.fills.reduce((sum, fill) => sum + fill.lots, 0n);
        expect(filled(effect)).to.equal(each.map(filled).reduce((most, one) => (one > most ? one : most)));
        if (through === undefined) expect(filled(effect)).to.equal(filled(each[0]!));
        expect(book.link).to.equal(head);
      }),
      { numRuns: 60 },
    );
  });
});

describe("given a relay, when it is asked who takes part", () => {
  it("tells everybody's claims and allocation page by page, as they are on the chain", async () => {
    const world = await open();
    const { http, chain } = world;
    const { body } = await http.get("/v1/traders?limit=1&after=1");
    const [second, ...others] = body["traders"] as Record<string, unknown>[];
    const { number, hash } = chain.tip;
    expect([body["block"], body["next"], others]).to.deep.equal([{ number, hash }, 2, []]);
    const { address } = chain.traders[1]!;
    const account = (await http.get(`/v1/traders/${address}`)).body;
    expect(second).to.deep.include({ traderId: 2, trader: address, claims: account["claims"] });
    expect((second!["allocation"] as unknown[]).length).to.equal(2);
    expect((await http.get("/v1/traders?after=3")).body).to.deep.include({ traders: [], next: null });
    expect((await http.get("/v1/traders?after=99999")).body).to.deep.include({ traders: [], next: null });
    for (const wrong of ["limit=0", "limit=1001", "after=-1", "after=x", "cursor=1"]) {
      expect((await http.get(`/v1/traders?${wrong}`)).status, wrong).to.equal(400);
    }
  });
});
