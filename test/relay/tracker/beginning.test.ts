/** Relays that begin at a snapshot, or find that they must not. */
import { expect } from "chai";
import { sql } from "drizzle-orm";

import { snapshotOf } from "../../../src/protocol/book/snapshot.js";
import { keepSnapshot } from "../../../src/relay/engine/snapshots.js";
import { depositOf, LOT, ordersOf, PaperChain } from "../paper/chain.js";
import { engineState } from "../paper/engine.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay, type PaperRelay, type PaperRelayOptions } from "../paper/relay.js";

const PLAN = { everyLogs: 4, everyBlocks: 3 };
const DEPTH = 3;

/** Orders, each in a block of its own, and blocks until they are final. */
function trade(chain: PaperChain, orders = 6): void {
  for (let nonce = 0; nonce < orders; nonce += 1) {
    const side = nonce % 2 === 0 ? 10n : -4n;
    const fields = { nonce: BigInt(chain.tip.number), quantityLots: side, priceTicks: 5_000n + BigInt(nonce % 3) };
    chain.mine(ordersOf(chain.sign(nonce % 3, fields)));
  }
  for (let blocks = 0; blocks <= DEPTH; blocks += 1) chain.mine();
}

async function open(chain: PaperChain, options: Partial<PaperRelayOptions> = {}): Promise<PaperRelay> {
  return paperRelay({ chain, reorgDepth: DEPTH, snapshotPlan: PLAN, ...options });
}

/** Follows block by block, as a relay that is there all the time, and keeps what there is to be kept. */
async function live(relay: PaperRelay): Promise<void> {
  await relay.follow();
  await keepSnapshot(engineState(relay));
}

/** A relay that has followed a chain and kept a snapshot, after which more was traded. */
async function withSnapshot(heard?: string[]) {
  const chain = new PaperChain();
  const first = await open(chain);
  await live(first);
  trade(chain);
  await live(first);
  const [kept] = await first.snapshots.list();
  expect(kept, "a snapshot was kept").not.to.equal(undefined);
  trade(chain, 2);
  /** The first block of which logs were asked for. */
  const asked = { from: Infinity };
  const { node } = chain;
  const watched = {
    ...node,
    logs: (query: Parameters<typeof node.logs>[0]) => {
      const number = query.fromBlock ?? numberOf(chain, query.blockHash!);
      asked.from = Math.min(asked.from, number);
      return node.logs(query);
    },
  };
  const again = (options: Partial<PaperRelayOptions> = {}): Promise<PaperRelay> =>
    open(Object.create(chain, { node: { value: watched } }) as PaperChain, {
      rows: first.rows,
      ...(heard && { heard }),
      ...options,
    });
  return { chain, first, again, asked, block: kept!.block };
}

function numberOf(chain: PaperChain, hash: string): number {
  for (let number = 0; number <= chain.tip.number; number += 1) {
    if (chain.blockAt(number)!.header.hash === hash) return number;
  }
  return Infinity;
}

const bookIn = (relay: PaperRelay): string => relay.tracker.mirror.snapshot().text;

async function expectWhole(relay: PaperRelay, chain: PaperChain): Promise<void> {
  await relay.follow();
  expect([relay.tracker.isReady, relay.tracker.fault]).to.deep.equal([true, undefined]);
  expect(relay.tracker.mirror.tip).to.deep.equal(chain.tip);
  expect(bookIn(relay)).to.equal(snapshotOf(chain.bookAt(chain.tip.number)));
}

describe("given a relay with a snapshot, when it is started again", () => {
  it("reads what came after it, and has the book that reading everything gives", async () => {
    const { chain, again, asked, block } = await withSnapshot();
    const relay = await again();
    await expectWhole(relay, chain);
    expect(asked.from).to.equal(block.number + 1);
  });

  it("brings what waits, and settles what has landed since", async () => {
    const { chain, again } = await withSnapshot();
    const relay = await again();
    await relay.follow();
    const signed = chain.sign(0, { nonce: BigInt(chain.tip.number) });
    await relay.bring(signed);
    chain.mine();
    await relay.follow();
    expect(relay.statusOf(signed)).to.equal("onChain");
    expect(relay.tracker.mirror.confirmed.link).to.equal(chain.link);
  });

  it("takes off what is reorganised away above it", async () => {
    const { chain, again } = await withSnapshot();
    const relay = await again();
    await relay.follow();
    chain.rewind(chain.tip.number - 2);
    for (let blocks = 0; blocks < 4; blocks += 1) chain.mine();
    await expectWhole(relay, chain);
  });

  it("waits for a node that has not come so far, and reads from the first block if it never does", async () => {
    const { chain, again, asked, block } = await withSnapshot();
    const relay = await again();
    chain.rewind(block.number - 1, true); // as if it were a chain that was begun anew
    for (let looks = 1; looks < 10; looks += 1) {
      await expectRefused(relay.tracker.follow(), "NODE_BEHIND", { reason: `it has no block ${block.number}` });
    }
    await expectWhole(relay, chain);
    expect(asked.from).to.equal(0);
    expect(await relay.snapshots.list(), "it may be right again").not.to.deep.equal([]);
  });

  it("passes over one that the index does not reach", async () => {
    const { chain, again, asked } = await withSnapshot();
    const relay = await again({ isIndexed: () => Promise.resolve(false) });
    await expectWhole(relay, chain);
    expect(asked.from).to.equal(0);
  });
});

