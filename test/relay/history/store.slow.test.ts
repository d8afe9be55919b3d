import { expect } from "chai";
import { eq } from "drizzle-orm";

import type { RelayError } from "../../../src/relay/errors.js";
import { createHistory, type HistoryRequest } from "../../../src/relay/history/history.js";
import type { BlockRows } from "../../../src/history/rows.js";
import { createIndexStore, type IndexStore } from "../../../src/relay/history/index-store.js";
import { shortenBook } from "../../../src/relay/history/stream-store.js";
import { messagesOf } from "../../../src/relay/history/streams.js";
import type { Database } from "../../../src/relay/store/database.js";
import { historyBlocks } from "../../../src/relay/history/schema.js";
import { embeddedDatabase, postgresDatabase } from "./databases.js";
import { blocksOf, eventfulRun, hashAt, projectAll, projectorOf } from "../../history/support.js";

const run = eventfulRun(11, 160);
const rows = (fork = 0): BlockRows[] => projectAll(projectorOf(run), blocksOf(run.logged, 100, fork));
const BLOCKS = rows();
const LAST = BLOCKS.at(-1)!.number;
const ASK: HistoryRequest = { limit: 500, order: "asc" };
let books = 0;

/** The first blocks of one chain, then those of another. */
function forkedAt(at: number): BlockRows[] {
  return [...BLOCKS.slice(0, at), ...rows(1).slice(at)];
}

async function write(store: IndexStore, blocks: readonly BlockRows[]): Promise<void> {
  for (let end = 1; end <= blocks.length; end += 7) expect(await store.put(blocks.slice(0, end), true)).to.equal(true);
  expect(await store.put(blocks, true)).to.equal(true);
}

async function refusal(attempt: Promise<unknown>): Promise<readonly [string, unknown]> {
  const error = await attempt.then(
    () => expect.fail("was not refused"),
    (reason: unknown) => reason as RelayError, // as every refusal of the history
  );
  return [error.code, error.values];
}

