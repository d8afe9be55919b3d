/**
 * Dead man's switches as they are kept. Time is the database's own, so that every relay that shares it sees the same. The signed
 * cancellation leaves its row with the state that needs it.
 */
import { and, asc, count, desc, eq, getTableColumns, inArray, lt, notInArray, or, type SQL, sql } from "drizzle-orm";

import type { TradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { SwitchStatus } from "../../wire/switches.js";
import { LATE_SECONDS } from "./archiving.js";
import { insertCancellation, type NamedCancellation } from "./cancellations.js";
import type { Database, Tables } from "./database.js";
import { grouped } from "./grouped.js";
import { cancellationOfRow } from "./packages.js";
import { switches } from "./schema.js";

export interface NewSwitch extends NamedCancellation {
  /** SHA-256 of what the trader has to show. */
  readonly tokenHash: string;
  readonly intervalMs: number;
}

export interface SwitchState {
  readonly status: SwitchStatus;
  /** Until it fires; undefined if it is not armed. */
  readonly remainingMs: number | undefined;
  readonly cancellation: TradesCancellation;
}

/** A switch that has fired: its cancellation is stored. */
export interface Fired extends NamedCancellation {
  /** Undefined if the same cancellation had been handed in by itself. */
  readonly seq: number | undefined;
  readonly withdrawn: readonly Hash[];
}

export interface SwitchStore {
  /**
   * Arms a switch, or arms it anew: with another token, from now on.
   * @param mostOfTrader armed switches that the trader may have
   * @returns undefined if it has so many; a state that is not armed if this switch was fired before
   */
  arm(offered: NewSwitch, mostOfTrader: number): Promise<SwitchState | undefined>;
  /** The trader was heard of. @returns undefined if there is no such switch or the token is another's */
  renew(hash: Hash, tokenHash: string): Promise<SwitchState | undefined>;
  disarm(hash: Hash, tokenHash: string): Promise<SwitchState | undefined>;
  find(hash: Hash, tokenHash: string): Promise<SwitchState | undefined>;
  /** Fires what is due: each becomes a cancellation, or neither changes. */
  fireDue(): Promise<Fired[]>;
}

/** Switches that are fired in one transaction. */
const AT_ONCE = 50;
/** What an armed switch loses when it is armed no more. */
const NOTHING = "0x";

export function createSwitchStore(database: Database, book: string): SwitchStore {
  const own = (hash: Hash, tokenHash: string) =>
    and(eq(switches.book, book), eq(switches.hash, hash), eq(switches.tokenHash, tokenHash));
  /** Changes an armed switch. @returns how it is then, changed or not */
  const change = (hash: Hash, tokenHash: string, values: object): Promise<SwitchState | undefined> =>
    database.run(async (tables) => {
      await tables
        .update(switches)
        .set(values)
        .where(and(own(hash, tokenHash), eq(switches.status, "armed")));
      return find(tables, own(hash, tokenHash));
    });
  return {
    arm: (offered, mostOfTrader) => database.transaction((tables) => arm(tables, book, offered, mostOfTrader)),
    renew: (hash, tokenHash) => change(hash, tokenHash, { firesAt: sql`now() + ${switches.intervalMs} * ${MS}` }),
    disarm: (hash, tokenHash) => change(hash, tokenHash, { status: "disarmed", signature: NOTHING }),
    find: (hash, tokenHash) => database.run((tables) => find(tables, own(hash, tokenHash))),
    async fireDue() {
      if (!(await hasDue(database, book))) return [];
      return database.transaction((tables) => fireDue(tables, book));
    },
  };
}

const MS = sql`interval '1 millisecond'`;

async function arm(
  tables: Tables,
  book: string,
  { hash, signed: { cancellation, signature }, tokenHash, intervalMs }: NewSwitch,
  mostOfTrader: number,
): Promise<SwitchState | undefined> {
  const { trader } = cancellation;
  await tables.execute(sql`select pg_advisory_xact_lock(hashtext(${`switches ${book} ${trader}`}))`);
  const others = and(eq(switches.book, book), eq(switches.trader, trader), eq(switches.status, "armed"));
  const [armed] = await tables
    .select({ armed: count() })
    .from(switches)
    .where(and(others, sql`${switches.hash} <> ${hash}`));
  if ((armed?.armed ?? 0) >= mostOfTrader) return undefined;
  const firesAt = sql`now() + ${intervalMs} * ${MS}`;
  await tables
    .insert(switches)
    .values({ book, hash, ...cancellation, signature, tokenHash, intervalMs, firesAt })
    .onConflictDoUpdate({
      target: [switches.book, switches.hash],
      set: { signature, tokenHash, intervalMs, firesAt, status: "armed" },
      setWhere: sql`${switches.status} in ('armed', 'disarmed')`,
    });
  await forgetOver(tables, and(eq(switches.book, book), eq(switches.trader, trader)), mostOfTrader);
  return find(tables, and(eq(switches.book, book), eq(switches.hash, hash)));
}

/** A trader's switches that are over: the last ones are told of, and those that have fired for as long as they could be armed again. */
async function forgetOver(tables: Tables, ofTrader: SQL | undefined, most: number): Promise<void> {
  const over = and(ofTrader, sql`${switches.status} <> 'armed'`);
  const newest = tables
    .select({ hash: switches.hash })
    .from(switches)
    .where(over)
    .orderBy(desc(switches.firesAt))
    .limit(most);
  const isLate = sql`${switches.deadline} < extract(epoch from now()) - ${LATE_SECONDS}`;
  await tables
    .delete(switches)
    .where(and(over, or(eq(switches.status, "disarmed"), isLate), notInArray(switches.hash, newest)));
}

async function find(tables: Tables, which: ReturnType<typeof and>): Promise<SwitchState | undefined> {
  const [row] = await tables
    .select({
      ...getTableColumns(switches),
      left: sql<string>`ceil(extract(epoch from ${switches.firesAt} - now()) * 1000)`,
    })
    .from(switches)
    .where(which);
  if (row === undefined) return undefined;
  const remainingMs = row.status === "armed" ? Math.max(0, Number(row.left)) : undefined;
  return { status: row.status, remainingMs, cancellation: cancellationOfRow(row) };
}

/** Of the books that ask at about the same time, at once: each asks ever again. */
const hasDue = grouped((database, books: readonly string[]) =>
  database.run(async (tables) => {
    const due = await tables
      .selectDistinct({ book: switches.book })
      .from(switches)
      .where(and(inArray(switches.book, [...books]), eq(switches.status, "armed"), lt(switches.firesAt, sql`now()`)));
    return books.map((book) => due.some((one) => one.book === book));
  }),
);

/** Switches that another relay is firing just now are left to it. */
async function fireDue(tables: Tables, book: string): Promise<Fired[]> {
  const due = await tables
    .select()
    .from(switches)
    .where(and(eq(switches.book, book), eq(switches.status, "armed"), lt(switches.firesAt, sql`now()`)))
    .orderBy(asc(switches.firesAt))
    .limit(AT_ONCE)
    .for("update", { skipLocked: true });
  const fired: Fired[] = [];
  for (const { hash, signature, ...row } of due) {
    const named = { hash, signed: { cancellation: cancellationOfRow(row), signature } };
    await tables
      .update(switches)
      .set({ status: "fired", signature: NOTHING })
      .where(and(eq(switches.book, book), eq(switches.hash, hash)));
    fired.push({ ...named, ...(await insertCancellation(tables, book, named)) });
  }
  return fired;
}
