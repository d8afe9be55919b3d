/** What the indexer asks of the index, by hand: blocks without a record, and a store that remembers what it was told. */
import { expect } from "chai";

import type { Projector } from "../../../src/history/projector.js";
import type { BlockRows, FillRow, IndexedBlock } from "../../../src/history/rows.js";
import { RelayError } from "../../../src/relay/errors.js";
import { createIndexer, type IndexNews } from "../../../src/relay/history/indexer.js";
import { createLog } from "../../../src/relay/reporting/log.js";
import { NO_ROWS } from "../../history/by-hand.js";
import { hashAt } from "../../history/support.js";

const DEPTH = 3;
/** A block whose hash is this cannot be read. */
const BAD = 13;

const block = (number: number, fork = 0): IndexNews => {
  const [hash, parentHash] = [hashAt(number, fork), hashAt(number - 1, fork)];
  return { kind: "block", header: { number, hash, parentHash, timestamp: 1_500n, baseFee: 7n }, records: () => [] };
};
const blocks = (from: number, to: number, fork = 0): IndexNews[] =>
  Array.from({ length: to - from + 1 }, (_, index) => block(from + index, fork));
const reorganised = (ancestor: number): IndexNews => ({ kind: "reorganised", ancestor });
const RESTARTED: IndexNews = { kind: "restarted", start: undefined };

/** Blocks with the same fills each, or without rows; it keeps as many as `DEPTH`. */
function emptyProjector(fills: readonly FillRow[], withFills: (number: number) => boolean): Projector {
  let kept: IndexedBlock[] = [];
  return {
    get tip() {
      return kept.at(-1);
    },
    apply(header) {
      if (header.hash === hashAt(header.number, BAD)) throw new RangeError(`block ${header.number} contradicts itself`);
      const one = { ...header, head: header.hash };
      kept = [...kept, one].slice(-DEPTH);
      return {
        ...one,
        transactions: 0n,
        rows: { ...NO_ROWS, fills: withFills(header.number) ? [...fills] : [] },
        skipped: [],
        changes: [],
      };
    },
    takeOff(number) {
      const left = kept.filter((one) => one.number <= number);
      if (left.length === 0) return false;
      kept = left;
      return true;
    },
  };
}

type Asked =
  | readonly ["put", numbers: readonly number[], isWhole: boolean]
  | readonly ["drop", ancestor: number, gone: readonly number[]]
  | readonly ["clear" | "changed" | "opened"]
  | readonly ["house" | "restart", what: string];

const AWAY = new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "it is away" });
const numbersOf = (list: readonly BlockRows[]): number[] => list.map(({ number }) => number);

interface Options {
  readonly rebuild?: boolean;
  readonly fills?: readonly FillRow[];
  /** Blocks with those; all by default. */
  readonly withFills?: (number: number) => boolean;
  readonly isAwaited?: boolean;
}

function open({ rebuild = false, fills = [], withFills = () => true, isAwaited = false }: Options = {}) {
  const asked: Asked[] = [];
  /** Attempts that fail before the store answers, and whether it knows the chain. */
  const world = { faults: 0, isKnown: true, written: [] as string[] };
  const answer = <Result>(note: Asked, result: Result): Promise<Result> => {
    if (world.faults > 0) {
      world.faults -= 1;
      return Promise.reject(AWAY);
    }
    asked.push(note);
    return Promise.resolve(result);
  };
  const indexer = createIndexer({
    createProjector: () => emptyProjector(fills, withFills),
    openProjector: () => answer(["opened"], emptyProjector(fills, withFills)),
    store: {
      put(recent, isWhole) {
        world.written = recent.flatMap(({ rows }) => rows.fills.map(({ via }) => via));
        return answer(["put", numbersOf(recent), isWhole], world.isKnown);
      },
      drop: (ancestor, gone) => answer(["drop", ancestor, numbersOf(gone)], undefined),
      clear: () => answer(["clear"], undefined),
    },
    houseAt: (address) => answer(["house", address], "maker"),
    log: createLog("silent"),
    depth: DEPTH,
    rebuild,
    isAwaited: () => isAwaited,
    onChange: () => answer(["changed"], undefined),
    restart: (reason) => answer(["restart", reason], undefined),
  });
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  return {
    indexer,
    asked,
    world,
    hear(...news: readonly IndexNews[]): void {
      for (const one of news) indexer.hear(one);
    },
    run(): void {
      running = indexer.run(stopping.signal);
    },
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
    signal: stopping.signal,
  };
}

type World = ReturnType<typeof open>;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Runs until what was heard is done with, and stops. */
async function settled(world: World): Promise<readonly Asked[]> {
  const { length } = world.asked;
  world.run();
  await until(() => world.asked.length > length && world.indexer.status.behind === 0);
  await new Promise((resolve) => setTimeout(resolve, 30)); // longer than it sleeps when there is nothing to do
  await world.stop();
  return world.asked;
}

