/** Processes that only read, beside one that takes packages and writes the history, on a real node and one Postgres. */
import { expect } from "chai";
import { eq } from "drizzle-orm";

import type { RelayClient } from "../../src/client/relay/client.js";
import { signReadOwn } from "../../src/client/relay/cancellation.js";
import type { Relay } from "../../src/relay/running/serving.js";
import { keyOf } from "../../src/relay/store/books.js";
import { openDatabase } from "../../src/relay/store/open.js";
import { books } from "../../src/relay/store/schema.js";
import { hasPostgres } from "../../stage/postgres.js";
import { ordersIn } from "../../trials/venue/stage.js";
import { canStartRedis, type RedisServer, startRedis } from "../../stage/redis.js";
import { pause } from "../../trials/relay/load-generator.js";
import { eventually, requirePostgres, requireRedis } from "./support.js";
import { askFor, openVenueWorld, type VenueWorld } from "./venue-world.js";

const PAGES = [
  "orders",
  "fills",
  "offsets",
  "bounds",
  "allocations",
  "markets",
  "weights",
  "records",
  "accounts",
  "checkpoints",
];

const MEASURE_AGAIN_MS = 500;
const checkpointsOf = (body: unknown): number => Number((body as { readonly checkpoints: unknown }).checkpoints);

