/** Packages in partitions: ended in time, each package stored once over all of them, and looked up with few rows read. */
import { createHash } from "node:crypto";

import { expect } from "chai";
import { type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { Client } from "pg";

import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { type Database, queryRows } from "../../../src/relay/store/database.js";
import { openDatabase } from "../../../src/relay/store/open.js";
import { createPackagePartitions } from "../../../src/relay/store/package-partitions.js";
import { createPackageStore } from "../../../src/relay/store/packages.js";
import { type Partition, partitionsOf } from "../../../src/relay/store/partitions.js";
import { withDatabase } from "../../../stage/postgres.js";
import { embeddedDatabase, postgresDatabase } from "../history/databases.js";
import { PaperChain } from "../paper/chain.js";
import { freshBook } from "../paper/database.js";
import { requirePostgres } from "../support.js";
import { fileOf, makeOlder } from "./older.js";

const chain = new PaperChain();
const draft = (nonce: number) => {
  const signed = chain.sign(nonce % 3, { nonce: BigInt(nonce) });
  return { link: primaryLink(signed.package), signed };
};
const drafts = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => draft(from + at));

const rowsOf = <Row>(database: Database, query: SQL) => database.run((tables) => queryRows<Row>(tables, query));
const parts = (database: Database): Promise<Partition[]> => database.run((tables) => partitionsOf(tables, "packages"));

/** As if everything that there is had come days ago. */
async function age(database: Database, days: number): Promise<void> {
  await rowsOf(database, sql`update packages set received_at = received_at - make_interval(days => ${days}::integer)`);
}

/** Packages by the partition in which they lie. */
async function counts(database: Database, book: string): Promise<number[]> {
  const found = await rowsOf<{ count: string }>(
    database,
    sql`select count(*) as count from packages where book = ${book} group by tableoid order by min(seq)`,
  );
  return found.map(({ count }) => Number(count));
}

/** What an older relay stores with, row by row: it knows of no partitions. */
const OLDER_INSERT = (book: string, link: string) => sql`
  with turn as materialized (select pg_advisory_xact_lock(${0x5e5510}))
  insert into packages (book, link, trader, market_root_id, market_branch_id, price, quantity, previous_link, nonce, deadline,
    time_in_force, signature)
  select ${book}, ${link}, '0x', 1, 1, 5000, 1, '0x', 1, 1, 0, '0x' from turn on conflict do nothing returning seq`;

