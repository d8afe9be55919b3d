/** Old packages out of the tables and back: what goes, what stays, and that nothing is taken again that was dealt with. */
import { expect } from "chai";
import { type SQL, sql } from "drizzle-orm";

import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { TextRow } from "../../../src/relay/store/archiving.js";
import { type CancellationFate, createCancellationStore } from "../../../src/relay/store/cancellations.js";
import { type Database, queryRows } from "../../../src/relay/store/database.js";
import { createLeaseStore } from "../../../src/relay/store/lease.js";
import {
  archivedPackages,
  beginPackagesReturn,
  type GoingPackages,
  goingRows,
  PACKAGE_KINDS,
  type PackageKind,
  planPackages,
  takePackagesOut,
} from "../../../src/relay/store/package-archives.js";
import { createPackagePartitions } from "../../../src/relay/store/package-partitions.js";
import { createPackageStore, type Fate, type PackageStore } from "../../../src/relay/store/packages.js";
import { createSubmissionStore } from "../../../src/relay/store/submissions.js";
import { embeddedDatabase, postgresDatabase } from "../history/databases.js";
import { PaperChain } from "../paper/chain.js";
import { freshBook } from "../paper/database.js";
import { expectRefused } from "../paper/expect.js";

const chain = new PaperChain();
const LATER = 4_000_000_000n;
const draft = (nonce: number, deadline = LATER) => {
  const signed = chain.sign(nonce % 3, { nonce: BigInt(nonce), deadline });
  return { link: primaryLink(signed.package), signed };
};
const BLOCK = { number: 7, hash: "0x07" };
const UNCOVERED = { code: "Book_Uncovered", values: {} };
const LANDED: Fate = { status: "onChain", tradeRootId: 1, block: BLOCK };
const REFUSED: Fate = { status: "refused", refusal: UNCOVERED, block: BLOCK };
const BEFORE = new Date(Date.now() - 86_400_000);

const rowsOf = <Row>(database: Database, query: SQL) => database.run((tables) => queryRows<Row>(tables, query));

/** Each row of every table, as text. */
async function everything(database: Database) {
  const tables = PACKAGE_KINDS.map((name) =>
    rowsOf<{ row: string }>(database, sql`select rows::text as row from ${sql.identifier(name)} as rows order by 1`),
  );
  return (await Promise.all(tables)).map((rows) => rows.map(({ row }) => row));
}

