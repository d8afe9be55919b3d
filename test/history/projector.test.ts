import { expect } from "chai";

import { marketBounds } from "../../src/protocol/market/market-table.js";
import type { HistoryRows } from "../../src/history/rows.js";
import { levelsOf } from "../../src/protocol/book/projections.js";
import { blocksOf, eventfulRun, projectAll, projectorOf } from "./support.js";

const RUNS = [11, 42].map((seed) => eventfulRun(seed, 160));

describe("given the records of a random history", () => {
  for (const [index, run] of RUNS.entries()) {
    const { book } = run;
    const blocks = blocksOf(run.logged);
    const projected = projectAll(projectorOf(run), blocks);
    const all = <Name extends keyof HistoryRows>(name: Name): HistoryRows[Name][number][] =>
      projected.flatMap(({ rows }) => rows[name] as HistoryRows[Name][number][]); // the rows of that name

    describe(`number ${index + 1}, when it is projected block by block`, () => {
      it("ends at the book's head", () => {
        expect(projected.at(-1)?.head).to.equal(book.link);
      });

      it("leaves of every order what the book has of it", () => {
        const left = new Map<number, bigint>(
          all("orders").map(({ tradeRootId, quantityLots: quantity }) => [tradeRootId, quantity]),
        );
        const take = (tradeRootId: number, lots: bigint): void => {
          const before = left.get(tradeRootId)!;
          left.set(tradeRootId, before > 0n ? before - lots : before + lots);
        };
        for (const { makerRootId, takerRootId, lots } of all("fills")) {
          take(makerRootId, lots);
          take(takerRootId, lots);
        }
        for (const { tradeRootId, lots } of all("offsets")) take(tradeRootId, lots);
        const open = [...left].filter(([, lots]) => lots !== 0n);
        const resting = [...book.state.queues.orders()].map(({ tradeRootId, lots }) => [tradeRootId, lots]);
        expect(left.size).to.equal(book.chainState().trades);
        expect(open.sort(byFirst)).to.deep.equal(resting.sort(byFirst));
      });

      it("names the side of the taker, and the traders of both", () => {
        const orders = new Map(all("orders").map((order) => [order.tradeRootId, order]));
        expect(all("fills").length).to.be.greaterThan(9);
        for (const { makerRootId, takerRootId, maker, taker, takerBuys } of all("fills")) {
          const [made, took] = [orders.get(makerRootId)!, orders.get(takerRootId)!];
          expect([maker, taker]).to.deep.equal([made.trader, took.trader]);
          expect(takerBuys).to.equal(took.quantityLots > 0n);
          expect(made.quantityLots > 0n).to.equal(!takerBuys);
        }
      });

      it("says last of every trader what the book says of the claims", () => {
        const last = new Map(all("allocations").map(({ trader, claims }) => [trader, claims]));
        expect(last.size).to.be.greaterThan(1);
        for (const { address } of book.state.traders.all()) {
          const none = book.claimsOf(address).map(() => 0n);
          expect(last.get(address) ?? none, address).to.deep.equal(book.claimsOf(address));
        }
      });

      it("says last of every market its levels and its open interest", () => {
        const last = new Map(all("markets").map((row) => [`${row.marketRootId}/${row.marketBranchId}`, row]));
        for (const [key, { bids, asks, longLots, shortLots, bestBid, bestAsk, ...market }] of last) {
          const queues = book.state.queues.of(market);
          const text = (side: typeof queues.bids) =>
            levelsOf(side, { most: 50 }).map(({ priceTicks: price, lots, orders }) => [
              String(price),
              String(lots),
              orders,
            ]);
          expect([bids, asks], key).to.deep.equal([text(queues.bids), text(queues.asks)]);
          expect([bestBid, bestAsk]).to.deep.equal([queues.bids.best?.price ?? null, queues.asks.best?.price ?? null]);
          const root = book.state.markets.known(market.marketRootId);
          const held = [...book.state.traders.all()].map(
            ({ traderId }) => book.state.margin.load(traderId, root).lots[market.marketBranchId - 1]!,
          );
          const long = held.filter((lots) => lots > 0n).reduce((sum, lots) => sum + lots, 0n);
          const short = held.filter((lots) => lots < 0n).reduce((sum, lots) => sum - lots, 0n);
          expect([longLots, shortLots], key).to.deep.equal([long, short]);
        }
      });

      it("says last of every root how its markets are bounded", () => {
        const last = new Map(all("bounds").map((row) => [`${row.marketRootId}/${row.marketBranchId}`, row]));
        expect(last.size).to.be.greaterThan(0);
        for (const { marketRootId, marketBranchId, lower, upper, settled } of last.values()) {
          const { table } = book.state.markets;
          expect({ lower, upper }).to.deep.equal(marketBounds(table, { marketRootId, marketBranchId }));
          expect(settled).to.equal(table.roots.get(marketRootId)!.settled);
        }
      });

      it("gives changes of levels that lead from nothing to the book", () => {
        const sides = new Map<string, Map<bigint, bigint>>();
        for (const { marketRootId, marketBranchId, bids, asks } of projected.flatMap(({ changes }) => changes)) {
          for (const [name, levels] of [
            ["bids", bids],
            ["asks", asks],
          ] as const) {
            const key = `${marketRootId}/${marketBranchId}/${name}`;
            const side = sides.get(key) ?? sides.set(key, new Map()).get(key)!;
            for (const { priceTicks: price, lots } of levels) {
              if (lots === 0n) side.delete(price);
              else side.set(price, lots);
            }
          }
        }
        for (const [key, side] of sides) {
          const [root, branch, name] = key.split("/");
          const queues = book.state.queues.of({ marketRootId: Number(root), marketBranchId: Number(branch) });
          const levels = levelsOf(queues.side(name === "bids")).map(({ priceTicks: price, lots }) => [price, lots]);
          expect([...side].sort(byFirst), key).to.deep.equal(levels.sort(byFirst));
        }
      });
    });

    describe(`number ${index + 1}, when blocks are taken off and come again`, () => {
      it("gives the same rows again", () => {
        const projector = projectorOf(run);
        const first = projectAll(projector, blocks);
        for (const cut of [blocks.length - 1, Math.floor(blocks.length / 2), 1]) {
          expect(projector.takeOff(blocks[cut - 1]!.header.number)).to.equal(true);
          expect(projector.tip?.hash).to.equal(blocks[cut - 1]!.header.hash);
          expect(projectAll(projector, blocks.slice(cut))).to.deep.equal(first.slice(cut));
        }
      });

      it("says so if they are not kept any more", () => {
        const projector = projectorOf(run, 3);
        projectAll(projector, blocks);
        expect(projector.takeOff(blocks.at(-3)!.header.number)).to.equal(true);
        expect(projector.takeOff(blocks[0]!.header.number)).to.equal(false);
      });
    });
  }
});

describe("given records that contradict each other", () => {
  it("refuses the block, and has not changed", () => {
    const run = RUNS[0]!;
    const blocks = blocksOf(run.logged);
    const at = blocks.findIndex(({ records }) => records.some(({ kind }) => kind === "matched"));
    const { header, records } = blocks[at]!;
    const forged = records.map((record) =>
      record.kind === "matched" ? { ...record, lots: record.lots + 1n } : record,
    );
    const projector = projectorOf(run);
    projectAll(projector, blocks.slice(0, at));
    expect(() => projector.apply(header, forged as typeof records)).to.throw("RECORD_IMPOSSIBLE");
    expect(projectAll(projector, blocks.slice(at)).at(-1)?.head).to.equal(run.book.link);
  });
});

type Entry = readonly (bigint | number)[];
const byFirst = (a: Entry, b: Entry): number => (a[0]! < b[0]! ? -1 : 1);
