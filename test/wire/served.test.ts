/** What a relay serves, by its own routes over real parts, through the typed client: nothing of it may be lost on the way. */
import { expect } from "chai";
import { Wallet } from "ethers";
import type { FastifyInstance } from "fastify";

import { primaryLink } from "../../src/protocol/signing/typed-data.js";
import { cancelAll, signReadOwn } from "../../src/client/relay/cancellation.js";
import { createRelayClient, type RelayClient } from "../../src/client/relay/client.js";
import { RelayRequestError } from "../../src/client/relay/errors.js";
import { toJson } from "../../src/protocol/amounts/json.js";
import type { AssetUnits, TokenWei } from "../../src/protocol/amounts/units.js";
import { intervalRecord } from "../../src/protocol/market/market-drafts.js";
import type { MarketRef } from "../../src/protocol/signing/package.js";
import { RelayError } from "../../src/relay/errors.js";
import { createHistory } from "../../src/relay/history/history.js";
import { createHub } from "../../src/relay/history/hub.js";
import { createIndexStore } from "../../src/relay/history/index-store.js";
import { messagesOf, reorganised } from "../../src/relay/history/streams.js";
import { queueView } from "../../src/relay/http/queue-view.js";
import { sessionView } from "../../src/relay/http/routes-session.js";
import { createReceipts } from "../../src/relay/http/receipts.js";
import { factsView } from "../../src/views/session.js";
import { createServer } from "../../src/relay/http/server.js";
import { createViews } from "../../src/relay/http/views.js";
import { createMeasurer, type Measurer } from "../../src/relay/archive/measurer.js";
import { createThreads } from "../../src/relay/archive/threads.js";
import { createLogStore } from "../../src/relay/archive/store.js";
import { parseSessionLogLines } from "../../src/verify/session-log.js";
import type { HistoryKind } from "../../src/wire/history.js";
import type { RelayTrader } from "../../src/wire/state.js";
import { type RelayEvent, streamEvent } from "../../src/wire/stream.js";
import { busySession, endSession } from "../dataset/support/busy.js";
import { keep } from "../relay/archive/kept.js";
import { NOBODYS } from "../relay/history/events.js";
import { blocksOf, eventfulRun, projectAll, projectorOf } from "../history/support.js";
import { tick } from "../protocol/support.js";
import { type PaperCall, PaperChain, sessionTermsOf, T2 } from "../relay/paper/chain.js";
import { alone, FACTS } from "../relay/paper/http.js";
import { createProcessMetrics } from "../../src/relay/reporting/process-metrics.js";
import { freshBook } from "../relay/paper/database.js";
import { paperRelay, type PaperRelay } from "../relay/paper/relay.js";

const BASKET = { quantities: [3n as AssetUnits, (10n ** 20n) as AssetUnits], supply: (10n ** 21n) as TokenWei };
const RAIN = { marketRootId: 2, marketBranchId: 1 };
const LIMITS = {
  maxConnections: 9,
  maxConnectionsPerAddress: 9,
  maxStreams: 1,
  maxStreamsPerAddress: 1,
  maxBacklog: 1,
  drainMs: 1,
};

const run = eventfulRun(11, 160);
const BLOCKS = projectAll(projectorOf(run), blocksOf(run.logged));

const NOT_READY = { code: "RELAY_NOT_READY", message: "not yet", advice: "later", retryable: true, values: {} };
const LOGGED = endSession(busySession({ calls: 60 })).log();

const keyOf = ({ marketRootId, marketBranchId }: MarketRef): string => `${marketRootId}/${marketBranchId}`;

const makeRain =
  (owner: string): PaperCall =>
  (book, context) => {
    const record = intervalRecord(
      { owner, previousLink: book.link },
      {
        bounds: { lower: tick(0), upper: tick(50) },
        fallbackOutcome: tick(10),
        tickValue: 10n ** 12n,
        closesAt: T2 - 10n,
        settleBy: T2 + 10n,
        description: "rain",
      },
    );
    return book.createMarket({ ...context, caller: owner }, { record, signature: "0x", description: "rain" });
  };