async function allOf(rows: AsyncIterable<TextRow>): Promise<TextRow[]> {
  const all: TextRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

async function filesOf(database: Database, going: GoingPackages) {
  const files = new Map<PackageKind, TextRow[]>();
  for (const kind of PACKAGE_KINDS) files.set(kind, await allOf(goingRows(database, kind, going)));
  const rows = Object.fromEntries([...files].map(([kind, list]) => [kind, list.length])) as Record<PackageKind, number>; // each
  return { files, rows };
}

async function takeAll(database: Database) {
  const { ranges } = await planPackages(database, BEFORE);
  const taken = [];
  for (const going of ranges) {
    const { files, rows } = await filesOf(database, going);
    await takePackagesOut(database, going, { place: "out", manifest: "aa", rows });
    taken.push({ going, files });
  }
  return taken;
}

/** A book with one package of each fate, that all came a year ago, in a partition that has its end; and one that came just now. */
async function oldBook(database: Database) {
  const book = freshBook();
  const store = createPackageStore(database, book);
  const submissions = createSubmissionStore(database, book);
  const fence = (await createLeaseStore(database, book).acquire("one", 60_000))!;
  const names = ["landed", "refused", "overdue", "withdrawn", "overdueBack", "waiting"] as const;
  const old = names.map((name, at) => ({ name, ...draft(at, name.startsWith("overdue") ? 1_000n : LATER) }));
  const added = await store.add(old);
  const seqOf = (at: number): number => added.get(old[at]!.link)!;
  const call = async (nonce: number, links: readonly string[]) => {
    const of = { account: "0xac", nonce, kind: "batch" as const, data: "0xda", gasLimit: 9n, links, cancellations: [] };
    const hash = `${book} ${nonce}`;
    return submissions.add(fence, of, { hash, raw: "0x01", maxFee: 2n ** 70n, priorityFee: 1n });
  };
  const first = await call(0, [old[0]!.link, old[2]!.link]);
  const second = await call(1, [old[1]!.link]);
  await submissions.finish([first.id, second.id]);
  const change = { attempts: 0, final: true };
  await store.change([
    { seq: seqOf(0), ...change, submissionId: first.id, fate: LANDED },
    { seq: seqOf(1), ...change, submissionId: second.id, fate: REFUSED },
    { seq: seqOf(2), ...change, submissionId: first.id, fate: REFUSED },
  ]);
  await store.withdraw(seqOf(3), "0x77");
  await store.withdraw(seqOf(4), "0x78");
  await rowsOf(database, sql`update packages set received_at = received_at - interval '1 year'`);
  await createPackagePartitions(database).keep();
  const young = draft(50);
  await store.add([young]);
  const third = await call(2, [young.link]);
  const links = Object.fromEntries(old.map(({ name, link }) => [name, link])) as Record<(typeof names)[number], string>; // each
  return { book, store, links, old, young, calls: { first: first.id, second: second.id, third: third.id } };
}

/** Cancellations of the trader that came when the old packages did, and one that comes now; by name, with the hashes. */
async function cancelled(database: Database, book: string) {
  const store = createCancellationStore(database, book);
  const fates = {
    landed: { status: "onChain", block: BLOCK },
    refused: { status: "refused", refusal: UNCOVERED, block: BLOCK },
    usable: { status: "onChain", block: BLOCK },
    named: { status: "onChain", block: BLOCK },
    waiting: { status: "pending" },
  } as const satisfies Record<string, CancellationFate>;
  const add = async (nonceFloor: number, deadline: bigint, fate: CancellationFate) => {
    const signed = chain.signCancellation(2, { nonceFloor: BigInt(nonceFloor), deadline });
    const hash = cancellationHash(signed.cancellation);
    const { seq } = await store.add({ hash, signed }, []);
    await store.change([{ seq: seq!, fate, final: fate.status !== "pending" }]);
    return hash;
  };
  const hashes = new Map<string, string>();
  for (const [at, [name, fate]] of Object.entries(fates).entries())
    hashes.set(name, await add(1 + at, name === "usable" ? LATER : 1_000n, fate));
  await rowsOf(
    database,
    sql`update cancellations set received_at = received_at - interval '2 years' where book = ${book}`,
  );
  hashes.set("young", await add(9, 1_000n, fates.landed));
  return { store, hashes };
}

async function statusOf(store: PackageStore, links: Readonly<Record<string, string>>) {
  const found = await Promise.all(Object.values(links).map((link) => store.find(link)));
  return Object.fromEntries(Object.keys(links).map((name, at) => [name, found[at]?.fate.status]));
}

function behavesWell(open: () => Database): void {
  it("takes out what is final and can never be taken again, with its calls, and brings back every row", async () => {
    const database = open();
    const { book, store, links, young, calls } = await oldBook(database);
    const [before, status] = [await everything(database), await statusOf(store, links)];
    const { ranges, stays } = await planPackages(database, BEFORE);
    expect(stays).to.equal(undefined);
    const [going] = ranges as [GoingPackages];
    expect([ranges.length, going.kept, going.books]).to.deep.equal([1, 3, [{ book, packages: 3 }]]);
    expect(await everything(database), "only planned").to.deep.equal(before);

    const [taken] = await takeAll(database);
    const gone = taken!.files.get("packages")!.map(({ link }) => link);
    expect(gone).to.deep.equal([links.landed, links.overdue, links.overdueBack]);
    expect(taken!.files.get("submissions")!.map(({ id }) => id)).to.deep.equal([String(calls.first)]);
    expect(taken!.files.get("transactions")!.map(({ hash }) => hash)).to.deep.equal([`${book} 0`]);
    expect(await statusOf(store, links)).to.deep.equal({
      ...{ landed: undefined, overdue: undefined, overdueBack: undefined },
      ...{ refused: "refused", withdrawn: "withdrawn", waiting: "pending" },
    });
    expect((await store.find(young.link))!.fate.status, "is in another partition").to.equal("submitted");
    const left = await rowsOf<{ id: string | number }>(
      database,
      sql`select id from submissions where book = ${book} order by id`,
    );
    expect(
      left.map(({ id }) => Number(id)),
      "the refused one's call, and the open one",
    ).to.deep.equal([calls.second, calls.third]);
    expect(
      (await archivedPackages(database)).map(({ fromSeq, toSeq, packages }) => [fromSeq, toSeq, packages]),
    ).to.deep.equal([[going.from, going.to, 3]]);
    expect((await planPackages(database, BEFORE)).ranges, "it has gone").to.deep.equal([]);

    const added = await store.add([draft(0), draft(1), draft(3), draft(5)]);
    expect(
      [...added.keys()],
      "what stayed is not taken anew: only the used nonce is the book's to refuse",
    ).to.deep.equal([links.landed]);
    await rowsOf(database, sql`delete from packages where book = ${book} and link = ${links.landed}`);

    const returning = await beginPackagesReturn(database, going);
    for (const [kind, rows] of taken!.files) await returning.add(kind, rows);
    for (const kind of PACKAGE_KINDS)
      expect(await allOf(returning.brought(kind))).to.deep.equal(taken!.files.get(kind));
    await returning.finish();
    await returning.abandon(); // nobody heard that it had come about
    expect(await everything(database)).to.deep.equal(before);
    expect(await statusOf(store, links)).to.deep.equal(status);
    expect(await archivedPackages(database)).to.deep.equal([]);
    await expectRefused(beginPackagesReturn(database, going), "RELAY_ARCHIVE_REFUSED", {
      reason: `packages ${going.from} to ${going.to - 1} have not been archived here`,
    });
    const again = await store.add([draft(0), draft(1)]);
    expect(again.size, "none is stored twice in what came back").to.equal(0);
    await takeAll(database); // so that the next test has its own
  });

  it("takes cancellations out that came by then, are final and too late to be brought again, and are named by nothing that stays", async () => {
    const database = open();
    const { book, links } = await oldBook(database);
    const { store, hashes } = await cancelled(database, book);
    const named = hashes.get("named")!;
    await rowsOf(database, sql`update packages set withdrawn_by = ${named} where link = ${links.withdrawn}`);
    await rowsOf(
      database,
      sql`update packages set withdrawn_by = ${hashes.get("landed")!} where link = ${links.overdueBack}`,
    );
    const before = await everything(database);
    const taken = await takeAll(database);
    const mine = taken.find(({ going }) => going.books.some((one) => one.book === book))!;
    expect(mine.files.get("cancellations")!.map(({ hash }) => hash)).to.deep.equal([
      hashes.get("landed"),
      hashes.get("refused"),
    ]);
    expect(mine.going.sums.cancellations.rows).to.equal(2);
    const left = [...hashes].map(async ([name, hash]) => [name, (await store.find(hash))?.fate.status] as const);
    expect(Object.fromEntries(await Promise.all(left))).to.deep.equal({
      ...{
        landed: undefined,
        refused: undefined,
        usable: "onChain",
        named: "onChain",
        waiting: "pending",
        young: "onChain",
      },
    });
    for (const { going, files } of taken) {
      const returning = await beginPackagesReturn(database, going);
      for (const [kind, rows] of files) await returning.add(kind, rows);
      await returning.finish();
    }
    expect(await everything(database)).to.deep.equal(before);
    await takeAll(database);
  });

  it("takes nothing out if a cancellation came to its end since it was looked at", async () => {
    const database = open();
    const { book } = await oldBook(database);
    const { store, hashes } = await cancelled(database, book);
    const going = (await planPackages(database, BEFORE)).ranges.at(-1)!;
    const { rows } = await filesOf(database, going);
    const { seq } = (await store.find(hashes.get("waiting")!))!;
    await store.change([{ seq, fate: { status: "onChain", block: BLOCK }, final: true }]);
    const before = await everything(database);
    const attempt = takePackagesOut(database, going, { place: "out", manifest: "aa", rows });
    const refused: unknown = await attempt.catch((error: unknown) => error);
    expect(String(refused)).to.include(
      "has other cancellations than the files: it was written to meanwhile, try again",
    );
    expect(await everything(database)).to.deep.equal(before);
    await takeAll(database);
  });

  it("takes nothing out that was written to since it was looked at", async () => {
    const database = open();
    const { store, links, book } = await oldBook(database);
    const { ranges } = await planPackages(database, BEFORE);
    const going = ranges.at(-1)!;
    const { rows } = await filesOf(database, going);
    const { seq } = (await store.find(links.waiting))!;
    await store.change([{ seq, attempts: 0, submissionId: undefined, fate: LANDED, final: true }]);
    const before = await everything(database);
    const attempt = takePackagesOut(database, going, { place: "out", manifest: "aa", rows });
    const refused: unknown = await attempt.catch((error: unknown) => error);
    expect(refused).to.have.property("code", "RELAY_ARCHIVE_REFUSED");
    expect(String(refused)).to.include("was written to meanwhile, try again");
    expect(await everything(database)).to.deep.equal(before);
    const [taken] = await takeAll(database);
    const gone = taken!.files.get("packages")!.filter((row) => row["book"] === book);
    expect(gone.map(({ link }) => link)).to.include(links.waiting);
  });

  it("leaves what is not old, or whose partition has no end, and says why", async () => {
    const database = open();
    const { book } = await oldBook(database);
    const aged = async () => rowsOf(database, sql`update packages set received_at = received_at - interval '2 days'`);
    await aged(); // the young one, too
    const { ranges, stays } = await planPackages(database, BEFORE);
    expect(ranges.map(({ books }) => books.map((one) => one.book)).flat()).to.include(book);
    expect(stays).to.match(/^packages from \d+ on: their partition has no end yet$/);
    const none = await planPackages(database, new Date("2000-01-01T00:00:00Z"));
    expect(none).to.deep.equal({ ranges: [], stays: undefined });
    await takeAll(database);
  });

  it("leaves what a start may read over again, from a snapshot that is older", async () => {
    const database = open();
    const { book, links, store } = await oldBook(database);
    await rowsOf(
      database,
      sql`insert into snapshots (book, block_number, block_hash, shares_marks, bytes) values (${book}, 6, '0x06', false, ''::bytea)`,
    );
    await takeAll(database);
    expect(await statusOf(store, links)).to.deep.include({
      landed: "onChain",
      overdue: "refused",
      overdueBack: undefined,
    });
  });
}

describe("given old packages in the embedded database", () => {
  behavesWell(embeddedDatabase());
});

describe("given old packages on a Postgres server", () => {
  behavesWell(postgresDatabase());
});
