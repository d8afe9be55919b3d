/** Calls that were decided on, and their signed transactions: stored before anything is sent. */
import { and, asc, eq, inArray, not, sql } from "drizzle-orm";

import type { Hash } from "../../protocol/typedData.js";
import { RelayError } from "../errors.js";
import { type Database, queryRows, type Tables } from "./database.js";
import { packages, submissions, transactions } from "./schema.js";

export type SubmissionKind = "batch" | "offset" | "matchTrades" | "applyFallback" | "realise";

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
  readonly kind: SubmissionKind;
  readonly data: string;
  readonly gasLimit: bigint;
  /** Of a batch's packages, in their order. */
  readonly links: readonly Hash[];
}

export interface StoredSubmission extends NewSubmission {
  readonly id: number;
  /** Oldest first; the last has the highest price. */
  readonly transactions: readonly SignedTransaction[];
}

/** The right to submit, as it was when something was decided. */
export interface Fence {
  readonly holder: string;
  readonly epoch: number;
}

export interface SubmissionStore {
  /** Stores call, transaction, and that its packages are in it. @throws RelayError RELAY_LEASE_LOST if another relay submits */
  add(fence: Fence, submission: NewSubmission, transaction: SignedTransaction): Promise<StoredSubmission>;
  /** A transaction that takes the place of the last one. @throws RelayError RELAY_LEASE_LOST */
  addTransaction(fence: Fence, id: number, transaction: SignedTransaction): Promise<void>;
  /** All whose nonce may still be open, by nonce. */
  live(): Promise<StoredSubmission[]>;
  /** Their nonces were used for good. */
  finish(ids: readonly number[]): Promise<void>;
  /** Whether one of the relays that share this database signed the transaction. */
  isOwn(hash: Hash): Promise<boolean>;
}

export function createSubmissionStore(database: Database, book: string): SubmissionStore {
  return {
    add: (fence, submission, transaction) =>
      database.transaction(async (tables) => {
        await requireLease(tables, book, fence);
        const { account, nonce, kind, data, gasLimit, links } = submission;
        const [row] = await tables
          .insert(submissions)
          .values({ book, account, nonce, kind, data, gasLimit, links, epoch: fence.epoch })
          .returning({ id: submissions.id });
        if (row === undefined) throw new Error("unreachable: an insert returns its row");
        await tables.insert(transactions).values({ ...transaction, submissionId: row.id });
        if (links.length > 0) {
          await tables
            .update(packages)
            .set({ status: "submitted", submissionId: row.id })
            .where(and(eq(packages.book, book), inArray(packages.link, [...links])));
        }
        return { ...submission, id: row.id, transactions: [transaction] };
      }),
    addTransaction: (fence, id, transaction) =>
      database.transaction(async (tables) => {
        await requireLease(tables, book, fence);
        await tables
          .insert(transactions)
          .values({ ...transaction, submissionId: id })
          .onConflictDoNothing();
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
    isOwn: (hash) =>
      database.run(async (tables) => {
        const found = await tables
          .select({ hash: transactions.hash })
          .from(transactions)
          .innerJoin(submissions, eq(submissions.id, transactions.submissionId))
          .where(and(eq(transactions.hash, hash), eq(submissions.book, book)));
        return found.length > 0;
      }),
  };
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
    .orderBy(asc(transactions.maxFee));
  return rows.map(({ id, account, nonce, kind, data, gasLimit, links }) => ({
    ...{ id, account, nonce, data, gasLimit, links },
    kind: kind as SubmissionKind, // as it was stored
    transactions: signed.filter(({ submissionId }) => submissionId === id),
  }));
}