describe("given a relay's routes, when the typed client asks", () => {
  let relay: PaperRelay;
  let server: FastifyInstance;
  let client: RelayClient;
  let measurer: Measurer;
  /** As far as no reorganisation reaches. */
  let finalBlock = -1;
  /** What the client got last, as it came. */
  let told: { readonly status: number; readonly text: string };

  before(async () => {
    const chain = new PaperChain();
    chain.mine(makeRain(chain.traders[0]!.address));
    relay = await paperRelay({ chain });
    await relay.follow();
    server = await serve(relay);
    client = createRelayClient("http://relay", { fetch: throughServer });
  });
  after(async () => {
    await server.close();
    await measurer.close();
  });

  async function serve({ tracker, ledger, packages, metrics, log, database, ...parts }: PaperRelay) {
    const { confirmed, mayRead, intake, canceller, cancelDesk, switches, cancels, now, account, routing, clock } =
      parts;
    const rows = freshBook();
    const store = createIndexStore(database, rows);
    await store.put(BLOCKS, true);
    const logs = createLogStore(database, rows);
    await keep(logs, LOGGED);
    measurer = createMeasurer({ store: logs, makers: [], threads: createThreads() });
    const health = {
      ready: true,
      submits: true,
      block: tracker.mirror.tip?.number,
      waiting: ledger.unlanded(),
      inFlight: 0,
      faults: [{ part: "chain", code: "NODE_UNREACHABLE", since: 1, detail: "it does not answer", blocking: true }],
      index: { block: 7, behind: 3, fault: "RELAY_STORE_UNAVAILABLE" },
    };
    const { domain } = relay.chain.terms;
    const receipts = createReceipts({ domain, key: `0x${"77".repeat(32)}`, ledger, cancels, time: () => 5_000 });
    const facts = { ...FACTS, receipts: receipts.account, account };
    return createServer(
      alone({
        live: {
          intake,
          receipts,
          canceller,
          cancelDesk,
          switches,
          metrics,
          views: createViews({ tracker, confirmed, ledger, cancels, store: packages, routing, clock }),
          queue: () => queueView({ tracker, ledger, cancels, now, account, submits: true }),
          book: () => confirmed.book,
          words: (roots) => createHistory(database, rows).words(roots),
          basket: sessionTermsOf(relay.chain).basket,
          mayRead,
        },
        health: () => health,
        facts: () => factsView(sessionTermsOf(relay.chain), T2),
        describe: () => sessionView(sessionTermsOf(relay.chain), facts, { time: T2, serverTimeMs: 1 }),
        past: {
          history: createHistory(database, rows),
          basket: BASKET,
          finalBlock: () => finalBlock,
          store,
          logs,
          measurer,
          notYet: () => new RelayError("RELAY_NOT_READY"),
          hub: createHub(store),
          own: NOBODYS,
          now,
          requireMarket: (market) =>
            market.marketRootId === 77
              ? Promise.reject(new RelayError("RELAY_MARKET_UNKNOWN", { ...market }))
              : Promise.resolve(),
        },
      }),
      { bodyLimit: 10_000, allowOrigin: "*", trustedProxies: [], rate: 10_000, now, ...LIMITS },
      createProcessMetrics(),
      log,
    );
  }

  const throughServer: typeof fetch = async (url, init) => {
    const { pathname, search } = new URL(url);
    const { statusCode, body } = await server.inject({
      method: init?.method === "POST" ? "POST" : "GET",
      url: `${pathname}${search}`,
      headers: { "content-type": "application/json" },
      ...(init?.method === "POST" && { payload: init.body as string }),
    });
    told = { status: statusCode, text: body };
    return new Response(body, { status: statusCode });
  };

  /** What was read, once written again it is what was told. */
  async function whole<Answer>(asking: Promise<Answer>): Promise<Answer> {
    const answer = await asking;
    expect(JSON.parse(toJson(answer))).to.deep.equal(JSON.parse(told.text));
    return answer;
  }

  it("it is told of packages: their fills, their fields, and where they landed", async () => {
    const { chain } = relay;
    const maker = chain.sign(0, { quantityLots: -7n, priceTicks: 5_100n });
    const { link } = await whole(client.submit(maker));
    expect(told.status).to.equal(202);
    const { expected } = await whole(client.submit(chain.sign(1, { quantityLots: 10n, priceTicks: 5_200n })));
    expect(expected).to.deep.equal({
      tradeRootId: 2,
      fills: [{ makerRootId: 1, priceTicks: 5_100n, lots: 7n }],
      left: 3n,
    });
    expect(await whole(client.package(link))).to.deep.equal({ link, status: "pending", package: maker.package });
    await whole(client.submit(chain.sign(2, { ...RAIN, quantityLots: -40n, priceTicks: 20n })));
    await whole(client.submit(chain.sign(0, { ...RAIN, nonce: 1n, quantityLots: 40n, priceTicks: 20n })));
    await whole(client.submit(chain.sign(1, { ...RAIN, nonce: 1n, quantityLots: 9n, priceTicks: 30n })));
    await relay.bring();
    expect((await whole(client.package(link))).submissionId).to.be.a("number");
    const { transactions } = await whole(client.queue());
    expect(transactions.length).to.equal(1);
    expect(transactions[0]).to.include({ kind: "batch", packages: 5, ageMs: 0 });
    expect([transactions[0]!.maxFee, transactions[0]!.priorityFee].every((fee) => (fee ?? 0n) > 0n)).to.equal(true);
    chain.mine();
    await relay.follow();
    const landed = await whole(client.package(link));
    expect(landed).to.deep.include({ status: "onChain", tradeRootId: 1, package: maker.package });
    expect(landed.block?.number).to.equal(chain.tip.number);
  });

  it("it is told of markets, books and the link to sign next", async () => {
    const { roots } = await whole(client.markets());
    expect(roots.map(({ kind, outcomes }) => [kind, outcomes.upper])).to.deep.equal([
      ["simplex", 10_000n],
      ["interval", 50n],
    ]);
    expect(roots[1]!.branches[0]!.strikes).to.deep.equal({ lower: 0n, upper: 50n });
    const leg = { marketRootId: 1, marketBranchId: 1 };
    expect((await whole(client.depth(leg))).bids).to.deep.equal([{ priceTicks: 5_200n, lots: 3n, orders: 1 }]);
    expect((await whole(client.book(leg))).bids.map(({ deadline }) => deadline)).to.deep.equal([T2 - 1n]);
    const { link, chainWindow } = await whole(client.link());
    expect([link, chainWindow]).to.deep.equal([relay.chain.link, 64]);
  });

  it("it is told what would free a trader's collateral, and what the book has stored", async () => {
    const accounts: RelayTrader[] = [];
    for (const { address } of relay.chain.traders) accounts.push(await whole(client.trader(address)));
    const [seller, buyer, rain] = accounts;
    const kinds = [seller!, buyer!, rain!].map(({ binding }) => binding.releases.map(({ kind }) => kind));
    expect(kinds.map((of) => [...new Set(of)].sort())).to.deep.equal([
      ["bound", "trade"],
      ["cancel", "trade"],
      ["bound", "trade"],
    ]);
    const close = rain!.binding.releases.find((release) => release.kind === "trade")!;
    expect(close).to.deep.include({ ...RAIN, lots: 40n, released: 40n * 50n * 10n ** 12n });
    const { storedSlack, slack, roots } = seller!.binding;
    expect([storedSlack, seller!.slack]).to.deep.equal([slack, slack]);
    expect(roots.map(({ values, stored, worst }) => [values, stored === worst])).to.deep.equal([
      [[10_000n, 0n], true],
      [[0n], true],
    ]);
  });

  it("it is told of the session what it takes to sign", async () => {
    const { phase, assets, relay: limits } = await whole(client.session());
    expect([phase, assets.length, limits.stream]).to.deep.equal(["settling", 2, undefined]);
  });

  it("its page of history counts for more than other requests, and for more the longer it may be", async () => {
    const left = async (url: string): Promise<number> => {
      const { headers } = await server.inject({ url });
      return Number(/r=(\d+)/.exec(String(headers["ratelimit"]))?.[1]);
    };
    const marks: number[] = [];
    for (const path of ["link", "link", "history/fills?limit=50", "history/fills?limit=1000"]) {
      marks.push(await left(`/v1/${path}`));
    }
    expect(marks.map((mark, k) => (marks[k - 1] ?? mark + 1) - mark)).to.deep.equal([1, 1, 6, 25]);
  });

  it("it may keep pages that never change, and is asked about all others again", async () => {
    const [first, last] = [BLOCKS[0]!.number, BLOCKS.at(-1)!.number];
    const kept = async (query: string): Promise<unknown> =>
      (await server.inject({ url: `/v1/history/${query}` })).headers["cache-control"];
    const forEver = "public, max-age=31536000, immutable";
    const { next } = await client.history("orders", { limit: 1, at: last });
    const cursor = `cursor=${encodeURIComponent(next!)}`;
    finalBlock = last - 1;
    expect(await kept(`offsets?at=${last}`), "it may be another one still").to.equal("no-cache");
    expect(await kept(`orders?limit=1&${cursor}`)).to.equal("no-cache");
    expect(await kept(`offsets?at=${first}`)).to.equal(forEver);
    finalBlock = last;
    for (const query of [
      `offsets?at=${last}`,
      `orders?limit=1&${cursor}`,
      `weights?at=${last}`,
      `allocations?at=${last}`,
    ]) {
      expect(await kept(query), query).to.equal(forEver);
    }
    expect(await kept("offsets"), "the newest is another one tomorrow").to.equal("no-cache");
    expect(await kept(`offsets?at=${last + 1}`), "a refusal").to.equal(undefined);
    finalBlock = -1;
  });

  it("it is told what of its own waits, under its signature alone", async () => {
    const { chain, clock } = relay;
    const { address, key } = chain.traders[2]!;
    const signed = chain.sign(2, { nonce: 9n, quantityLots: 1n, priceTicks: 10n });
    await relay.intake.offer(signed);
    const { domain } = chain.terms;
    const read = await signReadOwn(domain, new Wallet(key), address, clock.now() + 60n);
    const { account, packages } = await whole(client.own(address, read));
    expect([account.openOrders, packages.map((one) => [one.link, one.status, one.package])]).to.deep.equal([
      (await client.trader(address)).openOrders + 1,
      [[primaryLink(signed.package), "pending", signed.package]],
    ]);
    const found = await whole(client.ownByNonce(address, 9n, read));
    expect(found.packages).to.deep.equal(packages);
    expect((await whole(client.ownByNonce(address, 10n, read))).packages).to.deep.equal([]);
    const other = await signReadOwn(domain, new Wallet(chain.traders[1]!.key), address, clock.now() + 60n);
    const error = await client.own(address, other).catch((reason: unknown) => reason);
    expect(error).to.deep.include({ code: "RELAY_READ_SIGNATURE", status: 403 });
  });

  it("it is told how the relay is", async () => {
    expect((await whole(client.health())).index).to.deep.equal({
      block: 7,
      behind: 3,
      fault: "RELAY_STORE_UNAVAILABLE",
    });
  });

  it("it is told every kind of history, each row with its log", async () => {
    const kinds = ["orders", "fills", "offsets", "bounds", "allocations", "markets", "records", "checkpoints"] as const;
    for (const kind of kinds satisfies readonly HistoryKind[]) {
      const { items, block } = await whole(client.history(kind, { limit: 1_000 }));
      expect(items.length, kind).to.be.greaterThan(0);
      expect(block.number, kind).to.equal(BLOCKS.at(-1)!.number);
    }
    expect((await client.history("fills", { limit: 1 })).items[0]!.logIndex).to.be.a("number");
    await whole(client.history("weights", { numeraire: 2, order: "asc" }));
    await whole(client.history("accounts"));
  });

  it("it is told what was traded in a market, span by span and in the last day", async () => {
    const fill = BLOCKS.findLast(({ rows }) => rows.fills.length > 0)!.rows.fills.at(-1)!;
    const { candles, block, marketRootId } = await whole(client.candles(fill, { interval: 31_622_400 }));
    const all = BLOCKS.flatMap(({ rows }) => rows.fills).filter((one) => keyOf(one) === keyOf(fill));
    expect([marketRootId, block.number]).to.deep.equal([fill.marketRootId, BLOCKS.at(-1)!.number]);
    expect(candles.map(({ fills }) => fills).filter((fills) => fills > 0)).to.deep.equal([all.length]);
    const { lastPrice, close } = await whole(client.ticker(fill));
    expect([lastPrice, close]).to.deep.equal([fill.priceTicks, fill.priceTicks]);
    const refused = await client.candles(fill, { interval: 1, from: 0 }).catch((reason: unknown) => reason);
    expect(refused).to.deep.include({ code: "RELAY_REQUEST_INVALID", status: 400 });
    const levels = await whole(client.levelSeries(fill, { interval: 31_622_400, levels: 3 }));
    expect(levels.spans.at(-1)).to.include({ lastPrice, complete: false });
    const { spans } = await whole(client.weightSeries({ interval: 31_622_400, numeraire: 2 }));
    expect(spans.some(({ quoted }) => quoted !== null)).to.equal(true);
    const unknown = await client.ticker({ marketRootId: 77, marketBranchId: 1 }).catch((reason: unknown) => reason);
    expect(unknown).to.deep.include({ code: "RELAY_MARKET_UNKNOWN", status: 404 });
  });

  it("it is told what is measured, and the log line by line, which reads as a log", async () => {
    const measures = await whole(client.measures());
    expect([measures.fills > 0, measures.impact.length > 0, measures.isOver]).to.deep.equal([true, true, true]);
    expect(measures.forecasts!.brier.denominator > 0n).to.equal(true);
    expect([measures.volatility, measures.implied!.weights.length]).to.deep.equal([[], 2]);
    const times = [1n, 2n, 3n].map((k) => LOGGED.header.terms.t1 + 1_000n * k);
    const dear = times.map((timestamp, k) => ({ timestamp, prices: [10n ** 30n, BigInt(7 + k) * 10n ** 40n] }));
    const early = { timestamp: 1_000_000n, prices: [1n, 1n] }; // of this session's first second, by which it is told to be of its days
    const beside = await whole(client.measures({ rows: [early, ...dear], maxAge: 86_400 }));
    expect(beside.volatility.map(({ leg, count }) => [leg, count])).to.deep.equal([
      [1, 2],
      [2, 2],
    ]);
    expect(beside.foresight.map(({ leg, horizon }) => [leg, horizon])).to.deep.equal(
      [1, 2].flatMap((leg) => [1, 5, 20].map((horizon) => [leg, horizon])),
    );
    const refusals = [
      { rows: dear },
      { rows: [early, early] },
      { rows: [{ timestamp: 1_000_000n, prices: [1n] }] },
      { rows: [] },
      { rows: [{ timestamp: 1_000_000n, prices: [1n, 0n] }] },
    ];
    const said: unknown[] = [];
    for (const prices of refusals) {
      const refused: unknown = await client.measures(prices).catch((reason: unknown) => reason);
      expect(refused).to.deep.include({ code: "RELAY_REQUEST_INVALID", status: 400 });
      said.push((refused as { values: { problems: string } }).values.problems);
    }
    expect(said).to.deep.equal([
      "rows: none is of the time from t1 to t2",
      "rows.1.timestamp: not after that of the line before",
      "rows.0.prices: one for each of 2 assets",
      "rows: Too small: expected array to have >=1 items",
      "rows.0.prices.1: a whole number above zero as text",
    ]);
    const terms = await whole(client.termStructure());
    expect([terms.points.length, terms.left.map(({ why }) => why)]).to.deep.equal([0, ["over"]]);
    const { header, records } = await parseSessionLogLines(client.log());
    const read = [];
    for await (const record of records) read.push(record);
    expect(read).to.deep.equal(LOGGED.records);
    expect(header).to.deep.equal({ ...LOGGED.header, toBlock: LOGGED.records.at(-1)!.blockNumber });
  });

  it("it is told that there is no log, and that whoever reads one may stop", async () => {
    for await (const line of client.log()) {
      expect(line).to.include('"format":"session-log"');
      break;
    }
    const stopped = AbortSignal.abort(new Error("enough"));
    const reading = createRelayClient("http://relay", {
      fetch: (url, init) => (init?.signal?.aborted === true ? Promise.reject(new Error("aborted")) : fetch(url)),
    }).log(stopped);
    const failed = await reading[Symbol.asyncIterator]()
      .next()
      .catch((error: unknown) => error);
    expect(failed).to.equal(stopped.reason);
    const none = createRelayClient("http://relay", {
      fetch: () => Promise.resolve(new Response(toJson({ error: NOT_READY }), { status: 503 })),
    }).log();
    const refused = await none[Symbol.asyncIterator]()
      .next()
      .catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(RelayRequestError).and.to.include({ code: "RELAY_NOT_READY", status: 503 });
  });

  it("it is told the events of every stream", () => {
    const texts = [...BLOCKS.flatMap(messagesOf).map(({ payload }) => payload), reorganised(7)];
    const kinds = new Set<RelayEvent["kind"]>();
    for (const text of texts) {
      const event = streamEvent.domain.parse(text);
      kinds.add(event.kind);
      expect(JSON.parse(toJson(event))).to.deep.equal(text);
      expect(streamEvent.wire.safeParse(text).error?.issues ?? []).to.deep.equal([]);
    }
    expect([...kinds]).to.include.members([
      "created",
      "filled",
      "trade",
      "offset",
      "levels",
      "skipped",
      "reorganised",
      "head",
      "bounds",
      "claims",
    ]);
  });

  it("it is refused with the code and the values of who refuses", async () => {
    const again = relay.chain.sign(0, { priceTicks: 1n });
    const error = await client.submit(again).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RelayRequestError);
    const { code, message, advice, retryable, values, status } = error as RelayRequestError; // just asserted
    expect(JSON.parse(told.text)).to.deep.equal({ error: { code, message, advice, retryable, values } });
    expect([code, status]).to.deep.equal(["Book_NonceUsed", 422]);
  });

  it("it is told of cancellations, of what comes in their place, and of many packages at once", async () => {
    const { chain } = relay;
    const trader = chain.traders[1]!.address;
    const account = await whole(client.trader(trader));
    const all = cancelAll(trader, account, T2 - 1n);
    expect(all).to.deep.include({ fromTradeRootId: 1, nonceFloor: account.nonceFloor + 0n });
    const signed = chain.signCancellation(1, all);
    const { hash, tradeRootIds, withdrawn } = await whole(client.cancelTrades(signed));
    expect([tradeRootIds!.length > 0, withdrawn]).to.deep.equal([true, []]);
    expect(await whole(client.cancellation(hash))).to.deep.equal({ hash, status: "pending", cancellation: all });
    const instead = [chain.sign(1, { nonce: 0n }), chain.sign(1, { nonce: 9n, quantityLots: 1n, priceTicks: 3_000n })];
    const floor = chain.signCancellation(1, { ...all, nonceFloor: 9n });
    const replaced = await whole(client.replace(floor, instead));
    expect(replaced.packages.map((one) => (one.taken ? one.status : one.error.code))).to.deep.equal([
      "Book_NonceUsed",
      "pending",
    ]);
    const many = await client.submitAll([...instead].reverse());
    expect(many.map(({ taken }) => taken)).to.deep.equal([true, false]);
    await relay.bring();
    chain.mine();
    await relay.follow();
    expect((await client.cancelled(hash)).status).to.equal("onChain");
    expect((await client.settled(primaryLink(instead[1]!.package))).status).to.equal("onChain");
  });

  it("it is told of its switch, whose token it has", async () => {
    const armed = await whole(client.armSwitch(relay.chain.signCancellation(2, { nonceFloor: 99n }), 5_000));
    expect((await whole(client.heartbeat(armed))).status).to.equal("armed");
    expect((await whole(client.switchState(armed))).remainingMs).to.be.within(1, 5_000);
    expect((await whole(client.disarmSwitch(armed))).status).to.equal("disarmed");
    const error = await client.heartbeat(armed).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RelayRequestError).and.to.include({ code: "RELAY_SWITCH_OVER", status: 409 });
  });
});
