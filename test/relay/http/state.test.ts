import { expect } from "chai";
import { id } from "ethers";

import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { cancelDigest } from "../../../src/wire/cancellation.js";
import { readDigest } from "../../../src/wire/own.js";
import type { Ticks } from "../../../src/protocol/amounts/units.js";
import { writeDescription } from "../../../src/protocol/market/description.js";
import { boundsRecord, intervalRecord } from "../../../src/protocol/market/market-drafts.js";
import { RelayError } from "../../../src/relay/errors.js";
import type { MarketServices } from "../../../src/relay/http/routes-markets.js";
import { LOT, ordersOf, PaperChain, T2, traderAt } from "../paper/chain.js";
import { httpOf, type PaperHttp } from "../paper/http.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

describe("given the interface of a relay, when it is asked how things stand", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  let http: PaperHttp;
  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
    http = await httpOf(relay);
  });
  const codeOf = ({ body }: { readonly body: Record<string, unknown> }): string =>
    (body["error"] as { readonly code: string }).code;

  it("tells the link to sign next, which is the chain's and not what waits", async () => {
    await relay.intake.offer(chain.sign(0));
    const { number, hash } = chain.tip;
    const { status, body } = await http.get("/v1/link");
    expect([status, body]).to.deep.equal([
      200,
      { link: chain.link, checkpoints: "0", chainWindow: 64, block: { number, hash } },
    ]);
  });

  it("tells who has how much of the basket as it is on the chain, and nothing of what waits", async () => {
    chain.mine(ordersOf(chain.sign(0, { quantityLots: -4n, priceTicks: 5_000n })));
    await relay.follow();
    await relay.intake.offer(chain.sign(1, { quantityLots: 3n, priceTicks: 5_000n }));
    const { status, body } = await http.get("/v1/monitoring");
    const { number, hash } = chain.tip;
    expect([status, body["block"], body["views"], body["likeness"]]).to.deep.equal([200, { number, hash }, 0, null]);
    const roots = async () =>
      (await http.get("/v1/monitoring")).body["roots"] as Record<string, Record<string, unknown>[]>[];
    expect((await roots())[0]!["markets"]![0]).to.include({ longLots: "0", shortLots: "0" });
    await relay.dispatcher.tick(await relay.fence());
    chain.mine();
    await relay.follow();
    expect((await roots())[0]!["markets"]![0]).to.include({ longLots: "3", shortLots: "3", longs: 1, shorts: 1 });
    const after = (await http.get("/v1/monitoring")).body;
    expect([after["views"], after["likeness"]]).to.deep.equal([2, (-(10n ** 18n)).toString()]);
  });

  it("tells a market's book as it is on the chain, price by price and order by order, and nothing of what waits", async () => {
    const maker = chain.sign(0, { quantityLots: -4n, priceTicks: 5_000n });
    chain.mine(ordersOf(maker));
    await relay.follow();
    await relay.intake.offer(chain.sign(1, { quantityLots: 3n, priceTicks: 5_000n }));
    await relay.intake.offer(chain.sign(2, { quantityLots: 9n, priceTicks: 4_000n }));
    const market = { marketRootId: 1, marketBranchId: 1 };
    const depth = async () => (await http.get("/v1/markets/1/1/depth")).body;
    const level = (lots: string) => [{ priceTicks: "5000", lots, orders: 1 }];
    expect(await depth()).to.deep.equal({ ...market, bids: [], asks: level("4"), house: [] });
    const { bids, asks } = (await http.get("/v1/markets/1/1/book")).body as Record<string, Record<string, unknown>[]>;
    expect(asks!.map(({ tradeRootId, trader, lots }) => [tradeRootId, trader, lots])).to.deep.equal([
      [1, chain.traders[0]!.address, "-4"],
    ]);
    expect(bids).to.deep.equal([]);
    const [root] = (await http.get("/v1/markets")).body["roots"] as { branches: Record<string, unknown>[] }[];
    expect(root!.branches[0]).to.include({ bestBid: null, bestAsk: "5000" });
    await relay.dispatcher.tick(await relay.fence());
    expect(await depth(), "sent is not there yet").to.deep.equal({ ...market, bids: [], asks: level("4"), house: [] });
    chain.mine();
    await relay.follow();
    expect((await depth())["asks"]).to.deep.equal(level("1"));
    chain.rewind(chain.tip.number - 1, true);
    chain.mine();
    await relay.follow();
    expect((await depth())["asks"], "its block is gone").to.deep.equal(level("4"));
  });

  it("tells a trader what of its own waits, under its signature, and nobody else", async () => {
    const { address, key } = chain.traders[0]!;
    const signed = chain.sign(0, { quantityLots: -4n, priceTicks: 5_000n });
    await relay.intake.offer(signed);
    await relay.intake.offer(chain.sign(1, { quantityLots: 1n, priceTicks: 4_000n }));
    const ask = (who: typeof key, until: bigint) => {
      const digest = readDigest(chain.terms.domain, address, until);
      return http.post(`/v1/traders/${address}/own`, { until: `${until}`, signature: who.sign(digest).serialized });
    };
    const now = relay.clock.now();
    const { status, body } = await ask(key, now + 60n);
    expect([status, (body["account"] as Record<string, unknown>)["openOrders"]]).to.deep.equal([200, 1]);
    const packages = body["packages"] as Record<string, unknown>[];
    expect(packages.map(({ link, status: fate }) => [link, fate])).to.deep.equal([
      [primaryLink(signed.package), "pending"],
    ]);
    expect(body["cancellations"]).to.deep.equal([]);
    const cancelling = chain.signCancellation(0, { nonceFloor: 5n });
    await relay.cancelDesk.cancel(cancelling);
    await relay.cancelDesk.cancel(chain.signCancellation(1, { nonceFloor: 5n }));
    const later = (await ask(key, now + 60n)).body;
    expect([
      later["packages"],
      (later["cancellations"] as Record<string, unknown>[]).map(({ hash }) => hash),
    ]).to.deep.equal([[], [cancellationHash(cancelling.cancellation)]]);
    for (const [who, until] of [
      [chain.traders[1]!.key, now + 60n],
      [key, now - 1n],
      [key, now + 90_000n],
    ] as const) {
      const refused = await ask(who, until);
      expect([refused.status, codeOf(refused)]).to.deep.equal([403, "RELAY_READ_SIGNATURE"]);
    }
  });

  it("finds a trader's packages by their nonce, whatever has become of them, under its signature alone", async () => {
    const { address, key } = chain.traders[0]!;
    const until = relay.clock.now() + 1_000n;
    const ask = async (nonce: bigint, who = key) => {
      const signature = who.sign(readDigest(chain.terms.domain, address, until)).serialized;
      return http.post(`/v1/traders/${address.toLowerCase()}/own/${nonce}`, { until: `${until}`, signature });
    };
    const told = async (nonce: bigint) =>
      ((await ask(nonce)).body["packages"] as Record<string, unknown>[]).map(({ link, status }) => [link, status]);
    const [first, other] = [chain.sign(0, { nonce: 3n }), chain.sign(0, { nonce: 4n })];
    for (const signed of [first, other, chain.sign(1, { nonce: 3n })]) await relay.intake.offer(signed);
    const [link, linkOfOther] = [first, other].map((signed) => primaryLink(signed.package)) as [string, string];
    expect([await told(3n), await told(4n), await told(5n)]).to.deep.equal([
      [[link, "pending"]],
      [[linkOfOther, "pending"]],
      [],
    ]);
    const signature = key.sign(cancelDigest(chain.terms.domain, link)).serialized;
    await relay.canceller.cancel(link, signature);
    const again = chain.sign(0, { nonce: 3n, quantityLots: 7n });
    await relay.bring(again);
    expect(await told(3n), "both, in their order, and as the ledger knows them").to.deep.equal([
      [link, "withdrawn"],
      [primaryLink(again.package), "submitted"],
    ]);
    chain.mine();
    await relay.follow();
    expect((await told(3n))[1]![1]).to.equal("onChain");
    const [back, landed] = (await ask(3n)).body["packages"] as Record<string, unknown>[];
    const { timeMs, ...withdrawal } = back!["withdrawal"] as Record<string, unknown>;
    expect([typeof timeMs, withdrawal, landed!["withdrawal"]]).to.deep.equal(["number", { signature }, undefined]);
    const toAll = (await http.get(`/v1/packages/${link}`)).body;
    expect(Object.keys(toAll), "nobody else is told").to.deep.equal(["link", "status", "package"]);
    const refused = await ask(3n, chain.traders[1]!.key);
    expect([refused.status, codeOf(refused)]).to.deep.equal([403, "RELAY_READ_SIGNATURE"]);
    const malformed = await http.post(`/v1/traders/${address}/own/x`, { until: `${until}`, signature: "0x" });
    expect([malformed.status, codeOf(malformed)]).to.deep.equal([400, "RELAY_REQUEST_INVALID"]);
  });

  it("tells no more levels and orders than are asked for", async () => {
    const orders = [0n, 1n, 2n, 3n, 4n].map((nonce) =>
      chain.sign(0, { nonce, priceTicks: 4_000n + nonce, quantityLots: 1n }),
    );
    chain.mine(ordersOf(...orders));
    await relay.follow();
    const depth = (await http.get("/v1/markets/1/1/depth?levels=2")).body["bids"] as { readonly priceTicks: string }[];
    expect(depth.map(({ priceTicks }) => priceTicks)).to.deep.equal(["4004", "4003"]);
    expect((await http.get("/v1/markets/1/1/book?limit=3")).body["bids"]).to.have.length(3);
    for (const path of ["/v1/markets/1/1/depth?levels=0", "/v1/markets/1/1/book?limit=1001", "/v1/markets/x/1/depth"]) {
      expect((await http.get(path)).status, path).to.equal(400);
    }
  });

  it("tells all markets, and knows no other", async () => {
    const { body } = await http.get("/v1/markets");
    const [root, ...others] = body["roots"] as Record<string, unknown>[];
    expect([root!["marketRootId"], root!["kind"], others]).to.deep.equal([1, "simplex", []]);
    expect((root!["branches"] as unknown[]).length).to.equal(2);
    for (const path of ["/v1/markets/9/1/depth", "/v1/markets/1/3/book"]) {
      const answered = await http.get(path);
      expect([answered.status, codeOf(answered)], path).to.deep.equal([404, "RELAY_MARKET_UNKNOWN"]);
    }
  });

  it("tells what markets are about, or nothing of it while the history cannot be asked or there is none", async () => {
    chain.mine((book, context) => {
      const owner = chain.traders[0]!.address;
      const record = intervalRecord(
        { owner, previousLink: book.link },
        {
          bounds: { lower: 0n as Ticks, upper: 50n as Ticks },
          ...{ fallbackOutcome: 10n as Ticks, tickValue: 10n ** 12n, closesAt: T2 - 10n, settleBy: T2 + 10n },
          description: "rain",
        },
      );
      return book.createMarket({ ...context, caller: owner }, { record, signature: "0x", description: "rain" });
    });
    await relay.follow();
    const text = writeDescription(
      { title: "Rain", unit: "mm", ticksPerUnit: 10n, outcomes: [], source: "" },
      "of a day",
    );
    const word = { description: text, createdAt: { blockNumber: 2, timestamp: 1_500n } };
    const askWith = async (words?: MarketServices["words"], query = ""): Promise<Record<string, unknown>[]> => {
      const { status, body } = await (await httpOf(relay, words && { words })).get(`/v1/markets${query}`);
      expect(status).to.equal(200);
      return body["roots"] as Record<string, unknown>[];
    };
    const asked: unknown[] = [];
    const known = (roots: readonly number[]) => {
      asked.push(roots);
      return Promise.resolve(new Map([[2, word]]));
    };
    const [basket, rain] = await askWith(known);
    expect(asked).to.deep.equal([[1, 2]]);
    expect(basket).to.deep.include({ head: null, firstBounds: { lower: "0", upper: "10000" } });
    expect(basket).to.not.have.any.keys("createdAt", "description", "descriptionHash");
    expect(rain).to.deep.include({
      head: { title: "Rain", unit: "mm", ticksPerUnit: "10", outcomes: [], source: "" },
      firstBounds: { lower: "0", upper: "50" },
      createdAt: { blockNumber: 2, timestamp: "1500" },
      descriptionHash: id(text),
    });
    expect(rain, "whoever wants the text asks for it").to.not.have.property("description");
    expect((await askWith(known, "?descriptions=true"))[1]).to.include({ description: text });
    const plainText = () => Promise.resolve(new Map([[2, { ...word, description: "rain" }]]));
    expect((await askWith(plainText))[1]!["head"]).to.equal(null);
    const away = () => Promise.reject(new RelayError("RELAY_STORE_UNAVAILABLE"));
    for (const words of [undefined, () => Promise.resolve(new Map()), away]) {
      const [, unknown] = await askWith(words);
      expect(unknown).to.not.have.any.keys("head", "createdAt", "descriptionHash");
    }
    for (const wrong of ["1", "yes", ""]) {
      expect((await http.get(`/v1/markets?descriptions=${wrong}`)).status, wrong).to.equal(400);
    }
  });

  it("keeps the first bounds of a root whose outcomes have become fewer", async () => {
    const { traders } = chain;
    const owner = traders[0]!.address;
    chain.mine((book, context) => {
      const record = intervalRecord(
        { owner, previousLink: book.link },
        {
          bounds: { lower: 0n as Ticks, upper: 50n as Ticks },
          ...{ fallbackOutcome: 10n as Ticks, tickValue: 10n ** 12n, closesAt: T2 - 10n, settleBy: T2 + 10n },
          description: "rain",
        },
      );
      return book.createMarket({ ...context, caller: owner }, { record, signature: "0x", description: "rain" });
    });
    chain.mine((book, context) => {
      const { tip: previousLink } = book.state.markets.known(2);
      const record = boundsRecord({ marketRootId: 2, owner, previousLink }, 1, {
        lower: 5n as Ticks,
        upper: 40n as Ticks,
      });
      return book.createMarket({ ...context, caller: owner }, { record, signature: "0x", description: "" });
    });
    await relay.follow();
    const [, rain] = (await http.get("/v1/markets")).body["roots"] as Record<string, unknown>[];
    expect([rain!["outcomes"], rain!["firstBounds"]]).to.deep.equal([
      { lower: "5", upper: "40" },
      { lower: "0", upper: "50" },
    ]);
  });

  it("tells a trader's account as it is, how many packages wait, and the nonces to go on with", async () => {
    const { address } = chain.traders[0]!;
    await relay.intake.offer(chain.sign(0, { quantityLots: -4n, priceTicks: 5_000n }));
    await relay.intake.offer(chain.sign(1, { quantityLots: 4n, priceTicks: 5_000n }));
    const waiting = (await http.get(`/v1/traders/${address}`)).body;
    expect(waiting, "nothing of its orders shows").to.include({
      openOrders: 0,
      waiting: 1,
      nonceFloor: "1",
      claim: String(1_000_000n * LOT),
    });
    await relay.dispatcher.tick(await relay.fence());
    chain.mine();
    await relay.follow();
    const { body } = await http.get(`/v1/traders/${address.toLowerCase()}`);
    expect(body).to.include({ traderId: 1, openOrders: 0, waiting: 0, nonceFloor: "1" });
    expect(body["claim"], "and what was paid for it").to.equal(String(1_000_002n * LOT));
    expect(body["cancelAll"], "beyond all that is known of").to.deep.equal({ toTradeRootId: 2, nonceFloor: "1" });
    expect(body["claims"]).to.deep.equal([String(999_998n * LOT), String(1_000_002n * LOT)]);
    expect(body["positions"]).to.deep.equal([{ marketRootId: 1, marketBranchId: 1, lots: "-4" }]);
  });

  it("knows no trader who is not registered", async () => {
    const answered = await http.get(`/v1/traders/${traderAt(77).address}`);
    expect([answered.status, codeOf(answered)]).to.deep.equal([404, "RELAY_TRADER_UNKNOWN"]);
    expect((await http.get("/v1/traders/0x12")).status).to.equal(400);
  });

  it("tells what is on its way, and what is offered for it", async () => {
    await relay.bring(chain.sign(0));
    await relay.intake.offer(chain.sign(1));
    relay.time.ms += 1_234;
    const { body } = await http.get("/v1/queue");
    const { hash } = chain.pool[0]!;
    expect(body).to.deep.equal({
      account: relay.account,
      submits: true,
      waiting: 2,
      cancellations: 0,
      batches: 1,
      baseFee: "1000000000",
      transactions: [
        {
          nonce: 0,
          kind: "batch",
          packages: 1,
          cancellations: 0,
          gasLimit: "1050000",
          ageMs: 1_234,
          hash,
          maxFee: "3000000000",
          priorityFee: "1000000000",
        },
      ],
    });
  });

  it("says whether it is well, and whether it takes packages", async () => {
    const { number } = chain.tip;
    const health = { ready: true, submits: true, block: number, waiting: 0, inFlight: 0, faults: [] };
    const well = await http.get("/health");
    expect([well.status, well.body]).to.deep.equal([200, health]);
    expect((await http.get("/ready")).body).to.deep.equal({ ready: true, reasons: [] });
    await relay.tracker.restart("for a test");
    const reading = await http.get("/health");
    expect([reading.status, reading.body["ready"], reading.body["block"]]).to.deep.equal([503, false, undefined]);
    expect((await http.get("/ready")).status).to.equal(503);
  });

  it("is not ready while something blocks, says why, and how it is otherwise", async () => {
    relay.faults.report("keeping", { code: "RELAY_INTERNAL", detail: "its log says more" });
    expect((await http.get("/ready")).status, "a fault that does not block").to.equal(200);
    relay.faults.report("lease", { code: "RELAY_STORE_UNAVAILABLE", detail: "away", blocksAfterMs: 10 });
    expect((await http.get("/ready")).status, "not for so long yet").to.equal(200);
    relay.time.ms += 10;
    const { status, body } = await http.get("/ready");
    expect([status, body]).to.deep.equal([503, { ready: false, reasons: ["RELAY_STORE_UNAVAILABLE"] }]);
    const { faults } = (await http.get("/health")).body;
    expect(faults).to.deep.equal([
      { part: "keeping", code: "RELAY_INTERNAL", since: 0, detail: "its log says more", blocking: false },
      { part: "lease", code: "RELAY_STORE_UNAVAILABLE", since: 0, detail: "away", blocking: true },
    ]);
  });

  it("gives its figures as text for Prometheus", async () => {
    await relay.intake.offer(chain.sign(0));
    const { status, body, headers } = await http.get("/metrics");
    expect([status, String(headers["content-type"]).split(";")[0]]).to.deep.equal([200, "text/plain"]);
    expect(body["text"]).to.include(`relay_packages_accepted_total{session="${chain.terms.session}"} 1\n`);
  });

  it("describes itself", async () => {
    const { body } = await http.get("/openapi.json");
    expect(body["openapi"]).to.equal("3.1.0");
    const paths = Object.keys(body["paths"] as object);
    for (const path of ["/v1/packages", "/v1/packages/{link}", "/v1/link", "/v1/queue", "/health"]) {
      expect(paths).to.include(path);
    }
    expect(
      paths.some((path) => path.includes("history")),
      "it keeps no history",
    ).to.equal(false);
  });

  it("knows no other paths", async () => {
    for (const path of ["/", "/v1", "/v1/packages", "/v1/history/orders", "/../etc/passwd"]) {
      const answered = await http.get(path);
      expect([answered.status, codeOf(answered)], path).to.deep.equal([404, "RELAY_NOT_FOUND"]);
    }
  });
});

