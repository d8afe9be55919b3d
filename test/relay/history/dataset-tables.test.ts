/**
 * What a relay's history tells as orders, fills, offsets, bounds, allocations, markets and weights is what the tables of the session's
 * dataset have, field by field: one is made of blocks, the other of logs. What a block leaves behind is held against the dataset's last
 * rows up to its end.
 */
import { expect } from "chai";

import { LEVELS, levelNames, type Side } from "../../../src/dataset/schema/levels.js";
import type { TableRow } from "../../../src/dataset/schema/tables.js";
import { createProjector } from "../../../src/history/projector.js";
import type { HistoryRows } from "../../../src/history/rows.js";
import { createHistory, type History } from "../../../src/relay/history/history.js";
import { createIndexStore } from "../../../src/relay/history/index-store.js";
import { bookTermsOf } from "../../../src/verify/log-header.js";
import { busySession, endSession } from "../../dataset/support/busy.js";
import { type AllRows, rowsOf } from "../../dataset/support/folders.js";
import { freshBook, sharedDatabase } from "../paper/database.js";
import { allPages, blocksOf, put } from "./log-blocks.js";

type Event = TableRow<"events">;
type Market = Pick<Event, "root_id" | "branch_id">;

const REASON_OF: Readonly<Record<string, string>> = { own_order: "ownOrder" };

const marketOf = ({ root_id, branch_id }: Market) => ({ marketRootId: root_id, marketBranchId: branch_id });
const sumOf = (rows: readonly { readonly lots: bigint | null }[]): bigint =>
  rows.reduce((sum, { lots }) => sum + (lots ?? 0n), 0n);

