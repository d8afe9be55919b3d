import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { sql } from "drizzle-orm";

import { RelayError } from "../../../src/relay/errors.js";
import { isServer, queryRows } from "../../../src/relay/store/database.js";
import { openDatabase } from "../../../src/relay/store/open.js";
import { freshBook, sharedDatabase } from "../paper/database.js";
import { expectRefused } from "../paper/expect.js";

describe("isServer", () => {
  it("takes addresses of Postgres for servers, and all else for folders", () => {
    for (const location of ["postgres://x/y", "postgresql://me@host:1/y"]) {
      expect(isServer(location), location).to.equal(true);
    }
    for (const location of ["relay-data", "/var/postgres", "postgres:/x", "http://x/postgres://"]) {
      expect(isServer(location), location).to.equal(false);
    }
  });
});

describe("given a folder for an embedded database that cannot be made", () => {
  const open = (location: string) => openDatabase(location, () => undefined).catch((error: unknown) => error);

  it("says so, and does not search for it for ever", async () => {
    const folder = mkdtempSync(join(tmpdir(), "no-folder-"));
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const location of [file, join(file, "below"), ...(existsSync("/proc") ? ["/proc/nope/below"] : [])]) {
      const refused = await open(location);
      expect(refused, location).to.be.instanceOf(RelayError).with.property("code", "RELAY_CONFIG_INVALID");
      expect(String(refused), location).to.contain("--database").and.to.contain("cannot be made");
    }
    rmSync(folder, { recursive: true });
  });
});

describe("given an embedded database", () => {
  it("runs queries, and says which kind it is", async () => {
    const database = await sharedDatabase();
    const rows = await database.run((tables) => queryRows<{ readonly sum: number }>(tables, sql`select 1 + 1 as sum`));
    expect([database.kind, rows]).to.deep.equal(["embedded", [{ sum: 2 }]]);
  });

  it("keeps nothing of a transaction that throws, and hands on what it threw", async () => {
    const database = await sharedDatabase();
    const book = freshBook();
    const refusal = new RelayError("RELAY_LEASE_LOST", { holder: "x", epoch: 1 });
    const failing = database.transaction(async (tables) => {
      await tables.execute(sql`insert into history_tips (book, number, hash) values (${book}, 1, 'x')`);
      throw refusal;
    });
    expect(await failing.catch((error: unknown) => error)).to.equal(refusal);
    const rows = await database.run((tables) =>
      queryRows(tables, sql`select * from history_tips where book = ${book}`),
    );
    expect(rows).to.deep.equal([]);
  });

  it("blames a query that is wrong on the query", async () => {
    const database = await sharedDatabase();
    const failing = database.run((tables) => tables.execute(sql`select * from nowhere`));
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error).and.not.to.be.instanceOf(RelayError);
  });

  it("names none of a failed query's values, which may be secret", async () => {
    const database = await sharedDatabase();
    for (const query of [sql`select ${"secret"}::integer[]`, sql`select * from nowhere where name = ${"secret"}`]) {
      const failing = database.run((tables) => tables.execute(query));
      const error = (await failing.catch((thrown: unknown) => thrown)) as Error;
      expect(error).to.be.instanceOf(Error);
      expect([error.message, String(error.cause)].join(" "))
        .not.to.include("nowhere where name")
        .and.not.include("params");
    }
  });

  it("says that it is away of what is no query's fault", async () => {
    const database = await sharedDatabase();
    const failing = database.run(() => Promise.reject(new Error("connection refused")));
    await expectRefused(failing, "RELAY_STORE_UNAVAILABLE", { reason: "connection refused" });
    expect((await database.run((tables) => queryRows(tables, sql`select 1`))).length, "it goes on").to.equal(1);
  });

  it("says of a statement that took too long that it did, and not that the database is away", async () => {
    const database = await sharedDatabase();
    const cause = Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" });
    await expectRefused(
      database.run(() => Promise.reject(cause)),
      "RELAY_QUERY_TIMEOUT",
      {},
    );
  });

  for (const [state, isAway] of [
    ["08006", true],
    ["53100", true],
    ["25006", true],
    ["23505", false],
    ["42601", false],
  ] as const) {
    it(`takes SQLSTATE ${state} for ${isAway ? "the database's fault" : "the query's"}`, async () => {
      const database = await sharedDatabase();
      const cause = Object.assign(new Error("said so"), { code: state });
      const failing = database.run(() => Promise.reject(new Error("wrapped", { cause })));
      const error: unknown = await failing.catch((thrown: unknown) => thrown);
      expect(error instanceof RelayError).to.equal(isAway);
    });
  }
});
