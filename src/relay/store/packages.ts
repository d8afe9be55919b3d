/** Packages as they are kept: what was acknowledged, and what has become of it. */
import { and, asc, eq, getTableColumns, gte, inArray, not, or, type SQL, sql } from "drizzle-orm";

import { type CallKind, type Route, routeOfCall } from "../../bindings/calls.js";
import type { NamedPackage, SignedPackage } from "../../bindings/packages.js";
import { toJson } from "../../protocol/amounts/json.js";
import { tradePackage } from "../../protocol/signing/package.js";
import { type TradesCancellation, tradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { PackageRefusal } from "../../wire/packages.js";
import { RelayError } from "../errors.js";
import { builtOnce, type Database, queryRows, type Tables } from "./database.js";
import { behindPlace, type BookPlace, grouped, isBehind, placesOf } from "./grouped.js";
import { cancellations, packages, submissions } from "./schema.js";

/** A block of the chain. */
export interface BlockRef {
  readonly number: number;
  readonly hash: Hash;
}

/** What has become of a package. */
export type Fate =
  | { readonly status: "pending" | "withdrawn" }
  | { readonly status: "submitted"; readonly submissionId: number }
  | { readonly status: "onChain"; readonly tradeRootId: number; readonly block: BlockRef }
  | { readonly status: "refused"; readonly refusal: PackageRefusal; readonly block: BlockRef };

/** What its trader signed to take a package back, and when that was stored. */
export interface Withdrawal {
  /** Over the package's link, or over the cancellation if there is one. */
  readonly signature: string;
  /** What made the package's nonce void. */
  readonly cancellation: TradesCancellation | undefined;
  /** Unix ms, by the database's clock. */
  readonly timeMs: number;
}

/** A package, and how it was taken back; that is undefined of one that was not, or that an older relay took back. */
export interface OwnPackage extends StoredPackage {
  readonly withdrawal: Withdrawal | undefined;
}

/** One as it is seen where nothing but the database is known. */
export interface SeenPackage extends StoredPackage {
  /** Whether no reorganisation that the relay allows for can change it any more. */
  readonly final: boolean;
}

export interface StoredPackage {
  /** The order in which packages were acknowledged. */
  readonly seq: number;
  readonly link: Hash;
  readonly signed: SignedPackage;
  readonly attempts: number;
  /** The transaction it is, or was last, part of. */
  readonly submissionId: number | undefined;
  /** Hash of the cancellation in whose place it came, with which it goes. */
  readonly replaces: Hash | undefined;
  /** Through what it was sent last, where that was asked for. */
  readonly route?: Route | undefined;
  readonly fate: Fate;
}

/** A row of which something has changed. */
export interface FateChange {
  readonly seq: number;
  readonly attempts: number;
  readonly submissionId: number | undefined;
  readonly fate: Fate;
  readonly final: boolean;
}

export interface PackageStore {
  /** Stores packages in the order given. Those whose link is there already stay as they are. @returns by link, of those added */
  add(offered: readonly NamedPackage[]): Promise<Map<Hash, number>>;
  /** All that may still change, in the order of their acknowledgement. */
  live(): Promise<StoredPackage[]>;
  /** Waiting packages that came after `seq`, by way of other relays. */
  waitingAfter(seq: number): Promise<StoredPackage[]>;
  /** Packages from `seq` on that were taken back. */
  withdrawnFrom(seq: number): Promise<Hash[]>;
  /** Packages from `seq` on that were refused, which may still change. */
  refusedFrom(seq: number): Promise<StoredPackage[]>;
  find(link: Hash): Promise<StoredPackage | undefined>;
  /** Of some traders those that may still change, and those named, in the order of their acknowledgement. */
  ofTraders(traders: readonly string[], links: readonly Hash[]): Promise<SeenPackage[]>;
  /** Those of a trader with one nonce, in the order of their acknowledgement, at most so many. */
  ofNonce(trader: string, nonce: bigint, limit: number): Promise<OwnPackage[]>;
  /**
   * Takes a package back that waits and was never sent.
   * @param signature its trader's, over its link: what a receipt for it is answered with
   * @throws RelayError RELAY_ALREADY_SENT if another relay has meanwhile
   */
  withdraw(seq: number, signature: string): Promise<void>;
  /** Writes what has become of packages; the newest word counts, but none of one that was taken back. */
  change(changes: readonly FateChange[]): Promise<void>;
  /** Forgets what has become of packages that were sent: it is derived from the chain again. */
  forgetFates(): Promise<void>;
}

/** Two relays store one after the other, so that a reader who has seen a seq has seen all before it. */
const INSERT_LOCK = 0x5e5510; // any constant: the lock's name

type Row = typeof packages.$inferSelect;

export function createPackageStore(database: Database, book: string): PackageStore {
  return {
    add: (offered) => database.run((tables) => insertPackages(tables, book, offered)),
    live: () => database.run((tables) => stillOpen(tables, eq(packages.book, book))),
    waitingAfter: (seq) => waitingAfter(database, { book, seq }),
    withdrawnFrom: (seq) => database.run((tables) => withdrawnFrom(tables, book, seq)),
    refusedFrom: (seq) =>
      database.run((tables) =>
        stillOpen(tables, and(eq(packages.book, book), gte(packages.seq, seq), eq(packages.status, "refused"))),
      ),
    find: (link) => database.run((tables) => find(tables, book, link)),
    ofTraders: (traders, links) => database.run((tables) => ofTraders(tables, book, traders, links)),
    ofNonce: (trader, nonce, limit) => database.run((tables) => ofNonce(tables, book, { trader, nonce }, limit)),
    withdraw: (seq, signature) => database.run((tables) => withdraw(tables, seq, signature)),
    change: (changes) =>
      database.run(async (tables) => {
        if (changes.length > 0) await tables.execute(updateOf(changes));
      }),
    forgetFates: () => database.run((tables) => forgetFates(tables, book)),
  };
}

/** @param replaces hash of the cancellation in whose place they come */
export async function insertPackages(
  tables: Tables,
  book: string,
  offered: readonly NamedPackage[],
  replaces?: Hash,
): Promise<Map<Hash, number>> {
  const rows = await queryRows<Inserted>(tables, insertOf(book, offered, replaces));
  return new Map(rows.map(({ seq, link }) => [link, Number(seq)]));
}

/** Packages whose row may still change. */
async function stillOpen(tables: Tables, which: SQL | undefined): Promise<StoredPackage[]> {
  const rows = await tables
    .select()
    .from(packages)
    .where(and(which, not(packages.final)))
    .orderBy(asc(packages.seq));
  return rows.map(packageOfRow);
}

/** Of the books that ask at about the same time, at once: each asks ever again. */
const waitingAfter = grouped((database, asked: readonly BookPlace[]) =>
  database.run(async (tables) => {
    const rows = await tables
      .selectDistinctOn([packages.seq], getTableColumns(packages))
      .from(packages)
      .innerJoin(placesOf(asked), behindPlace(packages))
      .where(not(packages.final))
      .orderBy(asc(packages.seq));
    return asked.map((place) => rows.filter((row) => isBehind(row, place)).map(packageOfRow));
  }),
);

async function withdrawnFrom(tables: Tables, book: string, seq: number): Promise<Hash[]> {
  const rows = await tables
    .select({ link: packages.link })
    .from(packages)
    .where(and(eq(packages.book, book), gte(packages.seq, seq), eq(packages.status, "withdrawn")));
  return rows.map(({ link }) => link);
}

/** The call that a package is, or was last, part of. */
const SENT = { kind: submissions.kind, target: submissions.target };

const byLink = builtOnce((tables) =>
  tables
    .select({ row: packages, sent: SENT })
    .from(packages)
    .leftJoin(submissions, eq(submissions.id, packages.submissionId))
    .where(and(eq(packages.book, sql.placeholder("book")), eq(packages.link, sql.placeholder("link"))))
    .prepare(""),
);

async function find(tables: Tables, book: string, link: Hash): Promise<StoredPackage | undefined> {
  const [found] = await byLink(tables).execute({ book, link });
  return found === undefined ? undefined : sentOfRow(found.row, found.sent);
}

async function ofTraders(
  tables: Tables,
  book: string,
  traders: readonly string[],
  links: readonly Hash[],
): Promise<SeenPackage[]> {
  const open = and(not(packages.final), inArray(packages.trader, [...traders]));
  const rows = await tables
    .select({ row: packages, sent: SENT })
    .from(packages)
    .leftJoin(submissions, eq(submissions.id, packages.submissionId))
    .where(and(eq(packages.book, book), links.length === 0 ? open : or(open, inArray(packages.link, [...links]))))
    .orderBy(asc(packages.seq));
  return rows.map(({ row, sent }) => ({ ...sentOfRow(row, sent), final: row.final }));
}

async function ofNonce(
  tables: Tables,
  book: string,
  { trader, nonce }: { readonly trader: string; readonly nonce: bigint },
  limit: number,
): Promise<OwnPackage[]> {
  const rows = await tables
    .select({ row: packages, sent: SENT, by: cancellations })
    .from(packages)
    .leftJoin(submissions, eq(submissions.id, packages.submissionId))
    .leftJoin(cancellations, and(eq(cancellations.book, packages.book), eq(cancellations.hash, packages.withdrawnBy)))
    .where(and(eq(packages.book, book), eq(packages.trader, trader), eq(packages.nonce, nonce)))
    .orderBy(asc(packages.seq))
    .limit(limit);
  return rows.map(({ row, sent, by }) => ({ ...sentOfRow(row, sent), withdrawal: withdrawalOf(row, by) }));
}

function withdrawalOf(
  { withdrawalSignature, withdrawnAt }: Row,
  by: typeof cancellations.$inferSelect | null,
): Withdrawal | undefined {
  const signature = withdrawalSignature ?? by?.signature;
  if (signature === undefined || withdrawnAt === null) return undefined;
  return { signature, cancellation: by === null ? undefined : cancellationOfRow(by), timeMs: withdrawnAt.getTime() };
}

async function withdraw(tables: Tables, seq: number, signature: string): Promise<void> {
  const taken = await tables
    .update(packages)
    .set({ status: "withdrawn", final: true, withdrawalSignature: signature, withdrawnAt: sql`now()` })
    .where(and(eq(packages.seq, seq), eq(packages.status, "pending"), eq(packages.attempts, 0)))
    .returning({ seq: packages.seq });
  if (taken.length === 0) throw new RelayError("RELAY_ALREADY_SENT", { seq });
}

const UNDECIDED = {
  status: "submitted",
  final: false,
  tradeRootId: null,
  blockNumber: null,
  blockHash: null,
  refusal: null,
} as const;

async function forgetFates(tables: Tables, book: string): Promise<void> {
  await tables
    .update(packages)
    .set(UNDECIDED)
    .where(and(eq(packages.book, book), inArray(packages.status, ["onChain", "refused"])));
}

/** Numbers of 64 bits come as text from one driver. */
interface Inserted {
  readonly seq: number | string;
  readonly link: Hash;
}

/** One statement; the lock is taken before the first row gets its seq. Those that are there already a trigger leaves out (`packages_once`). */
function insertOf(book: string, offered: readonly NamedPackage[], replaces: Hash | undefined) {
  const rows = offered.map(({ link, signed: { package: order, signature } }) => ({ ...order, link, signature }));
  return sql`
    with turn as materialized (select pg_advisory_xact_lock(${INSERT_LOCK}))
    insert into packages (book, link, trader, market_root_id, market_branch_id, price, quantity, previous_link, nonce,
      deadline, time_in_force, signature, replaces)
    select ${book}::text, link, trader, "marketRootId", "marketBranchId", "priceTicks", "quantityLots", "previousLink", nonce, deadline,
      "timeInForce", signature, ${replaces ?? null}::text
    from turn, jsonb_to_recordset(${toJson(rows)}::jsonb) as new(
      link text, trader text, "marketRootId" bigint, "marketBranchId" integer, "priceTicks" numeric, "quantityLots" numeric,
      "previousLink" text, nonce numeric, deadline numeric, "timeInForce" smallint, signature text)
    returning seq, link`;
}

/**
 * One statement for any number of rows, which says in what partitions they may lie. What a trader took back stays so, whatever the relay that submits had noted before it heard of
 * that; nor does a package wait again that has gone with a later transaction than whoever writes knew of.
 */
function updateOf(changes: readonly FateChange[]) {
  const rows = changes.map(({ seq, attempts, submissionId, fate, final }) => ({
    seq,
    status: fate.status,
    attempts,
    submission_id: submissionId ?? null,
    trade_root_id: fate.status === "onChain" ? fate.tradeRootId : null,
    block_number: "block" in fate ? fate.block.number : null,
    block_hash: "block" in fate ? fate.block.hash : null,
    refusal: fate.status === "refused" ? fate.refusal : null,
    final,
  }));
  const seqs = rows.map(({ seq }) => seq);
  return sql`
    update packages set status = new.status, attempts = new.attempts, submission_id = new.submission_id,
      trade_root_id = new.trade_root_id, block_number = new.block_number, block_hash = new.block_hash,
      refusal = new.refusal, final = new.final
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as new(
      seq bigint, status text, attempts integer, submission_id bigint, trade_root_id bigint, block_number bigint,
      block_hash text, refusal jsonb, final boolean)
    where packages.seq = new.seq and packages.status <> 'withdrawn'
      and packages.seq between ${Math.min(...seqs)}::bigint and ${Math.max(...seqs)}::bigint
      and (new.status <> 'pending' or coalesce(new.submission_id, 0) >= coalesce(packages.submission_id, 0))`;
}

function packageOfRow(row: Row): StoredPackage {
  const { seq, link, signature, attempts } = row;
  const order = tradePackage({ ...row, timeInForce: row.timeInForce });
  return {
    seq,
    link,
    attempts,
    signed: { package: packageFields(order), signature },
    submissionId: row.submissionId ?? undefined,
    replaces: row.replaces ?? undefined,
    fate: fateOf(row),
  };
}

function sentOfRow(row: Row, sent: { readonly kind: string; readonly target: string | null } | null): StoredPackage {
  const known = packageOfRow(row);
  if (sent === null) return known;
  return { ...known, route: routeOfCall({ kind: sent.kind as CallKind, to: sent.target ?? undefined }) }; // as it was stored
}

/** A cancellation's fields without the row's other columns. */
export function cancellationOfRow({ trader, ...row }: TradesCancellation): TradesCancellation {
  const { fromTradeRootId, toTradeRootId, nonceFloor, deadline } = row;
  return tradesCancellation({ trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline });
}

/** A package without the row's other columns. */
function packageFields(order: SignedPackage["package"]): SignedPackage["package"] {
  const { marketRootId, marketBranchId, trader, priceTicks, quantityLots, previousLink, nonce, deadline, timeInForce } =
    order;
  return { marketRootId, marketBranchId, trader, priceTicks, quantityLots, previousLink, nonce, deadline, timeInForce };
}

function fateOf({ status, submissionId, tradeRootId, blockNumber, blockHash, refusal }: Row): Fate {
  const block = { number: blockNumber ?? 0, hash: blockHash ?? "" }; // both are there whenever the status needs them
  switch (status) {
    case "onChain":
      return { status, tradeRootId: tradeRootId ?? 0, block };
    case "refused":
      return { status, refusal: refusal ?? { code: "unknown", values: {} }, block };
    case "submitted":
      return submissionId === null ? { status: "pending" } : { status, submissionId };
    case "pending":
    case "withdrawn":
      return { status };
  }
}
