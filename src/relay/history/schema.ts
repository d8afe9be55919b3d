/**
 * Tables of the index: what a replay of the chain said, block by block. Rows are only ever added, each under its block, so that
 * the state at an older block is read by leaving later rows out, and a reorganisation is undone by deleting them. Those with blocks are
 * partitioned by block (`partitions.ts`), which drizzle has no words for.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";

import type { AccountRow, BoundsCause, RecordRow, StoredLevel } from "../../history/rows.js";
import type { Lots, Ticks, TokenWei } from "../../protocol/amounts/units.js";
import type { Via } from "../../protocol/value/via.js";
import type { OffsetReason } from "../../protocol/book/events.js";

const amount = (name: string) => numeric(name, { precision: 78, scale: 0, mode: "bigint" });
const id = (name: string) => bigint(name, { mode: "number" });

/** Where a row stands: its block, and its place among the rows of one table in it, from 0. */
const place = () => ({
  /** The order book and its chain: a key of `books`. */
  book: text("book").notNull(),
  blockNumber: id("block_number").notNull(),
  position: integer("position").notNull(),
});

const market = () => ({
  marketRootId: id("market_root_id").notNull(),
  marketBranchId: integer("market_branch_id").notNull(),
});

/** How far the index has come. Whoever adds or deletes rows holds this row's lock. */
export const historyTips = pgTable("history_tips", {
  book: text("book").primaryKey(),
  /** -1 before the first block. */
  number: id("number").notNull(),
  hash: text("hash").notNull(),
});

/** Blocks that were looked at; those without a record may be missing. */
export const historyBlocks = pgTable(
  "history_blocks",
  {
    book: text("book").notNull(),
    number: id("number").notNull(),
    hash: text("hash").notNull(),
    /** Unix seconds. */
    timestamp: amount("timestamp").notNull(),
    /** The order chain's newest checkpoint after it. */
    head: text("head").notNull(),
    /** Transactions of the session so far. */
    transactions: bigint("transactions", { mode: "bigint" })
      .default(sql`0`)
      .notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.book, table.number] }),
    index("history_blocks_time").on(table.book, table.timestamp, table.number),
  ],
);

export const historyOrders = pgTable(
  "history_orders",
  {
    ...place(),
    ...market(),
    logIndex: integer("log_index").notNull(),
    transactionHash: text("transaction_hash").notNull(),
    tradeRootId: id("trade_root_id").notNull(),
    link: text("link").notNull(),
    trader: text("trader").notNull(),
    /** Ticks. */
    priceTicks: amount("price").$type<Ticks>().notNull(),
    /** Lots, + bid, - offer. */
    quantityLots: amount("quantity").$type<Lots>().notNull(),
    nonce: amount("nonce").notNull(),
    /** Unix seconds. */
    deadline: amount("deadline").notNull(),
    timeInForce: integer("time_in_force").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.book, table.blockNumber, table.position] }),
    index("history_orders_root").on(table.book, table.tradeRootId),
    index("history_orders_market").on(table.book, table.marketRootId, table.marketBranchId, table.blockNumber),
    index("history_orders_market_root").on(table.book, table.marketRootId, table.blockNumber),
    index("history_orders_trader").on(table.book, table.trader, table.blockNumber),
  ],
);

export const historyFills = pgTable(
  "history_fills",
  {
    ...place(),
    ...market(),
    logIndex: integer("log_index").notNull(),
    transactionHash: text("transaction_hash").notNull(),
    makerRootId: id("maker_root_id").notNull(),
    takerRootId: id("taker_root_id").notNull(),
    maker: text("maker").notNull(),
    taker: text("taker").notNull(),
    /** Ticks. */
    priceTicks: amount("price").$type<Ticks>().notNull(),
    /** Above zero. */
    lots: amount("lots").$type<Lots>().notNull(),
    takerBuys: boolean("taker_buys").notNull(),
    /** Through what it came; `unknown` in rows that are older than the column. */
    via: text("via").$type<Via>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.book, table.blockNumber, table.position] }),
    index("history_fills_maker_root").on(table.book, table.makerRootId),
    index("history_fills_taker_root").on(table.book, table.takerRootId),
    index("history_fills_maker").on(table.book, table.maker, table.blockNumber),
    index("history_fills_taker").on(table.book, table.taker, table.blockNumber),
    index("history_fills_market_root").on(table.book, table.marketRootId, table.blockNumber),
    index("history_fills_market").on(table.book, table.marketRootId, table.marketBranchId, table.blockNumber),
  ],
);