describe("given an indexer that hears of blocks", () => {
  it("writes those that came together at once, and says that they are the whole chain", async () => {
    const world = open();
    world.hear(...blocks(1, 3));
    expect(world.indexer.status).to.deep.equal({ block: undefined, behind: 3, fault: undefined });
    expect(await settled(world)).to.deep.equal([["put", [1, 2, 3], true], ["changed"]]);
    expect(world.indexer.status).to.deep.equal({ block: 3, behind: 0, fault: undefined });
  });

  it("writes a long chain in portions, of which it remembers no more than may be reorganised", async () => {
    const world = open();
    world.hear(...blocks(1, 100));
    const asked = await settled(world);
    const [first, , second] = asked;
    expect(first).to.deep.equal(["put", Array.from({ length: 64 }, (_, index) => index + 1), true]);
    const rest = Array.from({ length: 36 }, (_, index) => index + 65);
    expect(second).to.deep.equal(["put", [62, 63, 64, ...rest], false]);
    expect(asked.length).to.equal(4);
  });

  it("does nothing while nothing comes", async () => {
    const world = open();
    world.run();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await world.stop();
    expect(world.asked).to.deep.equal([]);
  });

  it("clears the index first if it has to be rebuilt", async () => {
    const world = open({ rebuild: true });
    world.hear(block(1));
    expect(await settled(world)).to.deep.equal([["clear"], ["put", [1], true], ["changed"]]);
  });
});

describe("given an indexer of a chain on which little happens", () => {
  /** Nothing else of it is looked at. */
  const fills = [{ maker: "0xmaker", taker: "0xtaker", via: "book" } as FillRow];
  const puts = ({ asked }: World) => asked.filter(([what]) => what === "put").map(([, numbers]) => numbers);
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Blocks that come one by one. */
  async function come(world: World, from: number, to: number): Promise<void> {
    for (const one of blocks(from, to)) {
      world.hear(one);
      await pause(50);
    }
  }

  it("writes an empty block at once, and those that come within a second of it together", async () => {
    const world = open();
    world.run();
    const began = performance.now();
    await come(world, 1, 5);
    expect([puts(world), world.indexer.status.block]).to.deep.equal([[[1]], 1]);
    expect(world.indexer.status.behind, "what waits is not in the index").to.equal(4);
    await until(() => world.indexer.status.behind === 0);
    expect(performance.now() - began).to.be.within(950, 2_500);
    await world.stop();
    expect(puts(world)).to.deep.equal([[1], [1, 2, 3, 4, 5]]);
    expect(world.indexer.status.block).to.equal(5);
  });

  it("writes a block in which something happened at once, with the empty ones before it", async () => {
    const world = open({ fills, withFills: (number) => number === 4 });
    world.run();
    await come(world, 1, 4);
    expect([puts(world), world.indexer.status.block]).to.deep.equal([[[1], [1, 2, 3, 4]], 4]);
    await world.stop();
  });

  it("keeps nobody waiting who is told of each block", async () => {
    const world = open({ isAwaited: true });
    world.run();
    await come(world, 1, 3);
    expect(puts(world)).to.deep.equal([[1], [1, 2], [1, 2, 3]]);
    await world.stop();
  });

  it("drops none of what waited if it is reorganised away, for the index hears of it first", async () => {
    const world = open();
    world.run();
    await come(world, 1, 3);
    world.hear(reorganised(2));
    await until(() => world.asked.some(([what]) => what === "drop"));
    await world.stop();
    expect(world.asked.filter(([what]) => what !== "changed")).to.deep.equal([
      ["put", [1], true],
      ["put", [1, 2, 3], true],
      ["drop", 2, [3]],
    ]);
  });
});

describe("given an indexer whose store is away", () => {
  it("says so, tries again, and goes on", async () => {
    const world = open();
    world.world.faults = 1;
    world.hear(block(1));
    world.run();
    await until(() => world.indexer.status.fault !== undefined);
    expect(world.indexer.status).to.deep.equal({ block: undefined, behind: 1, fault: AWAY.code });
    await until(() => world.indexer.status.block === 1);
    await world.stop();
    expect(world.indexer.status.fault).to.equal(undefined);
    expect(world.asked).to.deep.equal([["put", [1], true], ["changed"]]);
  });

  it("stops when it is told to, whatever it waits for", async () => {
    const world = open();
    world.world.faults = Infinity;
    world.hear(block(1));
    world.run();
    await until(() => world.indexer.status.fault !== undefined);
    await world.stop();
    expect([world.asked, world.indexer.status.block]).to.deep.equal([[], undefined]);
  });
});

