import { expect } from "chai";

import { createHub } from "../../../src/relay/history/hub.js";
import { eventsInMemory } from "./events.js";

describe("createHub", () => {
  it("hands each listener the events of its stream that come after it, once and in order", async () => {
    const { store, say } = eventsInMemory();
    const hub = createHub(store);
    say("a");
    const heard: Record<string, number[]> = { a: [], b: [] };
    await hub.listen("a", ({ seq }) => heard["a"]!.push(seq));
    await hub.listen("b", ({ seq }) => heard["b"]!.push(seq));
    for (const stream of ["a", "b", "c", "a", "b"]) say(stream);
    await hub.poll();
    await hub.poll();
    say("a");
    await hub.poll();
    expect(heard).to.deep.equal({ a: [2, 3, 4], b: [1, 2] });
  });

  it("hands them to all listeners of a stream", async () => {
    const { store, say } = eventsInMemory();
    const hub = createHub(store);
    const heard: string[] = [];
    await hub.listen("a", () => heard.push("one"));
    await hub.listen("a", () => heard.push("two"));
    say("a");
    await hub.poll();
    expect(heard).to.deep.equal(["one", "two"]);
  });

  it("asks nothing of the store while nobody listens", async () => {
    const { store, say, asked } = eventsInMemory();
    const hub = createHub(store);
    say("a", 5);
    await hub.poll();
    const end = await hub.listen("a", () => undefined);
    end();
    await hub.poll();
    expect(asked).to.deep.equal([]);
  });

  it("tells a listener nothing any more that has ended, and ends once", async () => {
    const { store, say } = eventsInMemory();
    const hub = createHub(store);
    const heard: number[] = [];
    const end = await hub.listen("a", ({ seq }) => heard.push(seq));
    await hub.listen("a", () => undefined);
    say("a");
    await hub.poll();
    end();
    end();
    expect(hub.listeners).to.equal(1);
    say("a");
    await hub.poll();
    expect(heard).to.deep.equal([1]);
  });

  it("reads on page by page", async () => {
    const { store, say, asked } = eventsInMemory();
    const hub = createHub(store);
    let heard = 0;
    await hub.listen("a", () => (heard += 1));
    say("a", 2_500);
    await hub.poll();
    expect([heard, asked]).to.deep.equal([2_500, [0, 1_000, 2_000]]);
  });

  it("looks again for who asked while it was reading", async () => {
    const { store, say, asked } = eventsInMemory();
    const hub = createHub(store);
    let heard = 0;
    await hub.listen("a", () => (heard += 1));
    say("a");
    const first = hub.poll();
    say("a");
    await Promise.all([first, hub.poll(), hub.poll()]);
    expect([heard, asked.length]).to.deep.equal([2, 2]);
  });

  it("goes on where it was when the store was away", async () => {
    const { store, say, fault } = eventsInMemory();
    const hub = createHub(store);
    const heard: number[] = [];
    await hub.listen("a", ({ seq }) => heard.push(seq));
    say("a", 2);
    fault.next = new Error("away");
    expect(await hub.poll().catch((error: unknown) => (error as Error).message)).to.equal("away");
    expect(heard).to.deep.equal([]);
    await hub.poll();
    expect(heard).to.deep.equal([1, 2]);
  });

  it("has no listener whose beginning the store did not answer", async () => {
    const { store, fault } = eventsInMemory();
    const hub = createHub(store);
    fault.next = new Error("away");
    const listening = hub.listen("a", () => undefined);
    expect(await listening.catch((error: unknown) => (error as Error).message)).to.equal("away");
    expect(hub.listeners).to.equal(0);
  });

  describe("when another process tells what is new", () => {
    const fresh = async () => {
      const memory = eventsInMemory();
      const hub = createHub(memory.store);
      const heard: number[] = [];
      await hub.listen("a", ({ seq }) => heard.push(seq));
      /** What that process would tell of the events behind one. */
      const told = (before: number) => ({ before, events: memory.events.slice(before) });
      return { ...memory, hub, heard, told };
    };

    it("hands it out without asking the store, and what it has heard already not again", async () => {
      const { say, hub, heard, told, asked } = await fresh();
      say("a", 2);
      await hub.hear(told(0));
      await hub.hear(told(0));
      say("a");
      await hub.hear(told(1));
      expect([heard, asked]).to.deep.equal([[1, 2, 3], []]);
    });

    it("reads what came before it and was not heard", async () => {
      const { say, hub, heard, told } = await fresh();
      say("a", 3);
      await hub.hear(told(2));
      expect(heard).to.deep.equal([1, 2, 3]);
    });

    it("hands out once what it is told while it reads", async () => {
      const { say, hub, heard, told } = await fresh();
      say("a", 2);
      await Promise.all([hub.poll(), hub.hear(told(0))]);
      expect(heard).to.deep.equal([1, 2]);
    });

    it("passes it over while nobody listens", async () => {
      const memory = eventsInMemory();
      const hub = createHub(memory.store);
      memory.say("a");
      await hub.hear({ before: 0, events: memory.events });
      expect(memory.asked).to.deep.equal([]);
    });
  });

  it("lets nobody begin with a copy that lacks what was handed out before", async () => {
    const { store, say } = eventsInMemory();
    let copied = 0;
    const hub = createHub({ ...store, lastRead: () => Promise.resolve(copied) });
    say("a", 2);
    let isListening = false;
    const listening = hub.listen("a", () => undefined).then(() => (isListening = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isListening).to.equal(false);
    copied = 2;
    await listening;
  });
});