/** Orders of which the rest was taken out, by their trader or evicted, or what their trader could not bear of them. */
export const historyOffsets = pgTable(
  "history_offsets",
  {
    ...place(),
    ...market(),
    logIndex: integer("log_index").notNull(),
    transactionHash: text("transaction_hash").notNull(),
    tradeRootId: id("trade_root_id").notNull(),
    trader: text("trader").notNull(),
    /** What was left, above zero. */
    lots: amount("lots").$type<Lots>().notNull(),
    reason: text("reason").$type<OffsetReason>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.book, table.blockNumber, table.position] }),
    index("history_offsets_root").on(table.book, table.tradeRootId),
    index("history_offsets_market").on(table.book, table.marketRootId, table.marketBranchId, table.blockNumber),
    index("history_offsets_market_root").on(table.book, table.marketRootId, table.blockNumber),
    index("history_offsets_trader").on(table.book, table.trader, table.blockNumber),
    index("history_offsets_reason").on(table.book, table.reason, table.blockNumber),
  ],
);

/** What a lot of each branch can still pay, whenever it may have changed. */
export const historyBounds = pgTable(
  "history_bounds",
  {
    ...place(),
    ...market(),
    logIndex: integer("log_index").notNull(),
    transactionHash: text("transaction_hash").notNull(),
    /** What happened to the root: made, bounded, given a branch, or settled by its fallback. */
    cause: text("cause").$type<BoundsCause>().notNull(),
    /** Ticks. */
    lower: amount("lower").$type<Ticks>().notNull(),
    upper: amount("upper").$type<Ticks>().notNull(),
    settled: boolean("settled").notNull(),
    /** Of a new root, as its owner published it; else empty. */
    description: text("description").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.book, table.blockNumber, table.position] }),
    index("history_bounds_market").on(table.book, table.marketRootId, table.marketBranchId, table.blockNumber),
    index("history_bounds_market_root").on(table.book, table.marketRootId, table.blockNumber),
  ],
);

/** What a trader claimed at the end of a block in which that changed. */
export const historyAllocations = pgTable(
  "history_allocations",
  {
    ...place(),
    trader: text("trader").notNull(),
    /** v: wei of claim on each asset. x = v · q / N is exact only as a fraction, so it is made when asked for. */
    claims: amount("claims").array().$type<TokenWei[]>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.book, table.blockNumber, table.position] }),
    index("history_allocations_trader").on(table.book, table.trader, table.blockNumber),
  ],
);

/** A market at the end of a block in which something was done there. */
export const historyMarkets = pgTable(
  "history_markets",
  {
    ...place(),
    ...market(),
    /** Ticks; null if there is none. */
    bestBid: amount("best_bid").$type<Ticks>(),
    bestAsk: amount("best_ask").$type<Ticks>(),
    /** Of the last trade, in this block or before. */
    lastPrice: amount("last_price").$type<Ticks>(),
    /** Lots traded in this block. */
    volume: amount("volume").notNull(),
    /** Open interest: lots held long, and short, over all traders. Both above or at zero. */
    longLots: amount("long_lots").notNull(),
    shortLots: amount("short_lots").notNull(),
    /** The best levels of each side, best first. */
    bids: jsonb("bids").$type<readonly StoredLevel[]>().notNull(),
    asks: jsonb("asks").$type<readonly StoredLevel[]>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.book, table.blockNumber, table.position] }),
    index("history_markets_market_root").on(table.book, table.marketRootId, table.blockNumber),
    index("history_markets_market").on(table.book, table.marketRootId, table.marketBranchId, table.blockNumber),
  ],
);

/** What the basket's legs were quoted at, at the end of a block in which that changed; only while every leg has a quote. */
export const historyWeights = pgTable(
  "history_weights",
  {
    ...place(),
    /** Of each leg bid + ask, or twice the one of them that there is: twice the middle, so that it stays a whole number of ticks. */
    doubledMiddles: amount("doubled_middles").array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.book, table.blockNumber, table.position] })],
);

const whole = (name: string) => bigint(name, { mode: "bigint" });

