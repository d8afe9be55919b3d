import { expect } from "chai";
import { sql } from "drizzle-orm";

import { createLeaseStore, type LeaseStore } from "../../../src/relay/store/lease.js";
import { freshBook, sharedDatabase } from "../paper/database.js";

const HOUR_MS = 3_600_000;

describe("createLeaseStore", () => {
  let book: string;
  let leases: LeaseStore;
  beforeEach(async () => {
    book = freshBook();
    leases = createLeaseStore(await sharedDatabase(), book);
  });

  /** As if its time were over: the time is the database's own. */
  async function expire(): Promise<void> {
    const database = await sharedDatabase();
    await database.run((tables) =>
      tables.execute(sql`update leases set expires_at = now() - interval '1 second' where book = ${book}`),
    );
  }

  it("gives the lease to the first who asks, and to nobody else while it lasts", async () => {
    expect(await leases.acquire("one", HOUR_MS)).to.deep.equal({ holder: "one", epoch: 1 });
    expect(await leases.acquire("two", HOUR_MS)).to.equal(undefined);
  });

  it("renews it for its holder under the same epoch", async () => {
    await leases.acquire("one", HOUR_MS);
    expect(await leases.acquire("one", HOUR_MS)).to.deep.equal({ holder: "one", epoch: 1 });
  });

  it("gives it to another when its time is over, under the next epoch", async () => {
    await leases.acquire("one", HOUR_MS);
    await expire();
    expect(await leases.acquire("two", HOUR_MS)).to.deep.equal({ holder: "two", epoch: 2 });
    expect(await leases.acquire("one", HOUR_MS)).to.equal(undefined);
  });

  it("lets its holder have it again if nobody else took it meanwhile", async () => {
    await leases.acquire("one", HOUR_MS);
    await expire();
    expect(await leases.acquire("one", HOUR_MS)).to.deep.equal({ holder: "one", epoch: 1 });
  });

  it("is free at once when it is given back", async () => {
    const fence = await leases.acquire("one", HOUR_MS);
    await leases.release(fence!);
    expect(await leases.acquire("two", HOUR_MS)).to.deep.equal({ holder: "two", epoch: 2 });
  });

  it("is not given back by who has it no more", async () => {
    const fence = await leases.acquire("one", HOUR_MS);
    await expire();
    await leases.acquire("two", HOUR_MS);
    await leases.release(fence!);
    expect(await leases.acquire("three", HOUR_MS)).to.equal(undefined);
  });

  it("is one for each book", async () => {
    await leases.acquire("one", HOUR_MS);
    const other = createLeaseStore(await sharedDatabase(), freshBook());
    expect(await other.acquire("two", HOUR_MS)).to.deep.equal({ holder: "two", epoch: 1 });
  });

  it("goes to one of those who ask at the same moment", async () => {
    const asked = await Promise.all(["one", "two", "three"].map((holder) => leases.acquire(holder, HOUR_MS)));
    expect(asked.filter((fence) => fence !== undefined).length).to.equal(1);
  });
});
