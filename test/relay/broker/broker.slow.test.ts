/** Telling and hearing, by a Redis server that comes and goes. */
import { expect } from "chai";

import { type Broker, openBroker } from "../../../src/relay/broker/broker.js";
import { createPublisher } from "../../../src/relay/broker/publisher.js";
import { createLog } from "../../../src/relay/reporting/log.js";
import type { ToldEvents } from "../../../src/relay/history/hub.js";
import { canStartRedis, type RedisServer, startRedis } from "../../../stage/redis.js";
import { eventsInMemory } from "../history/events.js";
import { eventually, requireRedis } from "../support.js";

const log = createLog("silent");

describe("given a broker", function () {
  this.timeout(60_000);
  let server: RedisServer;
  const opened: Broker[] = [];
  const stopping = new AbortController();
  before(async function () {
    requireRedis(this);
    server = await startRedis();
  });
  after(async () => {
    if (!canStartRedis()) return;
    stopping.abort();
    await Promise.all(opened.map((one) => one.close()));
    await server.stop();
  });
  const open = async (): Promise<Broker> => {
    const broker = openBroker(server.url, log);
    opened.push(broker);
    await eventually("it is there", () => broker.isThere);
    return broker;
  };
  /** A process that hears of a book. */
  const listener = async (topic: string) => {
    const broker = await open();
    const heard: ToldEvents[] = [];
    const hinted: string[] = [];
    void broker.listen(
      {
        topics: () => [topic],
        onEvents: (_, told) => heard.push(told),
        onHint: (_, traders) => hinted.push(...traders),
      },
      stopping.signal,
    );
    await new Promise((resolve) => setTimeout(resolve, 500)); // it begins with what comes after now
    return { heard, hinted, ids: () => heard.flatMap(({ events }) => events.map(({ id }) => id)) };
  };
  const told = (before: number, count: number): ToldEvents => ({
    before,
    events: Array.from({ length: count }, (_, index) => {
      const id = before + index + 1;
      return { id, stream: "trades", seq: id, payload: { price: `${id}` } };
    }),
  });

  it("hands each listener what is told, once and in order, and refuses what was told already", async () => {
    const [one, two] = [await listener("a"), await listener("a")];
    const broker = await open();
    expect(await broker.lastTold("a")).to.equal(undefined);
    expect(await broker.tell("a", told(0, 2))).to.equal(true);
    expect(await broker.tell("a", told(0, 1))).to.equal(false);
    expect(await broker.tell("a", told(1, 1))).to.equal(false);
    expect(await broker.tell("a", told(2, 1))).to.equal(true);
    expect(await broker.lastTold("a")).to.equal(3);
    for (const { heard } of [one, two]) {
      await eventually("it has heard", () => heard.length === 2);
      expect(heard).to.deep.equal([told(0, 2), told(2, 1)]);
    }
  });

  it("says of whom there is news, and nothing of others' books", async () => {
    const [of, other] = [await listener("b"), await listener("c")];
    await (await open()).hint("b", ["0x1", "0x2"]);
    await eventually("it has heard", () => of.hinted.length === 2);
    expect(other.hinted).to.deep.equal([]);
  });

  it("tells on where another process has stopped, and leaves nothing out", async () => {
    const { ids } = await listener("d");
    const memory = eventsInMemory();
    const publisher = async () =>
      createPublisher({ store: memory.store, broker: await open(), topic: () => Promise.resolve("d"), log });
    const first = new AbortController();
    const running = (await publisher()).run(first.signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
    memory.say("trades", 3);
    await eventually("the first ones are told", () => ids().length === 3);
    first.abort(); // it ends between committing and telling
    await running;
    memory.say("trades", 2);
    const publishers = [await publisher(), await publisher()];
    for (const one of publishers) void one.run(stopping.signal);
    await eventually("the rest is told", () => ids().length === 5);
    memory.say("trades", 450);
    for (const one of publishers) one.wake();
    await eventually("all is told", () => ids().at(-1) === 455);
    expect(ids()).to.deep.equal(Array.from({ length: 455 }, (_, index) => index + 1));
  });

  it("is away and comes back with nothing: both go on, and what was missed is named by what it was told behind", async () => {
    const { heard, ids } = await listener("e");
    const memory = eventsInMemory();
    const broker = await open();
    const publisher = createPublisher({ store: memory.store, broker, topic: () => Promise.resolve("e"), log });
    void publisher.run(stopping.signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
    memory.say("trades", 2);
    await eventually("they are told", () => ids().length === 2);
    await server.kill();
    await eventually("it is away", () => !broker.isThere);
    memory.say("trades", 2);
    await server.start();
    await eventually("it is back", () => broker.isThere);
    await new Promise((resolve) => setTimeout(resolve, 2_500)); // both have found it
    memory.say("trades", 1);
    await eventually("it hears on", () => ids().at(-1) === 5);
    expect(heard.at(-1)!.before).to.be.at.most(4);
  });

  it("forgets what it knows of a database that is not there any more", async () => {
    const { ids } = await listener("f");
    const broker = await open();
    await broker.tell("f", told(90, 10));
    const memory = eventsInMemory();
    memory.say("trades", 1);
    void createPublisher({ store: memory.store, broker, topic: () => Promise.resolve("f"), log }).run(stopping.signal);
    await eventually("it is forgotten", async () => (await broker.lastTold("f")) === undefined);
    memory.say("trades", 1);
    await eventually("it tells again", async () => (await broker.lastTold("f")) === 2);
    expect(ids().slice(0, 10)).to.have.length(10);
  });
});
