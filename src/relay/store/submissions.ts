/** Calls that were decided on, and their signed transactions: stored before anything is sent. */
import { and, asc, eq, inArray, not, sql } from "drizzle-orm";

import type { CallKind } from "../../bindings/calls.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import { RelayError } from "../errors.js";
import { type Database, queryRows, type Tables } from "./database.js";
import { submissions, transactions } from "./schema.js";

/** A transaction as it was signed. Fees are wei a unit of gas. */
export interface SignedTransaction {
  readonly hash: Hash;
  readonly raw: string;
  readonly maxFee: bigint;
  readonly priorityFee: bigint;
}

export interface NewSubmission {
  readonly account: string;
  readonly nonce: number;
  readonly kind: CallKind;
  /** Who is called; undefined for the book. */
  readonly to?: string | undefined;
  readonly data: string;
  readonly gasLimit: bigint;
  /** Of a batch's packages, in their order. */
  readonly links: readonly Hash[];
  /** Hashes of the cancellations at its head. */
  readonly cancellations: readonly Hash[];
}

export interface StoredSubmission extends NewSubmission {
  readonly id: number;
  /** Oldest first. */
  readonly transactions: readonly SignedTransaction[];
  /** Whether what it took was charged to accounts of gas. */
  readonly isCharged?: boolean;
}

/** What takes the place of a call that was not taken. */
export type RemadeCall = Pick<NewSubmission, "kind" | "to" | "data" | "gasLimit" | "links">;

/** The right to submit, as it was when something was decided. */
export interface Fence {
  readonly holder: string;
  readonly epoch: number;
}

/** Packages that were to be sent had been taken back by their traders, by way of another relay. */
export class PackagesWithdrawn extends Error {
  public override readonly name = "PackagesWithdrawn";

  public constructor(public readonly links: readonly Hash[]) {
    super(`taken back before they were sent: ${links.join(", ")}`);
  }
}

export interface SubmissionStore {
  /**
   * Stores call, transaction, and that its packages are in it.
   * @throws RelayError RELAY_LEASE_LOST if another relay submits
   * @throws PackagesWithdrawn
   */
  add(fence: Fence, submission: NewSubmission, transaction: SignedTransaction): Promise<StoredSubmission>;
  /** A transaction that takes the place of the last one. @throws RelayError RELAY_LEASE_LOST */
  addTransaction(fence: Fence, id: number, transaction: SignedTransaction): Promise<void>;
  /**
   * Another call under the nonce of one that no node takes, with the first of its packages; the others wait again.
   * @throws RelayError RELAY_LEASE_LOST
   */
  remake(fence: Fence, id: number, call: RemadeCall, transaction: SignedTransaction): Promise<void>;
  /** All whose nonce may still be open, by nonce. */
  live(): Promise<StoredSubmission[]>;
  /** Their nonces were used for good. */
  finish(ids: readonly number[]): Promise<void>;
  /** Links of what a transaction brings that one of the relays signed that share this database; undefined if none did. */
  linksOf(transaction: Hash): Promise<readonly Hash[] | undefined>;
}

export function createSubmissionStore(database: Database, book: string): SubmissionStore {
  return {
    async add(fence, submission, transaction) {
      const statement = addition(book, fence, submission, transaction);
      const [row] = await database.run((tables) => queryRows<Added>(tables, statement));
      if (row?.withdrawn) throw new PackagesWithdrawn(row.withdrawn);
      if (!row?.id) throw new RelayError("RELAY_LEASE_LOST", { ...fence });
      return { ...submission, id: Number(row.id), transactions: [transaction], isCharged: false };
    },
    addTransaction: (fence, id, transaction) =>
      database.transaction(async (tables) => {
        await requireLease(tables, book, fence);
        await tables
          .insert(transactions)
          .values({ ...transaction, submissionId: id })
          .onConflictDoNothing();
      }),
    remake: (fence, id, call, transaction) =>
      database.transaction(async (tables) => {
        await requireLease(tables, book, fence);
        await remake(tables, book, id, call, transaction);
      }),
    live: () => database.run((tables) => readLive(tables, book)),
    finish: (ids) =>
      database.run(async (tables) => {
        if (ids.length === 0) return;
        await tables
          .update(submissions)
          .set({ final: true })
          .where(inArray(submissions.id, [...ids]));
      }),
    linksOf: (hash) =>
      database.run(async (tables) => {
        const [found] = await tables
          .select({ links: submissions.links })
          .from(transactions)
          .innerJoin(submissions, eq(submissions.id, transactions.submissionId))
          .where(and(eq(transactions.hash, hash), eq(submissions.book, book)));
        return found?.links;
      }),
  };
}