function behavesWell(open: () => Database): void {
  it("leaves the partition open as long as its packages are young and few", async () => {
    const [database, book] = [open(), freshBook()];
    const before = await parts(database);
    await createPackagePartitions(database).keep();
    await createPackageStore(database, book).add(drafts(0, 3));
    await age(database, 29);
    await createPackagePartitions(database, { days: 30, most: 1_000 }).keep();
    expect(await parts(database)).to.deep.equal(before);
  });

  it("ends it when its first package is old, or when it has many, and goes on behind with higher numbers", async () => {
    const [database, book] = [open(), freshBook()];
    const store = createPackageStore(database, book);
    await store.add(drafts(0, 5));
    await age(database, 31);
    const byAge = createPackagePartitions(database, { days: 30 });
    await byAge.keep();
    await byAge.keep(); // the new one is young
    await store.add(drafts(5, 9));
    const byNumber = createPackagePartitions(database, { most: 4 });
    await byNumber.keep();
    await byNumber.keep();
    await store.add(drafts(9, 12));
    expect(await counts(database, book)).to.deep.equal([5, 4, 3]);
    const found = await parts(database);
    expect(found[0]!.from).to.equal(-Infinity);
    expect(found.at(-1)!.to).to.equal(Infinity);
    found.slice(1).forEach(({ from }, at) => expect(from, "no gaps").to.equal(found[at]!.to));
    const seqs = (await store.live()).map(({ seq, link }) => [seq, link] as const);
    expect(seqs.map(([, link]) => link)).to.deep.equal(drafts(0, 12).map(({ link }) => link));
    const [first] = seqs[9]!;
    expect(first, "the first number of the newest").to.equal(found.at(-1)!.from);
    const checks = await rowsOf(
      database,
      sql`select conname from pg_constraint join pg_class on pg_class.oid = conrelid
        where contype = 'c' and relname like 'packages%'`,
    );
    expect(checks, "nothing is left that a later package could break").to.deep.equal([]);
  });

  it("stores no package twice, in whatever partition it lies, and by whatever relay it comes", async () => {
    const [database, book] = [open(), freshBook()];
    const store = createPackageStore(database, book);
    const first = await store.add(drafts(0, 3));
    await createPackagePartitions(database, { most: 1 }).keep();
    const added = await store.add(drafts(0, 5));
    expect([...added.keys()]).to.deep.equal(drafts(3, 5).map(({ link }) => link));
    for (const { link } of drafts(0, 5)) {
      expect(await rowsOf(database, OLDER_INSERT(book, link)), "of before the partitions").to.deep.equal([]);
    }
    expect(await rowsOf(database, OLDER_INSERT(book, "0xnew"))).to.have.lengthOf(1);
    expect(await rowsOf(database, OLDER_INSERT(freshBook(), draft(0).link)), "of another book").to.have.lengthOf(1);
    expect((await store.find(draft(0).link))!.seq).to.equal(first.get(draft(0).link));
  });

  it("changes and finds packages of each partition as ever", async () => {
    const [database, book] = [open(), freshBook()];
    const store = createPackageStore(database, book);
    const seqs: number[] = [];
    for (const at of [0, 1, 2]) {
      const added = await store.add([draft(at)]);
      seqs.push(added.get(draft(at).link)!);
      await createPackagePartitions(database, { most: 1 }).keep();
    }
    await store.change([
      { seq: seqs[0]!, attempts: 1, submissionId: undefined, fate: { status: "pending" }, final: false },
      {
        seq: seqs[1]!,
        ...{ attempts: 0, submissionId: undefined, final: true },
        fate: { status: "onChain", tradeRootId: 7, block: { number: 5, hash: "0x05" } },
      },
    ]);
    await store.withdraw(seqs[2]!, "0x77");
    expect((await store.live()).map(({ seq, attempts }) => [seq, attempts])).to.deep.equal([[seqs[0], 1]]);
    expect((await store.waitingAfter(seqs[0]! - 1)).map(({ seq }) => seq)).to.deep.equal([seqs[0]]);
    expect(await store.withdrawnFrom(seqs[0]!)).to.deep.equal([draft(2).link]);
    expect((await store.find(draft(1).link))!.fate.status).to.equal("onChain");
    const [own] = await store.ofNonce(chain.traders[2]!.address, 2n, 10);
    expect([own!.link, own!.withdrawal?.signature]).to.deep.equal([draft(2).link, "0x77"]);
  });
}

describe("given packages in the embedded database, in partitions", () => {
  behavesWell(embeddedDatabase());
});

describe("given packages on a Postgres server, in partitions", () => {
  const open = postgresDatabase();
  behavesWell(open);

  it("stores each once when relays store the same at once, while a partition ends", async () => {
    const [database, book] = [open(), freshBook()];
    const relays = [1, 2, 3].map(() => createPackageStore(database, book));
    const rounds = Array.from({ length: 20 }, (_, round) => drafts(3 * round, 3 * round + 6));
    const partitions = createPackagePartitions(database, { most: 20 });
    const added = await Promise.all(
      rounds.flatMap((offered, round) => [
        ...relays.map((relay) => relay.add(offered)),
        ...(round % 5 === 0 ? [partitions.keep().then(() => new Map<string, number>())] : []),
      ]),
    );
    const links = added.flatMap((one) => [...one.keys()]);
    expect(new Set(links).size, "each was told once as stored").to.equal(links.length);
    const [row] = await rowsOf<{ rows: string; links: string }>(
      database,
      sql`select count(*) as rows, count(distinct link) as links from packages where book = ${book}`,
    );
    expect([row!.rows, row!.links]).to.deep.equal(["63", "63"]);
  });
});

describe("given a server with packages of a relay of before there were partitions", () => {
  before(function () {
    requirePostgres(this);
  });

  it("keeps every package where it lies, with its number, and numbers go on", () =>
    withDatabase(async (url) => {
      const client = new Client({ connectionString: url });
      client.on("error", () => undefined); // the server ends before it, if anything here fails
      await client.connect();
      await makeOlder(client, "0015_packages");
      await client.query(
        `insert into packages (book, link, trader, market_root_id, market_branch_id, price, quantity, previous_link, nonce,
          deadline, time_in_force, signature, received_at)
          select '1:0xold', md5(n::text), '0x', 1, 1, 5000, 1, '0x', n, 4000000000, 0, '0x', now() - interval '1 year'
          from generate_series(1, 1000) as n`,
      );
      const filled = await fileOf(client, "packages");
      const database = await openDatabase(url, () => undefined);
      expect(await fileOf(client, "packages_0"), "was not written again").to.equal(filled);
      const store = createPackageStore(database, "1:0xold");
      expect((await store.add([draft(1)])).get(draft(1).link)).to.equal(1_001);
      await createPackagePartitions(database).keep();
      expect(await fileOf(client, "packages_0"), "was not written again now").to.equal(filled);
      await store.add([draft(2)]);
      expect(await counts(database, "1:0xold")).to.deep.equal([1_001, 1]);
      expect(await rowsOf(database, OLDER_INSERT("1:0xold", draft(1).link))).to.deep.equal([]);
      await database.close();
      await client.end();
    }));
});

