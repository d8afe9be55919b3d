/** A short history that has rows of every kind, written and asked for, in the embedded database. */
import { expect } from "chai";

import type { BlockRows, HistoryRows } from "../../../src/history/rows.js";
import { createHistory, type History, type HistoryRequest } from "../../../src/relay/history/history.js";
import { createIndexStore, type IndexStore } from "../../../src/relay/history/index-store.js";
import { ALICE, BOB, CAROL, GOLD, SILVER } from "../../history/by-hand.js";
import { everyKind } from "../../history/every-kind.js";
import { DESCRIPTION } from "../../protocol/markets.js";
import { hashAt } from "../../history/support.js";
import { freshBook, sharedDatabase } from "../paper/database.js";
import { expectRefused } from "../paper/expect.js";

const BLOCKS = everyKind();
const KINDS = Object.keys(BLOCKS[0]!.rows) as (keyof HistoryRows)[]; // its keys, as just made
const ASK: HistoryRequest = { limit: 100, order: "asc" };
/** The newest block, and the one before it. */
const [LAST, BEFORE] = [104, 103];

interface World {
  readonly history: History;
  readonly store: IndexStore;
}

async function filled(blocks: readonly BlockRows[] = BLOCKS): Promise<World> {
  const [database, book] = [await sharedDatabase(), freshBook()];
  const store = createIndexStore(database, book);
  if (blocks.length > 0) expect(await store.put(blocks, true)).to.equal(true);
  return { store, history: createHistory(database, book) };
}