const without = (row: object, ...names: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

/** A dataset's rows, with what they name each other by put in its place. */
class Tables {
  public constructor(public readonly rows: AllRows) {}

  public ofAction(...actions: readonly Event["action"][]): readonly Event[] {
    return this.rows.events.filter(({ action }) => actions.includes(action));
  }

  /** Numbers are dense, and begin at 1. */
  public at(seq: bigint): Event {
    return this.rows.events[Number(seq) - 1]!;
  }

  public addressOf(wanted: number | null): string | undefined {
    return this.rows.traders.find(({ trader }) => trader === wanted)?.address;
  }

  /** Where and when an event was logged, and in which market. */
  public placeOf(event: Event) {
    return {
      ...marketOf(event),
      blockNumber: Number(event.block_number),
      timestamp: event.ts_event / 1_000n,
      logIndex: event.log_index,
      transactionHash: this.rows.transactions.find(({ tx }) => tx === event.tx)?.tx_hash,
    };
  }

  /** Rows of which the event is in that block, or in one before. */
  public upTo<Row extends { readonly seq: bigint }>(rows: readonly Row[], block: number): readonly Row[] {
    return rows.filter(({ seq }) => this.at(seq).block_number <= block);
  }

  public blocks(): number[] {
    return [...new Set(this.rows.events.map(({ block_number }) => Number(block_number)))];
  }
}

function orders(tables: Tables) {
  return tables.ofAction("A").map((event) => {
    const of = (...actions: readonly Event["action"][]) =>
      tables.ofAction(...actions).filter(({ order_id }) => order_id === event.order_id);
    return {
      ...tables.placeOf(event),
      tradeRootId: Number(event.order_id),
      link: event.link,
      trader: tables.addressOf(event.trader),
      priceTicks: BigInt(event.price!),
      quantityLots: event.side === "B" ? event.lots! : 0n - event.lots!,
      deadline: event.deadline,
      timeInForce: event.tif,
      filled: sumOf(of("F", "T")),
      offset: sumOf(of("C")),
      left: of("A", "F", "T", "C").at(-1)!.lots_left,
    };
  });
}

function fills(tables: Tables) {
  return tables.rows.trades.map((trade) => {
    const [maker, taker] = (["F", "T"] as const).map((action) =>
      tables.ofAction(action).find(({ match_id }) => match_id === trade.match_id),
    );
    expect([maker!.order_id, taker!.order_id]).to.deep.equal([trade.maker_order, trade.taker_order]);
    return {
      ...tables.placeOf(tables.at(trade.seq)),
      ...marketOf(trade),
      makerRootId: Number(trade.maker_order),
      takerRootId: Number(trade.taker_order),
      maker: tables.addressOf(maker!.trader),
      taker: tables.addressOf(taker!.trader),
      priceTicks: BigInt(trade.price),
      lots: trade.lots,
      takerBuys: trade.aggressor === "B",
      via: trade.through,
    };
  });
}

function offsets(tables: Tables) {
  return tables
    .ofAction("C")
    .map((event) => ({
      ...tables.placeOf(event),
      tradeRootId: Number(event.order_id),
      trader: tables.addressOf(event.trader),
      reason: REASON_OF[event.reason!] ?? event.reason,
      lots: event.lots,
    }));
}

function bounds(tables: Tables) {
  return tables.rows.bounds.map((row) => {
    const event = tables.at(row.seq);
    const root = tables.rows.roots.find(({ root_id }) => root_id === row.root_id)!;
    const isMade = root.created_seq === row.seq;
    const isBranched = tables.rows.branches.some(
      ({ root_id, created_seq }) => root_id === row.root_id && created_seq === row.seq,
    );
    return {
      ...tables.placeOf(event),
      ...marketOf(row),
      cause: event.action === "B" ? "fallback" : isMade ? "made" : isBranched ? "branched" : "bounded",
      lower: BigInt(row.lo),
      upper: BigInt(row.hi),
      settled: root.settled_seq !== null && root.settled_seq <= row.seq,
      description: isMade ? (root.description ?? "") : "",
    };
  });
}

/** Claims of every trader of whom they are others at the end of a block than at that of the one before. */
function allocations(tables: Tables) {
  const { traders, allocations: changes } = tables.rows;
  const before = new Map<number, string>();
  return tables.blocks().flatMap((blockNumber) =>
    traders.flatMap(({ trader, address }) => {
      const own = tables.upTo(changes, blockNumber).filter((row) => row.trader === trader);
      const claims = own.filter(({ seq }) => seq === own.at(-1)?.seq).map(({ claim_wei }) => claim_wei);
      if (claims.length === 0 || before.get(trader) === claims.join()) return [];
      before.set(trader, claims.join());
      return [{ blockNumber, trader: address, claims }];
    }),
  );
}

/** What a history's row about a market at the end of a block has to say. */
function marketAt(tables: Tables, market: Market, blockNumber: number) {
  const { book10, trades, positions } = tables.rows;
  const of = <Row extends Market & { readonly seq: bigint }>(rows: readonly Row[]): readonly Row[] =>
    tables.upTo(
      rows.filter((row) => row.root_id === market.root_id && row.branch_id === market.branch_id),
      blockNumber,
    );
  const book = of(book10).at(-1);
  const lots = market.root_id === BASKET ? tradedLots(tables, market, blockNumber) : lastLots(of(positions));
  const made = of(trades);
  const own = made.filter(({ seq }) => Number(tables.at(seq).block_number) === blockNumber);
  const most = (held: readonly bigint[]): bigint => held.reduce((sum, one) => sum + (one > 0n ? one : 0n), 0n);
  const [bids, asks] = (["bid", "ask"] as const).map((side) => levelsOf(book, side));
  return {
    bestBid: bids![0] === undefined ? null : BigInt(bids![0][0]),
    bestAsk: asks![0] === undefined ? null : BigInt(asks![0][0]),
    lastPrice: made.length === 0 ? null : BigInt(made.at(-1)!.price),
    volume: sumOf(own),
    longLots: most(lots),
    shortLots: most(lots.map((held) => 0n - held)),
    bids,
    asks,
  };
}

const lastLots = (rows: readonly TableRow<"positions">[]): bigint[] => [
  ...new Map(rows.map(({ trader, lots }) => [trader, lots])).values(),
];

/**
 * Of everybody who has not left what was bought less what was sold in a market, as a book counts open interest. A dataset's positions in
 * the basket are those beside the last leg instead (R10).
 */
function tradedLots(tables: Tables, { root_id, branch_id }: Market, block: number): bigint[] {
  const held = new Map<number, bigint>();
  for (const event of tables.upTo(tables.ofAction("F", "T", "X"), block)) {
    const { action, trader, side, lots } = event;
    if (action === "X") held.delete(trader!);
    else if (event.root_id === root_id && event.branch_id === branch_id)
      held.set(trader!, (held.get(trader!) ?? 0n) + (side === "B" ? lots! : 0n - lots!));
  }
  return [...held.values()];
}

function levelsOf(book: TableRow<"book10"> | undefined, side: Side): (readonly [string, string, number])[] {
  if (book === undefined) return [];
  return Array.from({ length: LEVELS }, (_, level) => levelNames(side, level)).flatMap(({ price, size, count }) =>
    book[price] === null ? [] : [[`${book[price]}`, `${book[size]}`, book[count]!] as const],
  );
}

/** Of each block that leaves the basket quoted otherwise than the one before, with a quote for every leg. */
function weights(tables: Tables) {
  const { book10, weights: quoted } = tables.rows;
  let before = "";
  return tables.blocks().flatMap((blockNumber) => {
    const seq = tables.upTo(book10, blockNumber).findLast(({ root_id }) => root_id === BASKET)?.seq;
    const middles = quoted.filter((row) => row.root_id === BASKET && row.seq === seq).map(({ mid2 }) => BigInt(mid2));
    const isSame = middles.join() === before;
    before = middles.join();
    return isSame || middles.length === 0 ? [] : [{ blockNumber, doubledMiddles: middles }];
  });
}

const BASKET = 1;

describe("given a session's dataset, and a relay's index of the same blocks", () => {
  const log = endSession(busySession({ calls: 140, seed: 9n })).log();
  const tables = new Tables(rowsOf(log));
  let history: History;
  before(async () => {
    const [database, book] = [await sharedDatabase(), freshBook()];
    await put(createIndexStore(database, book), createProjector(bookTermsOf(log.header), 10_000), blocksOf(log));
    history = createHistory(database, book);
  });

  /** All that a history tells of a kind, without those columns. */
  async function told(kind: keyof HistoryRows, ...columns: readonly string[]): Promise<unknown[]> {
    const rows = await allPages(history, kind);
    expect(rows.length).to.be.greaterThan(5);
    return rows.map((row) => without(row, ...columns, "position"));
  }

  it("tells the same fills, orders taken out, and bounds", async () => {
    expect(await told("fills")).to.deep.equal(fills(tables));
    expect(await told("offsets")).to.deep.equal(offsets(tables));
    expect(await told("bounds")).to.deep.equal(bounds(tables));
  });

  it("tells the same orders, and what has become of each; a nonce is the history's alone", async () => {
    const wanted = orders(tables);
    const { items } = await history.orders({ limit: 2_000, order: "asc" });
    expect(items.map((item) => without(item, "nonce", "position"))).to.deep.equal(wanted);
  });

  it("tells the same claims of everybody whose are others after a block", async () => {
    const byTrader = (rows: readonly { blockNumber: number; trader: string }[]) =>
      [...rows].sort((a, b) => a.blockNumber - b.blockNumber || a.trader.localeCompare(b.trader));
    const rows = (await told("allocations", "timestamp")) as ReturnType<typeof allocations>;
    expect(byTrader(rows)).to.deep.equal(byTrader(allocations(tables)));
  });

  it("tells of each market that a block has touched the same book, trades and open interest", async () => {
    const rows = await allPages(history, "markets");
    for (const { blockNumber, marketRootId: root_id, marketBranchId: branch_id, ...row } of rows) {
      const own = without(row, "position", "timestamp");
      const ten = { bids: row.bids.slice(0, LEVELS), asks: row.asks.slice(0, LEVELS) };
      const wanted = marketAt(tables, { root_id, branch_id }, blockNumber);
      expect({ ...own, ...ten }, `${root_id}/${branch_id} at ${blockNumber}`).to.deep.equal(wanted);
    }
    const known = new Set(rows.map((row) => `${row.blockNumber} ${row.marketRootId}/${row.marketBranchId}`));
    for (const { seq, root_id, branch_id } of tables.rows.book10) {
      expect(known).to.include(`${tables.at(seq).block_number} ${root_id}/${branch_id}`);
    }
  });

  it("tells the same middles of the basket's legs", async () => {
    expect(await told("weights", "timestamp")).to.deep.equal(weights(tables));
  });
});