describe("given a relay that limits how often it may be asked", () => {
  it("asks who asks too often to wait, and says how long", async () => {
    const relay = await paperRelay();
    await relay.follow();
    const time = { ms: 0 };
    const http = await httpOf(relay, { rate: 2, now: () => time.ms });
    const ask = async (): Promise<number> => (await http.get("/v1/link")).status;
    expect([await ask(), await ask(), await ask(), await ask(), await ask()]).to.deep.equal([200, 200, 200, 200, 429]);
    const refused = await http.get("/v1/link");
    expect(refused.headers["retry-after"]).to.equal("1");
    time.ms += 1_000;
    expect([await ask(), await ask(), await ask()]).to.deep.equal([200, 200, 429]);
  });

  it("takes all addresses of an IPv6 network for one", async () => {
    const relay = await paperRelay();
    await relay.follow();
    const { server } = await httpOf(relay, { rate: 1 });
    const ask = async (remoteAddress: string): Promise<number> =>
      (await server.inject({ url: "/v1/link", remoteAddress })).statusCode;
    const asked = ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:0:3", "2001:db8:0:1::1"];
    expect(await Promise.all(asked.map(ask))).to.deep.equal([200, 200, 429, 200]);
  });

  it("says with every answer how much is left", async () => {
    const relay = await paperRelay();
    await relay.follow();
    const http = await httpOf(relay, { rate: 3 });
    const said = async () => {
      const { headers } = await http.get("/v1/link");
      return [headers["ratelimit-policy"], headers["ratelimit"]];
    };
    expect(await said()).to.deep.equal(['"requests";q=6;w=2', '"requests";r=5;t=1']);
    expect(await said()).to.deep.equal(['"requests";q=6;w=2', '"requests";r=4;t=1']);
  });

  it("takes the word of a proxy that it trusts on where a request comes from, and nobody else's", async () => {
    const relay = await paperRelay();
    await relay.follow();
    const askAs = async (trustedProxies: readonly string[]): Promise<number[]> => {
      const { server } = await httpOf(relay, { rate: 1, trustedProxies });
      const ask = async (from: string): Promise<number> => {
        const { statusCode } = await server.inject({ url: "/v1/link", headers: { "x-forwarded-for": from } });
        return statusCode;
      };
      return [await ask("10.0.0.1"), await ask("10.0.0.1"), await ask("10.0.0.2"), await ask("10.0.0.1")];
    };
    expect(await askAs(["127.0.0.1"])).to.deep.equal([200, 200, 200, 429]);
    expect(await askAs([])).to.deep.equal([200, 200, 429, 429]);
  });
});
