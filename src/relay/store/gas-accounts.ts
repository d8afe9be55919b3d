/** Accounts of gas as they are kept, by the database's clock: a restart forgives nothing. */
import { eq, inArray, sql } from "drizzle-orm";

import { toJson } from "../../protocol/amounts/json.js";
import { type Database, queryRows } from "./database.js";
import { gasAccounts, submissions } from "./schema.js";

export interface KeptAccount {
  readonly trader: string;
  /** Whether a contract wallet speaks for the trader, or its key. */
  readonly byWallet: boolean;
  /** Gas that may still be burned. */
  readonly level: bigint;
  /** Gas that time may still give back, of a key. */
  readonly credit: bigint;
  /** Ms since it was that. */
  readonly age: number;
  /** Ms since gas was burned last; undefined if none was. */
  readonly burnedAge: number | undefined;
  /** Gas that others have paid to bring a wallet's orders, and the last block of which that of either is counted. */
  readonly paid: bigint;
  readonly paidBlock: number;
}

export interface GasAccountStore {
  all(): Promise<KeptAccount[]>;
  /** All or nothing. @param charged ids of submissions whose gas is counted in them: they are not charged again */
  put(accounts: readonly KeptAccount[], charged: readonly number[]): Promise<void>;
}

/** Both drivers give numbers of these types as text or as numbers. */
interface Row {
  readonly trader: string;
  readonly by_wallet: boolean;
  readonly level: string;
  readonly credit: string;
  readonly age: string | number;
  readonly burned_age: string | number | null;
  readonly paid: string;
  readonly paid_block: string | number;
}

export function createGasAccountStore(database: Database, book: string): GasAccountStore {
  const ageOf = (column: object) => sql`extract(epoch from (now() - ${column})) * 1000`;
  return {
    async all() {
      const { trader, byWallet, level, credit, at, burnedAt, paid, paidBlock } = gasAccounts;
      const query = sql`
        select ${trader}, ${byWallet}, ${level}, ${credit}, ${ageOf(at)} as age, ${ageOf(burnedAt)} as burned_age, ${paid}, ${paidBlock}
        from ${gasAccounts} where ${eq(gasAccounts.book, book)}`;
      const rows = await database.run((tables) => queryRows<Row>(tables, query));
      return rows.map(accountOfRow);
    },
    put: (accounts, charged) =>
      database.transaction(async (tables) => {
        if (accounts.length > 0) await tables.execute(putOf(book, accounts));
        if (charged.length === 0) return;
        await tables
          .update(submissions)
          .set({ charged: true })
          .where(inArray(submissions.id, [...charged]));
      }),
  };
}

function accountOfRow({ trader, by_wallet: byWallet, burned_age: burnedAge, ...row }: Row): KeptAccount {
  return {
    ...{ trader, byWallet },
    level: BigInt(row.level),
    credit: BigInt(row.credit),
    age: Math.max(0, Number(row.age)),
    burnedAge: burnedAge === null ? undefined : Math.max(0, Number(burnedAge)),
    paid: BigInt(row.paid),
    paidBlock: Number(row.paid_block),
  };
}

/** One statement for any number of rows. */
function putOf(book: string, accounts: readonly KeptAccount[]) {
  const rows = accounts.map(({ burnedAge, ...one }) => ({ ...one, burnedAge: burnedAge ?? null }));
  return sql`
    insert into gas_accounts (book, trader, by_wallet, level, credit, at, burned_at, paid, paid_block)
    select ${book}, trader, "byWallet", level, credit, now() - age * interval '1 millisecond',
      now() - "burnedAge" * interval '1 millisecond', paid, "paidBlock"
    from jsonb_to_recordset(${toJson(rows)}::jsonb) as new(trader text, "byWallet" boolean, level numeric, credit numeric, age double precision,
      "burnedAge" double precision, paid numeric, "paidBlock" bigint)
    on conflict (book, trader, by_wallet) do update set level = excluded.level, credit = excluded.credit, at = excluded.at,
      burned_at = excluded.burned_at, paid = excluded.paid, paid_block = excluded.paid_block`;
}