/** The same on both databases. */
function behavesWell(open: () => Database): void {
  const fresh = () => {
    const book = `0xbook${(books += 1)}`;
    return { book, store: createIndexStore(open(), book), history: createHistory(open(), book) };
  };
  type Fresh = ReturnType<typeof fresh>;

  /** Everything that the history holds, without what only the database gave it. */
  async function everything({ history }: Fresh): Promise<unknown[]> {
    const parts: unknown[] = [];
    for (const kind of ["orders", "fills", "offsets", "bounds", "allocations", "markets", "weights"] as const) {
      const { items } = await history.page(kind, { ...ASK, limit: 100_000 });
      parts.push(items);
    }
    return parts;
  }

  /** What a reader of all streams has been told, with what reorganisations took back left out. */
  async function told({ store }: Fresh): Promise<Map<string, unknown[]>> {
    const streams = new Map<string, { block: number; payload: unknown }[]>();
    const next = new Map<string, number>();
    for (const { stream, seq, payload } of await store.eventsAfter(0, 1_000_000)) {
      expect(seq, stream).to.equal((next.get(stream) ?? 0) + 1);
      next.set(stream, seq);
      const heard = streams.get(stream) ?? [];
      if (payload["kind"] === "reorganised") {
        streams.set(
          stream,
          heard.filter(({ block }) => block <= (payload["ancestor"] as number)),
        );
      } else if (payload["kind"] !== "snapshot") {
        streams.set(stream, [...heard, { block: (payload["block"] as { number: number }).number, payload }]);
      }
    }
    const heard = [...streams].filter(([, events]) => events.length > 0);
    return new Map(heard.map(([stream, events]) => [stream, events.map(({ payload }) => payload)]));
  }

  function meant(blocks: readonly BlockRows[]): Map<string, unknown[]> {
    const streams = new Map<string, unknown[]>();
    for (const { stream, payload } of blocks.flatMap(messagesOf)) {
      streams.set(stream, [...(streams.get(stream) ?? []), JSON.parse(JSON.stringify(payload))]);
    }
    return streams;
  }

  describe("when blocks are put", () => {
    let full: Fresh;
    before(async () => {
      full = fresh();
      await write(full.store, BLOCKS);
    });

    it("holds every row, exactly", async () => {
      const { items } = await full.history.page("fills", { ...ASK, limit: 100_000 });
      const expected = BLOCKS.flatMap(({ number, timestamp, rows: { fills } }) =>
        fills.map((fill, position) => ({ ...fill, blockNumber: number, position, timestamp })),
      );
      expect(items).to.deep.equal(expected);
      const { items: claims } = await full.history.page("allocations", { ...ASK, limit: 100_000 });
      expect(claims.map((row) => row.claims)).to.deep.equal(
        BLOCKS.flatMap(({ rows: { allocations } }) => allocations.map((row) => row.claims)),
      );
    });

    it("tells every stream in its own numbers", async () => {
      expect(await told(full)).to.deep.equal(meant(BLOCKS));
    });

    it("takes each block once, whoever brings it", async () => {
      const before = await everything(full);
      expect(await full.store.put(BLOCKS.slice(-3), false)).to.equal(true);
      expect(await full.store.put(BLOCKS.slice(0, 5), true)).to.equal(true);
      expect(await everything(full)).to.deep.equal(before);
      expect(await told(full)).to.deep.equal(meant(BLOCKS));
    });

    it("pages through all of it, at one block, whatever is put meanwhile", async () => {
      const { store, history } = fresh();
      const middle = Math.floor(BLOCKS.length * 0.7);
      await write(store, BLOCKS.slice(0, middle));
      const whole = await history.page("orders", { ...ASK, order: "desc", limit: 100_000 });
      let cursor: string | undefined;
      const seen: number[] = [];
      let end = middle;
      do {
        const page = await history.page("orders", { limit: 3, order: "desc", cursor });
        expect(page.block).to.deep.equal(whole.block);
        seen.push(...page.items.map(({ tradeRootId }) => tradeRootId));
        cursor = page.next ?? undefined;
        if (end < BLOCKS.length) await store.put(BLOCKS.slice(0, (end += 1)), true);
      } while (cursor !== undefined);
      expect(seen.length).to.be.greaterThan(9);
      expect(seen).to.deep.equal(whole.items.map(({ tradeRootId }) => tradeRootId));
    });

    it("says what had become of an order at any block", async () => {
      const { items: fills } = await full.history.page("fills", { ...ASK, limit: 100_000 });
      const { takerRootId: tradeRootId, blockNumber, lots } = fills.at(-1)!;
      const asked = { ...ASK, tradeRootId };
      const [now] = (await full.history.orders(asked)).items;
      const quantity: bigint = now!.quantityLots;
      const size = quantity < 0n ? -quantity : quantity;
      expect(now!.filled + now!.offset + now!.left).to.equal(size);
      expect(now!.filled >= lots && now!.left >= 0n).to.equal(true);
      const [earlier] = (await full.history.orders({ ...asked, at: blockNumber - 1 })).items;
      if (now!.blockNumber === blockNumber) expect(earlier).to.equal(undefined);
      else expect(earlier!.filled).to.equal(now!.filled - lots);
    });

    it("filters by trader, market, order, reason and blocks", async () => {
      const { items } = await full.history.page("fills", { ...ASK, limit: 100_000 });
      const { maker, marketRootId, marketBranchId, makerRootId, blockNumber } = items[0]!;
      const ids = async (filter: Partial<HistoryRequest>) =>
        (await full.history.page("fills", { ...ASK, ...filter })).items.map(({ blockNumber: b, position: p }) => [
          b,
          p,
        ]);
      const expected = (keep: (item: (typeof items)[number]) => boolean) =>
        items.filter(keep).map(({ blockNumber: b, position: p }) => [b, p]);
      expect(await ids({ trader: maker })).to.deep.equal(expected((one) => one.maker === maker || one.taker === maker));
      expect(await ids({ marketRootId, marketBranchId })).to.deep.equal(
        expected((one) => one.marketRootId === marketRootId && one.marketBranchId === marketBranchId),
      );
      expect(await ids({ tradeRootId: makerRootId })).to.deep.equal(
        expected((one) => one.makerRootId === makerRootId || one.takerRootId === makerRootId),
      );
      expect(await ids({ fromBlock: blockNumber + 1, toBlock: LAST - 5 })).to.deep.equal(
        expected((one) => one.blockNumber > blockNumber && one.blockNumber <= LAST - 5),
      );
      const offsets = await full.history.page("offsets", { ...ASK, limit: 100_000 });
      const { reason } = offsets.items[0]!;
      const some = await full.history.page("offsets", { ...ASK, reason });
      expect(some.items).to.deep.equal(offsets.items.filter((one) => one.reason === reason));
    });

    it("starts a book's subscriber with the levels that the changes have led to", async () => {
      const { items } = await full.history.page("markets", { ...ASK, order: "desc", limit: 1 });
      const { marketRootId, marketBranchId, bids, asks } = items[0]!;
      const stream = `book:${marketRootId}/${marketBranchId}`;
      const { seq, payload } = await full.store.bookStart(stream, { marketRootId, marketBranchId });
      expect(payload).to.deep.equal({ kind: "snapshot", marketRootId, marketBranchId, bids, asks });
      expect(seq).to.equal(await full.store.headOf(stream));
      expect(seq).to.equal(meant(BLOCKS).get(stream)!.length);
    });

    it("knows the last price of each market at any block, and none of a book that it has not heard of", async () => {
      for (const at of [99, BLOCKS[Math.floor(BLOCKS.length / 2)]!.number, LAST]) {
        const rows = BLOCKS.filter(({ number }) => number <= at).flatMap(({ rows: { markets } }) => markets);
        const last = new Map(rows.map((row) => [`${row.marketRootId}/${row.marketBranchId}`, row]));
        const wanted = [...last.values()]
          .filter(({ lastPrice }) => lastPrice !== null)
          .map(({ marketRootId, marketBranchId, lastPrice: price }) => ({ marketRootId, marketBranchId, price }))
          .sort((a, b) => a.marketRootId - b.marketRootId || a.marketBranchId - b.marketBranchId);
        expect(await full.store.lastPrices(at), `at ${at}`).to.deep.equal(wanted);
        expect(at < 100 || wanted.length > 1).to.equal(true);
      }
      expect(await fresh().store.lastPrices(LAST)).to.deep.equal([]);
    });

    it("refuses what it cannot answer", async () => {
      const { history } = full;
      expect(await refusal(fresh().history.page("fills", ASK))).to.deep.equal(["RELAY_NOT_READY", {}]);
      expect(await refusal(history.page("fills", { ...ASK, at: LAST + 1 }))).to.deep.equal([
        "RELAY_BLOCK_UNKNOWN",
        { at: LAST + 1, newest: LAST },
      ]);
      expect(await refusal(history.page("fills", { ...ASK, at: 99 }))).to.deep.equal([
        "RELAY_BLOCK_UNKNOWN",
        { at: 99, newest: LAST },
      ]);
      const { next } = await history.page("fills", { ...ASK, limit: 1 });
      for (const [kind, request, reason] of [
        ["fills", { ...ASK, cursor: "e30" }, "it cannot be read"],
        ["fills", { ...ASK, cursor: "%%" }, "it cannot be read"],
        ["orders", { ...ASK, cursor: next! }, "it belongs to other filters, or to another path"],
        ["fills", { ...ASK, order: "desc", cursor: next! }, "it belongs to other filters, or to another path"],
      ] as const) {
        expect(await refusal(history.page(kind, request))).to.deep.equal(["RELAY_CURSOR_INVALID", { reason }]);
      }
    });
  });

  const at = Math.floor(BLOCKS.length / 2);

  describe("when the chain is reorganised", () => {
    it("holds the other branch as if there had never been another", async () => {
      const [forked, plain] = [fresh(), fresh()];
      await write(forked.store, BLOCKS);
      await forked.store.put(forkedAt(at), true);
      await write(plain.store, forkedAt(at));
      expect(await everything(forked)).to.deep.equal(await everything(plain));
      expect(await told(forked)).to.deep.equal(meant(forkedAt(at)));
    });

    it("finds the fork from the newest blocks alone", async () => {
      const one = fresh();
      await write(one.store, BLOCKS);
      expect(await one.store.put(forkedAt(at).slice(at - 2), false)).to.equal(true);
      expect(await told(one)).to.deep.equal(meant(forkedAt(at)));
    });

    it("says so if it holds none of what is remembered", async () => {
      const one = fresh();
      await write(one.store, BLOCKS);
      const before = await everything(one);
      expect(await one.store.put(rows(2).slice(-3), false)).to.equal(false);
      expect(await everything(one)).to.deep.equal(before);
    });

    it("is stale for whoever pages at a block that is gone, and goes on for who pages below", async () => {
      const { store, history } = fresh();
      await write(store, BLOCKS);
      const gone = await history.page("orders", { ...ASK, limit: 1 });
      const below = await history.page("orders", { ...ASK, limit: 1, at: BLOCKS[at - 1]!.number });
      await store.put(forkedAt(at), true);
      expect(await refusal(history.page("orders", { ...ASK, cursor: gone.next! }))).to.deep.equal([
        "RELAY_CURSOR_STALE",
        { number: LAST, hash: hashAt(LAST, 0) },
      ]);
      const { block, items } = await history.page("orders", { ...ASK, cursor: below.next! });
      expect(block.number).to.equal(BLOCKS[at - 1]!.number);
      expect(items[0]!.tradeRootId).to.equal(2);
    });

    it("drops blocks that are gone, but not what another relay has put in their place", async () => {
      const one = fresh();
      await write(one.store, BLOCKS);
      const ancestor = BLOCKS[at - 1]!.number;
      await one.store.drop(ancestor, rows(3).slice(at));
      expect((await one.history.page("orders", ASK)).block.number).to.equal(LAST);
      await one.store.drop(ancestor, BLOCKS.slice(at));
      expect((await one.history.page("orders", ASK)).block).to.deep.include({ number: ancestor });
      expect(await told(one)).to.deep.equal(meant(BLOCKS.slice(0, at)));
    });

    it("tells a book's subscriber the levels that are left", async () => {
      const one = fresh();
      await write(one.store, BLOCKS);
      const ancestor = BLOCKS[at - 1]!.number;
      await one.store.drop(ancestor, BLOCKS.slice(at));
      const last = (await one.store.eventsAfter(0, 1_000_000)).filter(({ payload }) => payload["kind"] === "snapshot");
      expect(last.length).to.be.greaterThan(0);
      for (const { payload } of last) {
        const { marketRootId, marketBranchId } = payload as { marketRootId: number; marketBranchId: number };
        const { items } = await one.history.page("markets", { limit: 1, order: "desc", marketRootId, marketBranchId });
        expect([payload["bids"], payload["asks"]]).to.deep.equal([items[0]?.bids ?? [], items[0]?.asks ?? []]);
      }
    });
  });

  describe("when two relays write at once", () => {
    it("holds every block once", async () => {
      const one = fresh();
      const other = createIndexStore(open(), one.book);
      for (let end = 1; end <= BLOCKS.length; end += 3) {
        await Promise.all([one.store, other].map((store) => store.put(BLOCKS.slice(0, end), true)));
      }
      await one.store.put(BLOCKS, true);
      expect(await told(one)).to.deep.equal(meant(BLOCKS));
    });
  });

  describe("when a book's streams are shortened together", () => {
    it("forgets the oldest blocks' events, but the last of each stream, so that its numbers go on", async () => {
      const one = fresh();
      await write(one.store, BLOCKS.slice(0, at));
      const before = await one.store.eventsAfter(0, 1_000_000);
      const kept = 20;
      await open().index.transaction((tables) => shortenBook(tables, one.book, kept));
      const left = await one.store.eventsAfter(0, 1_000_000);
      const streams = new Set(before.map(({ stream }) => stream));
      expect(left.length)
        .to.be.within(streams.size, kept + streams.size)
        .and.to.be.below(before.length);
      const lastOf = (events: typeof left) => new Map(events.map(({ stream, seq }) => [stream, seq]));
      expect(lastOf(left)).to.deep.equal(lastOf(before));
      expect(left).to.include.deep.members(before.slice(-kept / 2));
      await one.store.put(BLOCKS, true);
      for (const [stream, messages] of meant(BLOCKS)) expect(await one.store.headOf(stream)).to.equal(messages.length);
    });
  });

  describe("when it is cleared", () => {
    it("is empty, and takes the same chain again", async () => {
      const one = fresh();
      await write(one.store, BLOCKS);
      await one.store.clear();
      expect(await refusal(one.history.page("orders", ASK))).to.deep.equal(["RELAY_NOT_READY", {}]);
      await write(one.store, BLOCKS);
      expect(await told(one)).to.deep.equal(meant(BLOCKS));
      const blocks = await open().run((tables) => tables.$count(historyBlocks, eq(historyBlocks.book, one.book)));
      expect(blocks).to.equal(BLOCKS.length);
    });
  });
}

describe("given an index in the embedded database", () => {
  behavesWell(embeddedDatabase());
});

describe("given an index on a Postgres server", () => {
  behavesWell(postgresDatabase());
});