describe("given an index with a row of every kind", () => {
  let world: World;
  before(async () => {
    world = await filled();
  });

  const roots = async (request: Partial<HistoryRequest>): Promise<number[]> =>
    (await world.history.page("orders", { ...ASK, ...request })).items.map(({ tradeRootId }) => tradeRootId);

  for (const kind of KINDS) {
    it(`gives back ${kind} as they were, with their place`, async () => {
      const expected = BLOCKS.flatMap(({ number, timestamp, rows }) =>
        (rows[kind] as readonly object[]).map((row, position) => ({
          ...row,
          blockNumber: number,
          position,
          timestamp,
        })),
      );
      const { block, items, next } = await world.history.page(kind, ASK);
      expect(expected.length).to.be.greaterThan(0);
      expect(items).to.deep.equal(expected);
      expect([block, next]).to.deep.equal([{ number: LAST, hash: hashAt(LAST, 0), timestamp: 1_500n }, null]);
    });
  }

  it("gives the newest first if asked so", async () => {
    expect(await roots({ order: "desc" })).to.deep.equal((await roots({})).toReversed());
  });

  it("leaves out what is not asked for", async () => {
    expect(await roots({})).to.deep.equal([1, 2, 3, 4, 5]);
    expect(await roots({ trader: ALICE })).to.deep.equal([1, 4]);
    expect(await roots({ ...SILVER })).to.deep.equal([3]);
    expect(await roots({ marketRootId: 1 })).to.deep.equal([1, 2, 3, 4]);
    expect(await roots({ marketRootId: 1, trader: BOB })).to.deep.equal([2]);
    expect(await roots({ tradeRootId: 2 })).to.deep.equal([2]);
    expect(await roots({ fromBlock: 102 })).to.deep.equal([4, 5]);
    expect(await roots({ fromBlock: 101, toBlock: 102 })).to.deep.equal([1, 2, 3, 4]);
    expect(await roots({ trader: CAROL, fromBlock: 102 })).to.deep.equal([]);
  });

  it("finds a fill by either of its sides", async () => {
    for (const change of [{ trader: ALICE }, { trader: BOB }, { tradeRootId: 1 }, { tradeRootId: 2 }]) {
      const { items } = await world.history.page("fills", { ...ASK, ...change });
      expect(items.map(({ lots }) => lots)).to.deep.equal([4n]);
    }
    expect((await world.history.page("fills", { ...ASK, trader: CAROL })).items).to.deep.equal([]);
  });

  it("finds what was taken out by its reason", async () => {
    const count = async (reason: string): Promise<number> =>
      (await world.history.page("offsets", { ...ASK, reason })).items.length;
    expect([await count("cancelled"), await count("expired")]).to.deep.equal([1, 0]);
  });

  it("passes over filters that a kind does not know", async () => {
    const { items } = await world.history.page("weights", {
      ...ASK,
      trader: ALICE,
      marketRootId: 9,
      reason: "expired",
    });
    expect(items.length).to.equal(BLOCKS.flatMap(({ rows }) => rows.weights).length);
  });

  it("says what has become of each order, at any block", async () => {
    const states = async (at: number): Promise<unknown[]> =>
      (await world.history.orders({ ...ASK, ...GOLD, at })).items.map(({ tradeRootId, filled: done, offset, left }) => [
        tradeRootId,
        done,
        offset,
        left,
      ]);
    expect(await states(101)).to.deep.equal([
      [1, 4n, 0n, 6n],
      [2, 4n, 0n, 0n],
    ]);
    expect(await states(102)).to.deep.equal([
      [1, 4n, 6n, 0n],
      [2, 4n, 0n, 0n],
      [4, 0n, 0n, 1n],
    ]);
    expect(await states(100)).to.deep.equal([]);
  });

  it("says what roots are about: those that it has, by the record that made them", async () => {
    expect([...(await world.history.words([]))]).to.deep.equal([]);
    const made = BLOCKS.find(({ rows }) => rows.bounds.some(({ cause }) => cause === "made"))!;
    const createdAt = { blockNumber: made.number, timestamp: made.timestamp };
    expect([...(await world.history.words([1, 2, 9]))]).to.deep.equal([[2, { description: DESCRIPTION, createdAt }]]);
  });

  it("goes on page by page, at the block of the first", async () => {
    const first = await world.history.page("orders", { ...ASK, limit: 2, at: BEFORE });
    expect(first.items.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([1, 2]);
    const second = await world.history.page("orders", { ...ASK, limit: 2, cursor: first.next! });
    expect(second.items.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([3, 4]);
    expect([second.block.number, second.next]).to.deep.equal([BEFORE, null]);
  });

  it("names the block below where blocks without a record were left out", async () => {
    const { history } = await filled(BLOCKS.filter(({ number }) => number !== 103));
    const { block } = await history.page("orders", { ...ASK, at: 103 });
    expect(block.number).to.equal(102);
  });

  it("refuses a block that has not come, and one before the first", async () => {
    const refused = (at: number): Promise<void> =>
      expectRefused(world.history.page("fills", { ...ASK, at }), "RELAY_BLOCK_UNKNOWN", { at, newest: LAST });
    await refused(LAST + 1);
    await refused(99);
  });

  it("refuses a cursor of another question, of either kind of answer", async () => {
    const { next } = await world.history.page("orders", { ...ASK, limit: 1 });
    const reason = "it belongs to other filters, or to another path";
    for (const [kind, change] of [
      ["fills", {}],
      ["orders", { trader: ALICE }],
    ] as const) {
      const asked = world.history.page(kind, { ...ASK, ...change, cursor: next! });
      await expectRefused(asked, "RELAY_CURSOR_INVALID", { reason });
    }
  });

  it("refuses to go on at a block that is no part of the chain any more", async () => {
    const { history, store } = await filled();
    const { next } = await history.page("orders", { ...ASK, limit: 1 });
    await store.drop(102, BLOCKS.slice(3));
    const asked = history.page("orders", { ...ASK, cursor: next! });
    await expectRefused(asked, "RELAY_CURSOR_STALE", { number: LAST, hash: hashAt(LAST, 0) });
  });

  it("is not ready before the first block", async () => {
    const { history } = await filled([]);
    await expectRefused(history.page("orders", ASK), "RELAY_NOT_READY");
    await expectRefused(history.orders(ASK), "RELAY_NOT_READY");
  });
});
