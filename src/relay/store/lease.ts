/** Which of the relays that share a database may submit for a book, or use an account. Time is the database's own, so that no relay's clock matters. */
import { type SQL, sql } from "drizzle-orm";

import { type Database, queryRows } from "./database.js";
import { grouped } from "./grouped.js";
import type { Fence } from "./submissions.js";

export interface LeaseStore {
  /** Takes the lease if it is free, expired or held already, and renews it. @returns undefined if another relay has it */
  acquire(holder: string, ttlMs: number): Promise<Fence | undefined>;
  /** Gives it back, so that the next relay need not wait. */
  release(fence: Fence): Promise<void>;
}

export function createLeaseStore(database: Pick<Database, "run">, book: string): LeaseStore {
  return {
    async acquire(holder, ttlMs) {
      const epoch = await acquire(database, { book, holder, ttlMs });
      return epoch === undefined ? undefined : { holder, epoch };
    },
    release: ({ holder, epoch }) =>
      database.run(async (tables) => {
        await tables.execute(sql`
          update leases set expires_at = now() - interval '1 second'
          where book = ${book} and holder = ${holder} and epoch = ${epoch}`);
      }),
  };
}

interface Claim {
  readonly book: string;
  readonly holder: string;
  readonly ttlMs: number;
}

/** All that one relay claims at about the same time, at once. Rows are locked in one order, so that no two relays wait for each other. */
const acquire = grouped(async (database, claims: readonly Claim[]) => {
  const held: Held[] = [];
  for (const holder of new Set(claims.map((claim) => claim.holder))) {
    const own = claims.filter((claim) => claim.holder === holder);
    held.push(...(await database.run((tables) => queryRows<Held>(tables, claimOf(own)))));
  }
  return claims.map(({ book, holder }) => {
    const one = held.find((row) => row.book === book && row.holder === holder);
    return one === undefined ? undefined : Number(one.epoch);
  });
});

/** Numbers of 64 bits come as text from one driver. */
interface Held {
  readonly book: string;
  readonly holder: string;
  readonly epoch: number | string;
}

/** @param claims of one relay */
function claimOf(claims: readonly Claim[]): SQL {
  return sql`
    insert into leases (book, holder, epoch, expires_at)
    select distinct on (book) book, holder, 1, now() + "ttlMs" * interval '1 millisecond'
    from jsonb_to_recordset(${JSON.stringify(claims)}::jsonb) as claimed(book text, holder text, "ttlMs" bigint)
    order by book
    on conflict (book) do update set
      holder = excluded.holder,
      epoch = leases.epoch + case when leases.holder = excluded.holder then 0 else 1 end,
      expires_at = excluded.expires_at
    where leases.holder = excluded.holder or leases.expires_at < now()
    returning book, holder, epoch`;
}
