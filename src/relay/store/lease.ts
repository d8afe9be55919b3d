/** Which of the relays that share a database may submit for a book, or use an account. Time is the database's own, so that no relay's clock matters. */
import { type SQL, sql } from "drizzle-orm";

import { type Database, queryRows, type Tables } from "./database.js";
import type { Fence } from "./submissions.js";

export interface LeaseStore {
  /** Takes the lease if it is free, expired or held already, and renews it. @returns undefined if another relay has it */
  acquire(holder: string, ttlMs: number): Promise<Fence | undefined>;
  /** Gives it back, so that the next relay need not wait. */
  release(fence: Fence): Promise<void>;
}

export function createLeaseStore(database: Pick<Database, "run">, book: string): LeaseStore {
  return {
    acquire: (holder, ttlMs) =>
      database.run(async (tables) => {
        const until = sql`now() + ${ttlMs} * interval '1 millisecond'`;
        const epochs = await epochOf(
          tables,
          sql`
          insert into leases (book, holder, epoch, expires_at) values (${book}, ${holder}, 1, ${until})
          on conflict (book) do update set
            holder = ${holder},
            epoch = leases.epoch + case when leases.holder = ${holder} then 0 else 1 end,
            expires_at = ${until}
          where leases.holder = ${holder} or leases.expires_at < now()
          returning epoch`,
        );
        return epochs === undefined ? undefined : { holder, epoch: epochs };
      }),
    release: ({ holder, epoch }) =>
      database.run(async (tables) => {
        await tables.execute(sql`
          update leases set expires_at = now() - interval '1 second'
          where book = ${book} and holder = ${holder} and epoch = ${epoch}`);
      }),
  };
}

async function epochOf(tables: Tables, query: SQL): Promise<number | undefined> {
  const [row] = await queryRows<{ readonly epoch: string | number }>(tables, query);
  return row === undefined ? undefined : Number(row.epoch);
}