interface Plan {
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows that a plan took up from tables, whether it kept them or not. */
function rowsRead(plan: Plan): number {
  const own = plan["Relation Name"] === undefined ? 0 : plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0);
  return (plan.Plans ?? []).reduce((sum, part) => sum + rowsRead(part), own * plan["Actual Loops"]);
}

describe("given fifty thousand packages on a server, in five partitions", () => {
  before(function () {
    requirePostgres(this);
  });
  const BOOK = "1:0xmany";
  const EACH = 10_000;

  it("are looked up, changed and stored with few rows read of each", () =>
    withDatabase(async (url) => {
      const database = await openDatabase(url, () => undefined);
      const client = new Client({ connectionString: url });
      client.on("error", () => undefined);
      await client.connect();
      for (let from = 0; from < 5 * EACH; from += EACH) {
        await client.query(
          `insert into packages (book, link, trader, market_root_id, market_branch_id, price, quantity, previous_link, nonce,
            deadline, time_in_force, signature, status, final)
            select '${BOOK}', md5(n::text), '0x' || lpad((n % 100)::text, 40, '0'), 1, 1, 5000, 1, '0x' || repeat('0', 64), n, 4000000000, 0, '0x',
              case when n % 1000 = 0 then 'pending' else 'onChain' end, n % 1000 <> 0
            from generate_series(${from}, ${from + EACH - 1}) as n`,
        );
        if (from < 4 * EACH) await createPackagePartitions(database, { most: EACH }).keep();
      }
      await client.query("analyze packages");
      expect(await counts(database, BOOK)).to.deep.equal([EACH, EACH, EACH, EACH, EACH]);
      const asked: { readonly query: string; readonly params: unknown[] }[] = [];
      const tables = drizzle(client, { logger: { logQuery: (query, params) => asked.push({ query, params }) } });
      const store = createPackageStore({ ...database, run: (work) => work(tables) }, BOOK);
      const link = createHash("md5").update("33333").digest("hex");
      const { seq } = (await store.find(link))!;
      const { seq: last } = (await store.live()).at(-1)!;
      expect(await store.ofNonce(`0x${"7".padStart(40, "0")}`, 5_007n, 10)).to.have.lengthOf(1);
      expect(await store.waitingAfter(last - 5)).to.have.lengthOf(1);
      const change = { attempts: 1, submissionId: undefined, fate: { status: "pending" }, final: false } as const;
      await store.change([last, last - 1_000].map((one) => ({ seq: one, ...change })));
      await store.change([{ seq, ...change }]);
      expect(asked).to.have.lengthOf(6);
      for (const { query, params } of asked) {
        const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(
          `explain (analyze, timing off, format json) ${query}`,
          params,
        );
        expect(rowsRead(rows[0]!["QUERY PLAN"][0].Plan), query).to.be.below(2_500); // of two of a thousand that were changed
      }
      const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(
        "explain (analyze, timing off, format json) select * from packages where price = 1",
      );
      expect(rowsRead(rows[0]!["QUERY PLAN"][0].Plan), "all of them, where no index helps").to.equal(5 * EACH);
      // What the trigger asks is out of sight of a plan: but the server counts what it reads.
      await client.query("select pg_stat_force_next_flush()");
      await client.query("select pg_stat_reset()");
      await createPackageStore(database, BOOK).add(drafts(0, 50));
      await database.close(); // whereupon a server knows what was read
      const { scanned, looked } = await readSoFar(client);
      expect(looked, "looks into indexes").to.be.at.least(50 * 5);
      expect(scanned).to.equal(0);
      await client.end();
    }));
});

/** Rows of packages that were read without an index, and looks into one. */
async function readSoFar(client: Client): Promise<{ readonly scanned: number; readonly looked: number }> {
  for (;;) {
    const { rows } = await client.query<{ scanned: string; looked: string }>(
      `select sum(seq_tup_read) as scanned, sum(idx_scan) as looked, pg_sleep(0.1)
        from pg_stat_user_tables where relname like 'packages%'`,
    );
    const [found] = rows as [(typeof rows)[number]];
    if (Number(found.looked) > 0) return { scanned: Number(found.scanned), looked: Number(found.looked) };
  }
}