describe("given readers beside a relay, on one Postgres", function () {
  this.timeout(300_000);
  let world: VenueWorld;
  let relay: Relay;
  let first: Relay;
  let second: Relay;

  const reader = (): Promise<Relay> => world.open({ role: "read", "poll-ms": 30 });

  before(async function () {
    requirePostgres(this); // a reader reads what others write: it takes a server
    world = await openVenueWorld({ sessions: 2, traders: 4 });
  });
  after(async function () {
    if (hasPostgres()) await world.close();
  });

  it("waits for who makes the tables", async () => {
    const refused = await reader().catch((error: unknown) => error);
    expect(refused).to.include({ code: "RELAY_STORE_UNAVAILABLE", retryable: true });
  });

  it("serves the same sessions, once they are written of", async () => {
    relay = await world.open({ "poll-ms": 30, "batch-ms": 30 });
    await world.ready(relay);
    [first, second] = [await reader(), await reader()];
    await Promise.all([world.ready(first), world.ready(second)]);
    for (const stage of world.venue.sessions) {
      const [told, same] = await Promise.all([
        world.clientOf(relay, stage).session(),
        world.clientOf(first, stage).session(),
      ]);
      expect(same).to.deep.equal({ ...told, time: same.time, serverTimeMs: same.serverTimeMs });
    }
  });

  it("answers what was as who has written it does, word for word", async () => {
    await world.bring(relay, 6);
    const block = await world.caughtUp(first, relay);
    for (const path of PAGES.map((kind) => `/history/${kind}?at=${block}&limit=50`)) {
      const [own, same] = await Promise.all([askFor(`${world.at(relay)}${path}`), askFor(`${world.at(first)}${path}`)]);
      expect([same.status, path]).to.deep.equal([200, path]);
      expect(same.body, path).to.deep.equal(own.body);
    }
    for (const path of [
      "/weights?interval=60",
      "/markets/1/1/candles?interval=60",
      "/markets/1/1/levels?interval=60",
      "/markets/1/1/ticker",
    ]) {
      await eventually(`both answer the same to ${path}`, async () => {
        const [own, same] = await Promise.all([
          askFor(`${world.at(relay)}${path}`),
          askFor(`${world.at(first)}${path}`),
        ]);
        expect([same.status, path]).to.deep.equal([200, path]);
        return JSON.stringify(own.body) === JSON.stringify(same.body); // which go on with each block
      });
    }
  });

  it("knows which markets there are", async () => {
    expect(await askFor(`${world.at(first)}/markets/7/1/ticker`)).to.have.nested.property(
      "body.error.code",
      "RELAY_MARKET_UNKNOWN",
    );
  });

  it("hands out the kept log, and measures it", async () => {
    await world.venue.chain.provider.send("anvil_mine", ["0x60"]); // the log has what is final
    await eventually("there is a log", async () => (await askFor(`${world.at(first)}/log`)).status === 200);
    await eventually("both measure the same", async () => {
      const [own, same] = await Promise.all([
        askFor(`${world.at(relay)}/measures`),
        askFor(`${world.at(second)}/measures`),
      ]);
      if (own.status === 200 && same.status === 200 && JSON.stringify(own.body) === JSON.stringify(same.body))
        return checkpointsOf(own.body) > 0;
      await pause(MEASURE_AGAIN_MS); // the log goes on meanwhile, and whoever asks too often is refused
      return false;
    });
  });

  it("tells what comes, to whoever comes back to another reader, each event once", async () => {
    const [client, other] = [world.clientOf(first), world.clientOf(second)];
    const seen: number[] = [];
    let beginnings = 0;
    let stopping = new AbortController();
    const hear = async (from: RelayClient, after?: number) => {
      const which = { channel: "head" as const, ...(after !== undefined && { after }) };
      for await (const message of from.stream([which], { signal: stopping.signal })) {
        if (message.type === "gap") throw new Error("nothing is gone");
        if (message.type === "subscribed") beginnings += 1;
        if (message.type === "event") seen.push(message.seq);
      }
    };
    let hearing = hear(client);
    await eventually("it is subscribed", () => beginnings === 1);
    await world.bring(relay, 3);
    await eventually("it hears", () => seen.length >= 3);
    stopping.abort();
    await hearing;
    await world.bring(relay, 2);
    stopping = new AbortController();
    hearing = hear(other, seen.at(-1));
    await world.bring(relay, 2);
    await eventually("it hears on", () => seen.length >= 7);
    stopping.abort();
    await hearing;
    expect(seen).to.deep.equal(seen.map((_, index) => seen[0]! + index));
  });

  it("tells a trader of its own what waits, and what becomes of it", async () => {
    const stage = world.venue.sessions[1]!;
    const source = ordersIn(stage, 5);
    const taker = world.clientOf(relay, stage);
    const next = source.next((await taker.link()).link);
    const { trader } = next.package;
    const wallet = stage.traders.find(({ address }) => address === trader)!;
    const until = (await world.clientOf(relay, stage).session()).time + 3_600n;
    const own = await signReadOwn(stage.handle.domain, wallet.wallet, trader, until);
    const stopping = new AbortController();
    const heard: string[] = [];
    const hearing = (async () => {
      const stream = world
        .clientOf(first, stage)
        .stream([{ channel: "orders", trader, own }], { signal: stopping.signal });
      for await (const message of stream) {
        if (message.type === "packages") heard.push(`packages ${message.packages.length}`);
        if (message.type === "package") heard.push(message.data.status);
        if (message.type === "event") heard.push(message.data.kind);
      }
    })();
    await eventually("it is told what waits", () => heard.includes("packages 0"));
    await taker.settled((await taker.submit(next)).link);
    await eventually("it is told what became of it", () => heard.includes("onChain") && heard.includes("created"));
    stopping.abort();
    await hearing;
  });

  it("says which role takes packages, and knows the book as it is", async () => {
    for (const path of ["/link", "/markets", "/markets/1/1/depth", "/queue", `/traders/0x${"11".repeat(20)}`]) {
      const { status, body } = await askFor(`${world.at(first)}${path}`);
      expect([path, status]).to.deep.equal([path, 421]);
      expect(body, path).to.have.nested.property("error.code", "RELAY_ROLE_ELSEWHERE");
      expect(body, path).to.have.nested.property("error.values.role", "intake");
    }
    const posted = await fetch(`${world.at(first)}/packages`, { method: "POST", body: "{" });
    expect(posted.status).to.equal(421);
  });

  it("names itself behind when nobody writes, and goes on when somebody does", async () => {
    const { body } = await askFor(`${first.url}/health`);
    expect(body).to.deep.include({ ready: true, submits: false });
    await relay.stop();
    expect((await askFor(`${world.at(first)}/history/fills`)).status).to.equal(200);
    relay = await world.open({ "poll-ms": 30, "batch-ms": 30 });
    await world.ready(relay);
    await world.bring(relay, 1);
    await world.caughtUp(first, relay);
  });

  describe("and a broker", () => {
    let broker: RedisServer;
    before(async function () {
      requireRedis(this);
      broker = await startRedis();
      await relay.stop();
      relay = await world.open({ role: "intake,submit,index", broker: broker.url, "poll-ms": 30, "batch-ms": 30 });
      first = await world.open({ role: "read", broker: broker.url, "poll-ms": 30 });
      await Promise.all([world.ready(relay), world.ready(first)]);
    });
    after(async () => {
      if (canStartRedis()) await broker.stop();
    });
    const faultsOf = async (of: Relay): Promise<string[]> => {
      const { body } = await askFor(`${of.url}/health`);
      return (body as { faults: { code: string }[] }).faults.map(({ code }) => code);
    };

    it("hears all the same while it is away, says so, and takes it up again", async () => {
      const stopping = new AbortController();
      const seen: number[] = [];
      const hearing = (async () => {
        for await (const message of world.clientOf(first).stream([{ channel: "head" }], { signal: stopping.signal })) {
          if (message.type === "subscribed") seen.push(message.seq);
          if (message.type === "event") seen.push(message.seq);
        }
      })();
      await eventually("it is subscribed", () => seen.length === 1);
      for (const of of [relay, first]) expect(await faultsOf(of)).to.deep.equal([]);
      for (const isThere of [true, false, true]) {
        if (!isThere) await broker.kill();
        else if (seen.length > 1) await broker.start();
        await eventually("both know", async () => {
          const faults = (await Promise.all([relay, first].map(faultsOf))).flat();
          return faults.filter((code) => code === "RELAY_BROKER_AWAY").length === (isThere ? 0 : 2);
        });
        expect((await askFor(`${first.url}/ready`)).status, "it answers all the same").to.equal(200);
        const before = seen.length;
        await world.bring(relay, 2);
        await eventually("it hears on", () => seen.length >= before + 2);
      }
      stopping.abort();
      await hearing;
      expect(seen).to.deep.equal(seen.map((_, index) => seen[0]! + index));
    });
  });

  it("answers nothing out of the rows of another chain with the same id", async () => {
    const database = await openDatabase(world.url, () => undefined);
    const claimed = await database.run((tables) => tables.select().from(books));
    const [pages, log] = [`${world.at(first)}/history/fills`, `${world.at(first)}/log`];
    await database.run((tables) => tables.update(books).set({ genesis: `0x${"0e".repeat(32)}` }));
    await eventually("it knows", async () => (await askFor(`${first.url}/ready`)).status === 503);
    for (const where of [pages, log]) {
      const { status, body } = await askFor(where);
      expect([where, status]).to.deep.equal([where, 500]);
      expect(body).to.have.nested.property("error.code", "RELAY_OTHER_CHAIN");
    }
    for (const { key, genesis } of claimed)
      await database.run((tables) => tables.update(books).set({ genesis }).where(eq(books.key, key)));
    await database.close();
    await eventually("it goes on", async () => (await askFor(pages)).status === 200);
  });

  it("compares a session with others where rows of one are of another chain", async () => {
    const database = await openDatabase(world.url, () => undefined);
    const [, other] = world.venue.sessions;
    const { domain, bookAddress } = other!.handle;
    const rows = eq(books.key, keyOf({ chainId: domain.chainId, book: bookAddress }));
    const [claimed] = await database.run((tables) => tables.select().from(books).where(rows));
    const claim = (genesis: string | null) =>
      database.run((tables) => tables.update(books).set({ genesis }).where(rows));
    const answers = (status: number) =>
      eventually(
        `it answers ${status}`,
        async () => (await askFor(`${world.at(first, other)}/history/fills`)).status === status,
      );
    await claim(`0x${"0e".repeat(32)}`);
    try {
      await answers(500);
      const { points, left } = await world.clientOf(first).termStructure();
      expect(points.length + left.length, "itself").to.equal(1);
    } finally {
      await claim(claimed!.genesis);
      await database.close();
    }
    await answers(200);
  });

  it("can write nothing: the server does not let it", async () => {
    const database = await openDatabase(world.url, () => undefined, { readsOnly: true });
    const refused = await database.run((tables) => tables.delete(books)).catch((error: unknown) => error);
    await database.close();
    expect(refused).to.have.property("code", "RELAY_STORE_UNAVAILABLE");
    expect(String(refused)).to.contain("read-only transaction");
  });
});
