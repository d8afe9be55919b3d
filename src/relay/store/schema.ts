/**
 * The relay's tables. Amounts are exact numerics, never floats; times are the database's own. Everything but packages that
 * still wait can be derived from the chain again.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  bigserial,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";

import type { PackageRefusal, PackageStatus } from "../../wire/packages.js";
import type { SwitchStatus } from "../../wire/switches.js";
import type { CancellationStatus } from "../../wire/trades-cancellation.js";

const amount = (name: string) => numeric(name, { precision: 78, scale: 0, mode: "bigint" });
const id = (name: string) => bigint(name, { mode: "number" });
const now = (name: string) => timestamp(name, { withTimezone: true }).notNull().defaultNow();

/** Books that the database has rows of. In all other tables `book` is a key of this one. */
export const books = pgTable("books", {
  /** Chain id and address of the order book, in lower case: `1:0x…`. */
  key: text("key").primaryKey(),
  /** Hash of the chain's first block; null if no node has told it yet. */
  genesis: text("genesis"),
  /** What whoever takes packages for it says of itself, for those who only read; null if nobody has yet. */
  told: jsonb("told"),
  since: now("since"),
});

export const packages = pgTable(
  "packages",
  {
    /** The order in which packages were acknowledged. */
    seq: bigserial("seq", { mode: "number" }).primaryKey(),
    /** The order book and its chain: a key of `books`. */
    book: text("book").notNull(),
    /** Of the primary trade: names the package. */
    link: text("link").notNull(),
    trader: text("trader").notNull(),
    marketRootId: id("market_root_id").notNull(),
    marketBranchId: integer("market_branch_id").notNull(),
    /** Ticks. */
    priceTicks: amount("price").notNull(),
    /** Lots, + bid, - offer. */
    quantityLots: amount("quantity").notNull(),
    previousLink: text("previous_link").notNull(),
    nonce: amount("nonce").notNull(),
    /** Unix seconds. */
    deadline: amount("deadline").notNull(),
    timeInForce: smallint("time_in_force").notNull(),
    signature: text("signature").notNull(),
    /** The cancellation in whose place it came, by its hash: both go in one transaction. */
    replaces: text("replaces"),
    receivedAt: now("received_at"),
    status: text("status").$type<PackageStatus>().notNull().default("pending"),
    /** Times that a transaction with it came to nothing. */
    attempts: integer("attempts").notNull().default(0),
    /** The transaction it is, or was last, part of. */
    submissionId: id("submission_id"),
    tradeRootId: id("trade_root_id"),
    /** Where it landed or was refused. */
    blockNumber: id("block_number"),
    blockHash: text("block_hash"),
    refusal: jsonb("refusal").$type<PackageRefusal>(),
    /** What its trader signed to take it back: over its link, or else the cancellation that made its nonce void, by its hash. */
    withdrawalSignature: text("withdrawal_signature"),
    withdrawnBy: text("withdrawn_by"),
    withdrawnAt: timestamp("withdrawn_at", { withTimezone: true }),
    /** Whether no reorganisation that the relay allows for can change this row any more. */
    final: boolean("final").notNull().default(false),
  },
  (table) => [
    /** That none is there twice a trigger sees to, in all partitions (`package-partitions.ts`): drizzle has words for neither. */
    index("packages_link").using("hash", table.link),
    index("packages_nonce").on(table.book, table.trader, table.nonce),
    index("packages_live")
      .on(table.book, table.seq)
      .where(sql`not ${table.final}`),
  ],
);

/** Fields of a signed cancellation (R43). */
const cancellation = {
  /** The order book and its chain: a key of `books`. */
  book: text("book").notNull(),
  /** Its hashStruct: names it. */
  hash: text("hash").notNull(),
  trader: text("trader").notNull(),
  fromTradeRootId: id("from_trade_root_id").notNull(),
  toTradeRootId: id("to_trade_root_id").notNull(),
  nonceFloor: amount("nonce_floor").notNull(),
  /** Unix seconds. */
  deadline: amount("deadline").notNull(),
  signature: text("signature").notNull(),
};

/** Cancellations that were acknowledged. Whether one is in a transaction is for the submissions to say. */
export const cancellations = pgTable(
  "cancellations",
  {
    /** The order in which they were acknowledged. */
    seq: bigserial("seq", { mode: "number" }).primaryKey(),
    ...cancellation,
    receivedAt: now("received_at"),
    status: text("status").$type<Exclude<CancellationStatus, "submitted">>().notNull().default("pending"),
    /** Where all of it was done, or where nothing would come of it. */
    blockNumber: id("block_number"),
    blockHash: text("block_hash"),
    refusal: jsonb("refusal").$type<PackageRefusal>(),
    /** Whether no reorganisation that the relay allows for can change this row any more. */
    final: boolean("final").notNull().default(false),
  },
  (table) => [
    uniqueIndex("cancellations_hash").on(table.book, table.hash),
    index("cancellations_live")
      .on(table.book, table.seq)
      .where(sql`not ${table.final}`),
  ],
);

/**
 * Cancellations that wait for their traders' silence. Nobody but their traders may see them: whoever has one can use it. A row that
 * is not armed any more has lost its signature.
 */