/** Numbers of 64 bits come as text from one driver. Counted from 1. */
interface Added {
  readonly id: number | string | null;
  readonly withdrawn: Hash[] | null;
}

/**
 * One statement, so all or nothing of it is done; nothing without the lease, which nobody can take until it is done, and nothing
 * if one of the packages was taken back, which none can be from here on.
 */
function addition(book: string, { holder, epoch }: Fence, submission: NewSubmission, transaction: SignedTransaction) {
  const { account, nonce, kind, to, data, gasLimit, links, cancellations } = submission;
  const { hash, raw, maxFee, priorityFee } = transaction;
  const listed = JSON.stringify(links);
  return sql`
    with lease as materialized (
      select epoch from leases where book = ${book} and holder = ${holder} and epoch = ${epoch} for share),
    named as materialized (
      select seq, link, status from packages
      where book = ${book} and link = any(array(select jsonb_array_elements_text(${listed}::jsonb))) for update),
    decided as (
      insert into submissions (book, account, nonce, kind, target, data, gas_limit, links, cancellations, epoch)
      select ${book}, ${account}, ${nonce}, ${kind}, ${to ?? null}, ${data}, ${String(gasLimit)}::numeric, ${listed}::jsonb,
        ${JSON.stringify(cancellations)}::jsonb, epoch from lease
      where not exists (select from named where status = 'withdrawn')
      returning id),
    signed as (
      insert into transactions (hash, submission_id, raw, max_fee, priority_fee)
      select ${hash}, id, ${raw}, ${String(maxFee)}::numeric, ${String(priorityFee)}::numeric from decided),
    sent as (
      update packages set status = 'submitted', submission_id = decided.id
      from decided, named where packages.seq = named.seq)
    select (select id from decided) as id, (select jsonb_agg(link) from named where status = 'withdrawn') as withdrawn`;
}

async function remake(
  tables: Tables,
  book: string,
  id: number,
  { kind, to, data, gasLimit, links }: RemadeCall,
  transaction: SignedTransaction,
): Promise<void> {
  await tables
    .update(submissions)
    .set({ kind, target: to ?? null, data, gasLimit, links })
    .where(eq(submissions.id, id));
  const listed = JSON.stringify(links);
  await tables.execute(sql`
    update packages set status = 'pending' where book = ${book} and submission_id = ${id} and status = 'submitted'
      and not link = any(array(select jsonb_array_elements_text(${listed}::jsonb)))`);
  await tables
    .insert(transactions)
    .values({ ...transaction, submissionId: id })
    .onConflictDoNothing();
}

/** A relay that was asleep while another took over must not decide anything any more. */
async function requireLease(tables: Tables, book: string, { holder, epoch }: Fence): Promise<void> {
  const rows = await queryRows<unknown>(
    tables,
    sql`select epoch from leases where book = ${book} and holder = ${holder} and epoch = ${epoch} for share`,
  );
  if (rows.length === 0) throw new RelayError("RELAY_LEASE_LOST", { holder, epoch });
}

async function readLive(tables: Tables, book: string): Promise<StoredSubmission[]> {
  const rows = await tables
    .select()
    .from(submissions)
    .where(and(eq(submissions.book, book), not(submissions.final)))
    .orderBy(asc(submissions.nonce), asc(submissions.id));
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const signed = await tables
    .select()
    .from(transactions)
    .where(inArray(transactions.submissionId, ids))
    .orderBy(asc(transactions.createdAt), asc(transactions.maxFee));
  return rows.map(({ id, account, nonce, kind, target, data, gasLimit, links, cancellations, charged: isCharged }) => ({
    id,
    account,
    nonce,
    data,
    gasLimit,
    links,
    cancellations,
    isCharged,
    kind: kind as CallKind, // as it was stored
    ...(target !== null && { to: target }),
    transactions: signed
      .filter(({ submissionId }) => submissionId === id)
      .map(({ hash, raw, maxFee, priorityFee }) => ({ hash, raw, maxFee, priorityFee })),
  }));
}