/** What a dataset's `events` say of the place of a row, whose block is its place's. Names are those of a dataset. */
const told = () => ({
  seq: whole("seq").notNull(),
  tx: whole("tx").notNull(),
  log_index: integer("log_index").notNull(),
});

/** Records that fold into the head of the order chain. */
export const historyRecords = pgTable(
  "history_records",
  {
    ...place(),
    ...told(),
    checkpoint: whole("checkpoint"),
    root_id: id("root_id").notNull(),
    branch_id: integer("branch_id").notNull(),
    action: text("action").$type<RecordRow["action"]>().notNull(),
    reason: text("reason").$type<NonNullable<RecordRow["reason"]>>(),
    order_id: whole("order_id"),
    side: text("side").$type<RecordRow["side"]>().notNull(),
    price: id("price"),
    lots: whole("lots"),
    lots_left: whole("lots_left"),
    match_id: whole("match_id"),
    tif: integer("tif"),
    deadline: amount("deadline"),
    seen_seq: whole("seen_seq"),
    age_checkpoints: integer("age_checkpoints"),
    trader: id("trader"),
    via: text("via").$type<Via>(),
    link: text("link"),
    /** Of the trader. */
    address: text("address"),
  },
  (table) => [
    primaryKey({ columns: [table.book, table.blockNumber, table.position] }),
    index("history_records_order").on(table.book, table.order_id, table.blockNumber),
    index("history_records_match").on(table.book, table.match_id),
    index("history_records_market").on(table.book, table.root_id, table.branch_id, table.blockNumber),
    index("history_records_market_root").on(table.book, table.root_id, table.blockNumber),
    index("history_records_trader").on(table.book, table.address, table.blockNumber),
  ],
);

/** Changes of accounts by themselves: deposits, withdrawals, exits, what was realised and refreshed. */
export const historyAccounts = pgTable(
  "history_accounts",
  {
    ...place(),
    ...told(),
    root_id: id("root_id").notNull(),
    branch_id: integer("branch_id").notNull(),
    action: text("action").$type<AccountRow["action"]>().notNull(),
    trader: id("trader").notNull(),
    address: text("address").notNull(),
    amounts_wei: amount("amounts_wei").array().notNull(),
    /** As the account is after it. */
    cash_wei: amount("cash_wei").notNull(),
    worst_wei: amount("worst_wei").notNull(),
    reserve_wei: amount("reserve_wei").notNull(),
    open_orders: integer("open_orders").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.book, table.blockNumber, table.position] }),
    index("history_accounts_trader").on(table.book, table.address, table.blockNumber),
  ],
);

/** Calls that have appended records. */
export const historyCheckpoints = pgTable(
  "history_checkpoints",
  {
    ...place(),
    ...told(),
    checkpoint: whole("checkpoint").notNull(),
    mark: whole("mark").notNull(),
    trades: whole("trades").notNull(),
    head: text("head").notNull(),
    link: text("link").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.book, table.blockNumber, table.position] }),
    index("history_checkpoints_number").on(table.book, table.checkpoint),
  ],
);

/** Blocks whose rows were taken out of the tables and written to files, but for what still counts (`archives.ts`). */
export const historyArchives = pgTable(
  "history_archives",
  {
    book: text("book").notNull(),
    /** From the first block to the one before `toBlock`. */
    fromBlock: id("from_block").notNull(),
    toBlock: id("to_block").notNull(),
    /** Where the files are, in the words of who has archived. */
    place: text("place").notNull(),
    /** SHA-256 of the manifest, which has those of the files. */
    manifest: text("manifest").notNull(),
    archivedAt: timestamp("archived_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.book, table.fromBlock] })],
);

/** What subscribers are told. Unlike all other tables it says what was said: a reorganisation adds to it, and deletes nothing. */
export const streamEvents = pgTable(
  "stream_events",
  {
    /** Rises in the order in which events can be seen. */
    id: bigserial("id", { mode: "number" }).primaryKey(),
    book: text("book").notNull(),
    stream: text("stream").notNull(),
    /** From 1 without gaps in each stream. */
    seq: id("seq").notNull(),
    blockNumber: id("block_number").notNull(),
    payload: jsonb("payload").$type<Readonly<Record<string, unknown>>>().notNull(),
  },
  (table) => [
    uniqueIndex("stream_events_seq").on(table.book, table.stream, table.seq),
    index("stream_events_block").on(table.book, table.blockNumber),
  ],
);