export const switches = pgTable(
  "switches",
  {
    ...cancellation,
    /** SHA-256 of what the trader has to show. */
    tokenHash: text("token_hash").notNull(),
    intervalMs: bigint("interval_ms", { mode: "number" }).notNull(),
    /** When it fires, by the database's clock. */
    firesAt: timestamp("fires_at", { withTimezone: true }).notNull(),
    status: text("status").$type<SwitchStatus>().notNull().default("armed"),
  },
  (table) => [
    primaryKey({ columns: [table.book, table.hash] }),
    index("switches_armed")
      .on(table.book, table.firesAt)
      .where(sql`${table.status} = 'armed'`),
  ],
);

/** Calls that the relay has decided to make: one nonce of its account each. */
export const submissions = pgTable(
  "submissions",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    book: text("book").notNull(),
    account: text("account").notNull(),
    nonce: id("nonce").notNull(),
    kind: text("kind").notNull(),
    /** Who is called; null for the order book. */
    target: text("target"),
    data: text("data").notNull(),
    gasLimit: amount("gas_limit").notNull(),
    /** Links of a batch's packages, in their order; empty for other calls. */
    links: jsonb("links").$type<readonly string[]>().notNull(),
    /** Hashes of the cancellations at its head. */
    cancellations: jsonb("cancellations").$type<readonly string[]>().notNull().default([]),
    /** The lease under which it was decided. */
    epoch: id("epoch").notNull(),
    createdAt: now("created_at"),
    /** Whether what it took was charged to accounts of gas. */
    charged: boolean("charged").notNull().default(false),
    /** Whether its nonce was used in a block that is final. */
    final: boolean("final").notNull().default(false),
  },
  (table) => [
    index("submissions_live")
      .on(table.book, table.nonce)
      .where(sql`not ${table.final}`),
  ],
);

/** Signed transactions, stored before they are sent. Those of one submission have one nonce: at most one of them lands. */
export const transactions = pgTable("transactions", {
  hash: text("hash").primaryKey(),
  submissionId: bigint("submission_id", { mode: "number" })
    .notNull()
    .references(() => submissions.id, { onDelete: "cascade" }),
  raw: text("raw").notNull(),
  /** Wei a unit of gas. */
  maxFee: amount("max_fee").notNull(),
  priorityFee: amount("priority_fee").notNull(),
  createdAt: now("created_at"),
});

/** What has cost the relay gas without landing, and how much more of that it bears: a row for each account that is not as it began. */
export const gasAccounts = pgTable(
  "gas_accounts",
  {
    /** The order book and its chain: a key of `books`. */
    book: text("book").notNull(),
    trader: text("trader").notNull(),
    /** Whether a contract wallet speaks for the trader, or its key. */
    byWallet: boolean("by_wallet").notNull(),
    /** Gas that may still be burned; below 0 if more was. */
    level: amount("level").notNull(),
    /** Gas that time may still give back to a key. */
    credit: amount("credit")
      .notNull()
      .default(sql`0`),
    /** When it was that, by the database's clock: from then on it is refilled. */
    at: now("at"),
    /** When gas was burned last; null if none was. */
    burnedAt: timestamp("burned_at", { withTimezone: true }),
    /** Gas that others have paid to bring a wallet's orders, and the last block of which that of either is counted. */
    paid: amount("paid").notNull(),
    paidBlock: id("paid_block").notNull(),
  },
  (table) => [primaryKey({ columns: [table.book, table.trader, table.byWallet] })],
);

/** Packages that were taken out of the tables and written to files, with the calls that brought them (`package-archives.ts`). */
export const packageArchives = pgTable("package_archives", {
  /** Of the partition: from this number on to the one before `toSeq`; 0 for the first, which has no beginning. */
  fromSeq: id("from_seq").primaryKey(),
  toSeq: id("to_seq").notNull(),
  /** Packages that are in the files. */
  packages: id("packages").notNull(),
  /** Where the files are, in the words of who has archived. */
  place: text("place").notNull(),
  /** SHA-256 of the manifest, which has those of the files. */
  manifest: text("manifest").notNull(),
  archivedAt: now("archived_at"),
});

const bytes = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });

/** The book as it was at final blocks; read from logs again if they are not there. */
export const snapshots = pgTable(
  "snapshots",
  {
    /** The order book and its chain: a key of `books`. */
    book: text("book").notNull(),
    blockNumber: bigint("block_number", { mode: "number" }).notNull(),
    blockHash: text("block_hash").notNull(),
    /** Whether block.number, which marks checkpoints, is another chain's than that of the blocks. */
    sharesMarks: boolean("shares_marks").notNull(),
    /** The book's own text, which bears its version and hash, compressed by gzip. */
    bytes: bytes("bytes").notNull(),
    madeAt: now("made_at"),
  },
  (table) => [primaryKey({ columns: [table.book, table.blockNumber] })],
);

/** Who may submit for a book, by the database's clock. */
export const leases = pgTable(
  "leases",
  {
    book: text("book").notNull(),
    holder: text("holder").notNull(),
    /** Rises with every change of holder. */
    epoch: bigint("epoch", { mode: "number" }).notNull(),
    expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.book] })],
);
