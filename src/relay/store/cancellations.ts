/** Signed cancellations as they are kept (R43): what was acknowledged, and what has become of it. */
import { and, asc, eq, getTableColumns, inArray, not, or, type SQL, sql } from "drizzle-orm";

import type { NamedPackage } from "../../bindings/packages.js";
import { toJson } from "../../protocol/amounts/json.js";
import type { SignedTradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { PackageRefusal } from "../../wire/packages.js";
import type { Database, Tables } from "./database.js";
import { behindPlace, type BookPlace, grouped, isBehind, placesOf } from "./grouped.js";
import { type BlockRef, cancellationOfRow, insertPackages } from "./packages.js";
import { cancellations, packages, submissions } from "./schema.js";

/** A cancellation with its name: its hashStruct. */
export interface NamedCancellation {
  readonly hash: Hash;
  readonly signed: SignedTradesCancellation;
}

/** What has become of a cancellation; one that waits may be in a transaction. */
export type CancellationFate =
  | { readonly status: "pending" }
  | { readonly status: "onChain"; readonly block: BlockRef }
  | { readonly status: "refused"; readonly refusal: PackageRefusal; readonly block: BlockRef };

/** One as it is seen where nothing but the database is known. */
export interface SeenCancellation extends StoredCancellation {
  /** The open transaction that it is part of. */
  readonly submissionId: number | undefined;
  /** Whether no reorganisation that the relay allows for can change it any more. */
  readonly final: boolean;
}

export interface StoredCancellation extends NamedCancellation {
  /** The order in which they were acknowledged. */
  readonly seq: number;
  readonly fate: CancellationFate;
}

/** A row of which something has changed. */
export interface CancellationChange {
  readonly seq: number;
  readonly fate: CancellationFate;
  readonly final: boolean;
}

/** What was stored. */
export interface Kept {
  /** Undefined if the cancellation was there already: then nothing was stored. */
  readonly seq: number | undefined;
  /** Waiting packages that are taken back, because their nonces are void. */
  readonly withdrawn: readonly Hash[];
  /** By link, of the packages that were added. */
  readonly packages: ReadonlyMap<Hash, number>;
}

export interface CancellationStore {
  /**
   * Stores a cancellation, and packages that come in its place; waiting packages whose nonces it makes void are taken back. All or
   * nothing of it.
   */
  add(offered: NamedCancellation, instead: readonly NamedPackage[]): Promise<Kept>;
  /** All that may still change, in the order of their acknowledgement. */
  live(): Promise<StoredCancellation[]>;
  /** Those that came after `seq`, by way of other relays. */
  waitingAfter(seq: number): Promise<StoredCancellation[]>;
  find(hash: Hash): Promise<StoredCancellation | undefined>;
  /** Of some traders those that may still change, and those named, in the order of their acknowledgement. */
  ofTraders(traders: readonly string[], hashes: readonly Hash[]): Promise<SeenCancellation[]>;
  /** Those of them that the relay that submits has given up. */
  refusedAmong(hashes: readonly Hash[]): Promise<StoredCancellation[]>;
  /** Writes what has become of them; the newest word counts. */
  change(changes: readonly CancellationChange[]): Promise<void>;
  /** Forgets what has become of them: it is derived from the chain again. */
  forgetFates(): Promise<void>;
}

/** Two relays store one after the other, so that a reader who has seen a seq has seen all before it. */
const INSERT_LOCK = 0x5e5511; // any constant: the lock's name

type Row = typeof cancellations.$inferSelect;

export function createCancellationStore(database: Database, book: string): CancellationStore {
  return {
    add: (offered, instead) => database.transaction((tables) => add(tables, book, offered, instead)),
    live: () => database.run((tables) => stillOpen(tables, eq(cancellations.book, book))),
    waitingAfter: (seq) => waitingAfter(database, { book, seq }),
    find: (hash) => database.run((tables) => find(tables, book, hash)),
    ofTraders: (traders, hashes) => database.run((tables) => ofTraders(tables, book, traders, hashes)),
    refusedAmong: (hashes) =>
      database.run(async (tables) => {
        if (hashes.length === 0) return [];
        const named = and(eq(cancellations.book, book), inArray(cancellations.hash, [...hashes]));
        const rows = await tables
          .select()
          .from(cancellations)
          .where(and(named, eq(cancellations.status, "refused")));
        return rows.map(storedOfRow);
      }),
    change: (changes) =>
      database.run(async (tables) => {
        if (changes.length > 0) await tables.execute(updateOf(changes));
      }),
    forgetFates: () =>
      database.run(async (tables) => {
        await tables
          .update(cancellations)
          .set({ status: "pending", final: false, blockNumber: null, blockHash: null, refusal: null })
          .where(and(eq(cancellations.book, book), inArray(cancellations.status, ["onChain", "refused"])));
      }),
  };
}

/** Part of a transaction. */
export async function insertCancellation(
  tables: Tables,
  book: string,
  { hash, signed: { cancellation, signature } }: NamedCancellation,
): Promise<{ readonly seq: number | undefined; readonly withdrawn: readonly Hash[] }> {
  await tables.execute(sql`select pg_advisory_xact_lock(${INSERT_LOCK})`);
  const [row] = await tables
    .insert(cancellations)
    .values({ book, hash, ...cancellation, signature })
    .onConflictDoNothing()
    .returning({ seq: cancellations.seq });
  if (row === undefined) return { seq: undefined, withdrawn: [] };
  return { seq: row.seq, withdrawn: await withdrawVoid(tables, book, hash, cancellation) };
}

async function add(
  tables: Tables,
  book: string,
  offered: NamedCancellation,
  instead: readonly NamedPackage[],
): Promise<Kept> {
  const { seq, withdrawn } = await insertCancellation(tables, book, offered);
  if (seq === undefined) return { seq, withdrawn, packages: new Map() };
  return { seq, withdrawn, packages: await insertPackages(tables, book, instead, offered.hash) };
}

/** Packages of the trader that were never sent, with nonces below the floor: its own signature takes them back. */
async function withdrawVoid(
  tables: Tables,
  book: string,
  hash: Hash,
  { trader, nonceFloor }: SignedTradesCancellation["cancellation"],
): Promise<Hash[]> {
  const rows = await tables
    .update(packages)
    .set({ status: "withdrawn", final: true, withdrawnBy: hash, withdrawnAt: sql`now()` })
    .where(
      and(
        ...[eq(packages.book, book), eq(packages.trader, trader), not(packages.final)],
        ...[eq(packages.status, "pending"), eq(packages.attempts, 0), sql`${packages.nonce} < ${String(nonceFloor)}`],
      ),
    )
    .returning({ link: packages.link });
  return rows.map(({ link }) => link);
}

async function stillOpen(tables: Tables, which: SQL | undefined): Promise<StoredCancellation[]> {
  const rows = await tables
    .select()
    .from(cancellations)
    .where(and(which, not(cancellations.final)))
    .orderBy(asc(cancellations.seq));
  return rows.map(storedOfRow);
}

/** Of the books that ask at about the same time, at once: each asks ever again. */
const waitingAfter = grouped((database, asked: readonly BookPlace[]) =>
  database.run(async (tables) => {
    const rows = await tables
      .selectDistinctOn([cancellations.seq], getTableColumns(cancellations))
      .from(cancellations)
      .innerJoin(placesOf(asked), behindPlace(cancellations))
      .where(not(cancellations.final))
      .orderBy(asc(cancellations.seq));
    return asked.map((place) => rows.filter((row) => isBehind(row, place)).map(storedOfRow));
  }),
);

async function find(tables: Tables, book: string, hash: Hash): Promise<StoredCancellation | undefined> {
  const [row] = await tables
    .select()
    .from(cancellations)
    .where(and(eq(cancellations.book, book), eq(cancellations.hash, hash)));
  return row === undefined ? undefined : storedOfRow(row);
}

async function ofTraders(
  tables: Tables,
  book: string,
  traders: readonly string[],
  hashes: readonly Hash[],
): Promise<SeenCancellation[]> {
  const open = and(not(cancellations.final), inArray(cancellations.trader, [...traders]));
  const rows = await tables
    .select({
      row: cancellations,
      submissionId: sql<string | number | null>`(select max(id) from ${submissions}
        where ${submissions.book} = ${book} and not ${submissions.final} and ${submissions.cancellations} ? ${cancellations.hash})`,
    })
    .from(cancellations)
    .where(
      and(
        eq(cancellations.book, book),
        hashes.length === 0 ? open : or(open, inArray(cancellations.hash, [...hashes])),
      ),
    )
    .orderBy(asc(cancellations.seq));
  return rows.map(({ row, submissionId }) => {
    const known = { submissionId: submissionId === null ? undefined : Number(submissionId), final: row.final };
    return { ...storedOfRow(row), ...known };
  });
}

/** One statement for any number of rows. */
function updateOf(changes: readonly CancellationChange[]) {
  const rows = changes.map(({ seq, fate, final }) => ({
    seq,
    status: fate.status,
    block_number: "block" in fate ? fate.block.number : null,
    block_hash: "block" in fate ? fate.block.hash : null,
    refusal: fate.status === "refused" ? fate.refusal : null,
    final,
  }));
  return sql`
    update cancellations set status = new.status, block_number = new.block_number, block_hash = new.block_hash,
      refusal = new.refusal, final = new.final
    from jsonb_to_recordset(${toJson(rows)}::jsonb) as new(
      seq bigint, status text, block_number bigint, block_hash text, refusal jsonb, final boolean)
    where cancellations.seq = new.seq`;
}

function storedOfRow(row: Row): StoredCancellation {
  const { seq, hash, signature } = row;
  return { seq, hash, signed: { cancellation: cancellationOfRow(row), signature }, fate: fateOf(row) };
}

function fateOf({ status, blockNumber, blockHash, refusal }: Row): CancellationFate {
  const block = { number: blockNumber ?? 0, hash: blockHash ?? "" }; // both are there whenever the status needs them
  if (status === "onChain") return { status, block };
  if (status === "refused") return { status, refusal: refusal ?? { code: "unknown", values: {} }, block };
  return { status };
}