describe("given an indexer of a chain on which contracts trade", () => {
  // Nothing else of it is looked at.
  const fill = (via: FillRow["via"]): FillRow => ({ maker: "0xmaker", taker: "0xtaker", via }) as FillRow;

  it("writes through what each fill came, which the logs do not say", async () => {
    const world = open({ fills: [fill("contract"), fill("book")] });
    world.hear(block(1));
    expect(await settled(world)).to.deep.equal([["house", "0xmaker"], ["put", [1], true], ["changed"]]);
    expect(world.world.written).to.deep.equal(["maker", "book"]);
  });

  it("waits for a node that is away, says so, and writes nothing that it does not know", async () => {
    const world = open({ fills: [fill("contract")] });
    world.world.faults = 1;
    world.hear(block(1));
    world.run();
    await until(() => world.indexer.status.fault !== undefined);
    expect([world.asked, world.indexer.status.fault]).to.deep.equal([[], AWAY.code]);
    await until(() => world.indexer.status.block === 1);
    await world.stop();
    expect(world.world.written).to.deep.equal(["maker"]);
  });

  it("writes nothing of a block if it is stopped meanwhile", async () => {
    const world = open({ fills: [fill("contract")] });
    world.world.faults = Infinity;
    world.hear(block(1));
    world.run();
    await until(() => world.indexer.status.fault !== undefined);
    await world.stop();
    expect([world.asked, world.world.written]).to.deep.equal([[], []]);
  });
});

describe("given an indexer that hears of a reorganisation", () => {
  it("writes what came before it, drops what is gone, and writes what took its place", async () => {
    const world = open();
    world.hear(...blocks(1, 4), reorganised(2), ...blocks(3, 3, 1));
    expect(await settled(world)).to.deep.equal([
      ["put", [1, 2, 3, 4], true],
      ["changed"],
      ["drop", 2, [3, 4]],
      ["changed"],
      ["put", [2, 3], false],
      ["changed"],
    ]);
    expect(world.indexer.status.block).to.equal(3);
  });

  it("stands at the ancestor until other blocks come", async () => {
    const world = open();
    world.hear(...blocks(1, 3), reorganised(1));
    await settled(world);
    expect(world.indexer.status.block).to.equal(1);
  });

  it("asks for the chain again if it goes deeper than what is kept", async () => {
    const world = open();
    world.hear(...blocks(1, 9), reorganised(2));
    const asked = await settled(world);
    expect(asked.at(-1)).to.deep.equal(["restart", "a reorganisation deeper than what is kept"]);
    expect(asked.filter(([what]) => what === "drop")).to.deep.equal([]);
  });
});

describe("given an indexer that has lost the chain", () => {
  it("because a block contradicts itself, asks for it once and takes nothing until it comes", async () => {
    const world = open();
    world.hear(block(1), block(2, BAD), ...blocks(3, 5));
    expect(await settled(world)).to.deep.equal([["restart", "block 2 contradicts itself"]]);
  });

  it("drops nothing, whatever is reorganised meanwhile", async () => {
    const world = open();
    world.hear(...blocks(1, 2), block(3, BAD), reorganised(1), block(2));
    const asked = await settled(world);
    expect(asked.filter(([what]) => what === "restart" || what === "drop")).to.deep.equal([
      ["restart", "block 3 contradicts itself"],
    ]);
    expect(world.indexer.status.block).to.equal(2); // good ones from before are written all the same
  });

  it("because the index holds another one, asks for it", async () => {
    const world = open();
    world.world.isKnown = false;
    world.hear(block(1));
    const asked = await settled(world);
    expect(asked).to.deep.equal([
      ["put", [1], true],
      ["restart", "the index holds another chain"],
    ]);
    expect(world.indexer.status.block).to.equal(undefined);
  });

  it("begins anew with what is told after the restart, and with nothing from before", async () => {
    const world = open();
    world.hear(block(1), block(2, BAD), RESTARTED, ...blocks(1, 2));
    expect(world.indexer.status.behind).to.equal(2);
    expect(await settled(world)).to.deep.equal([["put", [1, 2], true], ["changed"]]);
  });

  it("tells the store that it is the whole chain again", async () => {
    const world = open();
    world.hear(...blocks(1, 9));
    world.run();
    await until(() => world.indexer.status.block === 9);
    world.hear(RESTARTED, ...blocks(1, 2, 1));
    await until(() => world.indexer.status.block === 2);
    await world.stop();
    expect(world.asked.at(-2)).to.deep.equal(["put", [1, 2], true]);
  });
});

describe("given a follower that reads a long chain for the first time", () => {
  it("has room at once while little waits", async () => {
    const world = open();
    world.hear(...blocks(1, 512));
    await world.indexer.room(world.signal);
    expect(world.indexer.status.behind).to.equal(512);
  });

  it("waits while much does, until some of it is written", async () => {
    const world = open();
    world.hear(...blocks(1, 513));
    let hasRoom = false;
    const waiting = world.indexer.room(world.signal).then(() => (hasRoom = true));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(hasRoom).to.equal(false);
    world.run();
    await waiting;
    expect(world.indexer.status.behind).to.be.at.most(512);
    await world.stop();
  });

  it("waits no longer when it is told to stop", async () => {
    const world = open();
    world.hear(...blocks(1, 600));
    const waiting = world.indexer.room(world.signal);
    await world.stop();
    await waiting;
    expect(world.indexer.status.behind).to.equal(600);
  });
});
