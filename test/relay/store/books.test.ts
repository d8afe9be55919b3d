import { expect } from "chai";
import { sql } from "drizzle-orm";

import { TABLES_OF_BOOKS } from "../../../src/relay/history/block-rows.js";
import { claimBook, keyOf } from "../../../src/relay/store/books.js";
import { queryRows } from "../../../src/relay/store/database.js";
import { createLeaseStore } from "../../../src/relay/store/lease.js";
import { createPackageStore } from "../../../src/relay/store/packages.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { PaperChain } from "../paper/chain.js";
import { freshBook, sharedDatabase } from "../paper/database.js";
import { expectRefused } from "../paper/expect.js";

const GENESIS = `0x${"11".repeat(32)}`;
const OTHER = `0x${"22".repeat(32)}`;

async function fresh() {
  return { database: await sharedDatabase(), book: freshBook() };
}

describe("keyOf", () => {
  it("names a book by its chain and its address, however that is written", () => {
    expect(keyOf({ chainId: 1n, book: "0xAB" })).to.equal("1:0xab");
    expect(keyOf({ chainId: 10n, book: "0xab" })).to.equal("10:0xab");
  });
});

describe("given one database, when books of several chains use it", () => {
  it("keeps books with one address on two chains apart: rows, and the right to submit", async () => {
    const { database, book } = await fresh();
    const [one, two] = [
      await claimBook(database, { chainId: 1n, book, genesis: GENESIS }, TABLES_OF_BOOKS),
      await claimBook(database, { chainId: 10n, book, genesis: OTHER }, TABLES_OF_BOOKS),
    ];
    const signed = new PaperChain().sign(0);
    const link = primaryLink(signed.package);
    await createPackageStore(database, one).add([{ link, signed }]);
    expect(await createPackageStore(database, two).live()).to.deep.equal([]);
    expect(await createLeaseStore(database, one).acquire("a", 60_000)).to.deep.equal({ holder: "a", epoch: 1 });
    expect(await createLeaseStore(database, two).acquire("b", 60_000)).to.deep.equal({ holder: "b", epoch: 1 });
  });

  it("refuses a chain that has the same id and is another, as a local node that was started anew", async () => {
    const { database, book } = await fresh();
    const identity = { chainId: 31_337n, book };
    const key = await claimBook(database, { ...identity, genesis: GENESIS }, TABLES_OF_BOOKS);
    expect(
      await claimBook(database, { ...identity, genesis: GENESIS }, TABLES_OF_BOOKS),
      "the same one again",
    ).to.equal(key);
    await expectRefused(claimBook(database, { ...identity, genesis: OTHER }, TABLES_OF_BOOKS), "RELAY_OTHER_CHAIN", {
      ...identity,
      stored: GENESIS,
      genesis: OTHER,
    });
  });

  it("takes a chain whose first block nobody knows by its id, and notes that block when it is told", async () => {
    const { database, book } = await fresh();
    const identity = { chainId: 5n, book };
    await claimBook(database, { ...identity, genesis: undefined }, TABLES_OF_BOOKS);
    await claimBook(database, { ...identity, genesis: GENESIS }, TABLES_OF_BOOKS);
    await claimBook(database, { ...identity, genesis: undefined }, TABLES_OF_BOOKS);
    await expectRefused(claimBook(database, { ...identity, genesis: OTHER }, TABLES_OF_BOOKS), "RELAY_OTHER_CHAIN", {
      ...identity,
      stored: GENESIS,
      genesis: OTHER,
    });
  });

  it("makes rows of an older database those of the chain that asks first, and of no other", async () => {
    const { database, book } = await fresh();
    const signed = new PaperChain().sign(0);
    const link = primaryLink(signed.package);
    await createPackageStore(database, book).add([{ link, signed }]); // as it was before, by the address alone
    await createLeaseStore(database, book).acquire("before", 60_000);
    await database.run((tables) =>
      tables.execute(sql`insert into history_tips (book, number, hash) values (${book}, 7, 'x')`),
    );
    const key = await claimBook(database, { chainId: 1n, book, genesis: GENESIS }, TABLES_OF_BOOKS);
    const second = await claimBook(database, { chainId: 2n, book, genesis: GENESIS }, TABLES_OF_BOOKS);
    expect((await createPackageStore(database, key).live()).map((one) => one.link)).to.deep.equal([link]);
    expect(await createPackageStore(database, second).live()).to.deep.equal([]);
    expect(await createLeaseStore(database, key).acquire("other", 60_000), "still another's").to.equal(undefined);
    const tips = await database.run((tables) =>
      queryRows<{ book: string }>(tables, sql`select book from history_tips where number = 7 and hash = 'x'`),
    );
    expect(tips.map((tip) => tip.book))
      .to.include(key)
      .and.not.include(book);
  });
});
