import { expect } from "chai";

import { createHub } from "../../../src/relay/history/hub.js";
import { createFeed, type FeedMessage } from "../../../src/relay/http/feed.js";
import { eventsInMemory } from "../history/events.js";

const STREAM = "trades";

/** A feed whose hub hears of events at once, and whose store is a copy that has only the first `copied` of them. */
function lagging(after: number | undefined, lagMs = 5_000) {
  const memory = eventsInMemory();
  const copy = { copied: 0 };
  const hub = createHub(memory.store);
  const told: FeedMessage[] = [];
  const asked: number[] = [];
  const feed = createFeed({
    hub,
    stream: STREAM,
    after,
    lagMs,
    send: (message) => told.push(message) > 0,
    hasRoom: () => Promise.resolve(true),
    onFault: (error) => expect.fail(String(error)),
    store: {
      headOf: () => Promise.resolve(copy.copied),
      streamAfter: (stream, seq, limit) => {
        asked.push(seq);
        const there = memory.events.filter((event) => event.stream === stream && event.seq <= copy.copied);
        return Promise.resolve(there.filter((event) => event.seq > seq).slice(0, limit));
      },
      bookStart: () => Promise.resolve({ seq: copy.copied, payload: {} }),
    },
  });
  const numbers = (): number[] => told.flatMap((one) => (one.type === "event" ? [one.seq] : []));
  const until = async (isSo: () => boolean): Promise<void> => {
    for (let tries = 0; !isSo() && tries < 400; tries += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isSo()).to.equal(true);
  };
  return { memory, copy, hub, told, asked, feed, numbers, until };
}

describe("given a feed whose store is behind what it hears", () => {
  it("asks again for what it has missed until it is there, though nothing more is heard", async () => {
    const { memory, copy, hub, asked, feed, numbers, until } = lagging(undefined);
    memory.say(STREAM, 2);
    await feed.start(); // at 0: the copy has nothing yet
    memory.say(STREAM);
    await hub.poll();
    await until(() => asked.length > 3);
    expect(numbers()).to.deep.equal([]);
    copy.copied = 2;
    await until(() => numbers().length === 2);
    copy.copied = 3;
    await until(() => numbers().length === 3);
    expect(numbers()).to.deep.equal([1, 2, 3]);
    const before = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked.length, "all that was heard is there").to.equal(before);
  });

  it("hears on at once when it has caught up, each once", async () => {
    const { memory, copy, hub, feed, numbers, until } = lagging(undefined);
    await feed.start();
    memory.say(STREAM, 3);
    await hub.poll();
    expect(numbers()).to.deep.equal([1, 2, 3]);
    copy.copied = 1;
    memory.say(STREAM);
    await hub.poll();
    await until(() => numbers().length === 4);
    expect(numbers()).to.deep.equal([1, 2, 3, 4]);
  });

  it("waits for a number that its subscriber has seen elsewhere, and tells no gap", async () => {
    const { memory, copy, told, feed, hub, numbers } = lagging(3);
    memory.say(STREAM, 3);
    copy.copied = 1;
    const starting = feed.start();
    await new Promise((resolve) => setTimeout(resolve, 30));
    copy.copied = 3;
    await starting;
    memory.say(STREAM);
    await hub.poll();
    expect(told[0]).to.deep.include({ type: "subscribed", seq: 3 });
    expect(numbers()).to.deep.equal([4]);
  });

  it("tells a gap if the number never comes: it is of another index", async () => {
    const { told, feed } = lagging(9, 20);
    await feed.start();
    expect(told.map(({ type }) => type)).to.deep.equal(["gap", "subscribed"]);
  });

  it("asks no more when its subscriber has gone", async () => {
    const { memory, hub, asked, feed, until } = lagging(undefined);
    memory.say(STREAM, 2);
    await feed.start();
    memory.say(STREAM);
    await hub.poll();
    await until(() => asked.length > 1);
    feed.stop();
    await new Promise((resolve) => setTimeout(resolve, 60));
    const before = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(asked.length).to.equal(before);
  });
});