describe("given a snapshot that is not to be trusted, when a relay begins", () => {
  async function expectThrownAway(
    spoil: (world: Awaited<ReturnType<typeof withSnapshot>>) => Promise<unknown>,
  ): Promise<void> {
    const heard: string[] = [];
    const world = await withSnapshot(heard);
    const { length } = await world.first.snapshots.list();
    await spoil(world);
    const relay = await world.again();
    await expectWhole(relay, world.chain);
    expect(world.asked.from, "read from the first block").to.equal(0);
    expect(heard.filter((message) => message === "snapshot thrown away")).to.have.lengthOf(length);
    expect(await relay.snapshots.list()).to.deep.equal([]);
    expect((await relay.metrics.faults.get()).values).to.deep.include({ labels: { part: "snapshot" }, value: length });
  }

  const change = async ({ first }: { readonly first: PaperRelay }, statement: ReturnType<typeof sql>) => {
    await first.database.run((tables) => tables.execute(statement));
  };

  it("throws one away whose bytes are damaged", () =>
    expectThrownAway((world) =>
      change(
        world,
        sql`update snapshots set bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1) where book = ${world.first.rows}`,
      ),
    ));

  it("throws one away whose block is no part of the chain", () =>
    expectThrownAway(async ({ chain, block }) => {
      chain.rewind(block.number - 1);
      trade(chain, 8);
      return Promise.resolve();
    }));

  it("throws one away that another version has written", () =>
    expectThrownAway(async ({ first, block }) => {
      const text = (await first.snapshots.read(block)).replace("session-book 1 ", "session-book 0 ");
      for (const one of await first.snapshots.list()) await first.snapshots.put(one, text);
    }));

  it("throws one away that leads to another head than the chain has there", () =>
    expectThrownAway(async ({ first }) => {
      const other = new PaperChain();
      other.mine(ordersOf(other.sign(1)));
      const text = snapshotOf(other.bookAt(other.tip.number));
      for (const one of await first.snapshots.list()) await first.snapshots.put(one, text);
    }));
});

describe("given a snapshot that waits, when it is compared with the chain", () => {
  it("is not kept before its block is final, nor before the index has it", async () => {
    const chain = new PaperChain();
    let isIndexed = false;
    const relay = await open(chain, { isIndexed: () => Promise.resolve(isIndexed) });
    await live(relay);
    expect(relay.tracker.finalSnapshot).to.equal(undefined);
    trade(chain);
    await live(relay);
    expect(relay.tracker.finalSnapshot).not.to.equal(undefined);
    expect(await relay.snapshots.list()).to.deep.equal([]);
    isIndexed = true;
    await live(relay);
    expect(await relay.snapshots.list()).to.have.lengthOf(1);
  });

  it("is kept by the relay that submits alone, if others share the database", async () => {
    const chain = new PaperChain();
    const relay = await open(chain);
    await relay.follow();
    trade(chain);
    await relay.follow();
    await keepSnapshot(engineState(relay, { isShared: true }));
    expect(await relay.snapshots.list()).to.deep.equal([]);
  });

  it("is forgotten if its block is reorganised away", async () => {
    const chain = new PaperChain();
    const relay = await open(chain);
    await relay.follow();
    chain.mine(...[0, 1, 2].map((trader) => ordersOf(chain.sign(trader))));
    await relay.follow();
    const { number } = chain.tip;
    chain.rewind(number - 1);
    for (let blocks = 0; blocks <= DEPTH + 1; blocks += 1) chain.mine();
    await relay.follow();
    expect(relay.tracker.finalSnapshot?.block.number ?? 0).to.be.lessThan(number);
  });

  it("shows a deposit that a node left out, which no head shows, and the chain is read again", async () => {
    const chain = new PaperChain();
    const { node } = chain;
    let hidden = -1;
    const lossy = {
      ...node,
      logs: async (query: Parameters<typeof node.logs>[0]) =>
        (await node.logs(query)).filter(({ blockNumber }) => blockNumber !== hidden),
    };
    const relay = await open(Object.create(chain, { node: { value: lossy } }) as PaperChain);
    await relay.follow();
    hidden = chain.mine(depositOf(chain.traders[0]!.address, 5n * LOT)).number;
    await relay.follow();
    trade(chain);
    await relay.follow();
    expect(relay.tracker.mirror.confirmed.link, "the head is the chain's").to.equal(chain.link);
    await keepSnapshot(engineState(relay));
    expect(relay.tracker.fault?.code).to.equal("RELAY_READING_AGAIN");
    expect(relay.tracker.fault?.detail).to.include(`the logs leave ${chain.traders[0]!.address}`);
    expect(await relay.snapshots.list()).to.deep.equal([]);
    hidden = -1; // the node has them now
    await expectWhole(relay, chain);
  });

  it("says so without end of a node that never has the logs, but reads ever more seldom", async () => {
    const chain = new PaperChain();
    const { node } = chain;
    const hidden = chain.mine(depositOf(chain.traders[0]!.address, 5n * LOT)).number;
    const lossy = {
      ...node,
      logs: async (query: Parameters<typeof node.logs>[0]) =>
        (await node.logs(query)).filter(({ blockNumber }) => blockNumber !== hidden),
    };
    const heard: string[] = [];
    const relay = await open(Object.create(chain, { node: { value: lossy } }) as PaperChain, { heard });
    for (let rounds = 0; rounds < 14; rounds += 1) {
      await live(relay);
      trade(chain, 2);
    }
    expect(await relay.snapshots.list()).to.deep.equal([]);
    expect(heard.filter((message) => message === "reading the chain again").length).to.be.within(2, 6);
    expect(relay.tracker.fault?.code).to.equal("NODE_LOGS_MISSING");
    expect(relay.tracker.isReady).to.equal(true);
  });
});
