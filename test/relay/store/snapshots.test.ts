import { expect } from "chai";
import { id } from "ethers";
import { sql } from "drizzle-orm";

import { createSnapshotStore, type SnapshotStore } from "../../../src/relay/store/snapshots.js";
import type { BlockRef } from "../../../src/relay/store/packages.js";
import { freshBook, sharedDatabase } from "../paper/database.js";
import { expectRefused } from "../paper/expect.js";

const block = (number: number, fork = 0): BlockRef => ({ number, hash: id(`${number} ${fork}`) });

describe("createSnapshotStore", () => {
  let book: string;
  let store: SnapshotStore;
  beforeEach(async () => {
    book = freshBook();
    store = createSnapshotStore(await sharedDatabase(), book);
  });
  const put = (number: number, fork = 0) =>
    store.put({ block: block(number, fork), sharesMarks: false }, `book ${number}`);
  const numbers = async () => (await store.list()).map((one) => one.block.number);

  it("gives back what was put, long or short, the newest first", async () => {
    const long = "lots ".repeat(200_000);
    await store.put({ block: block(7), sharesMarks: true }, long);
    await put(9);
    expect(await store.list()).to.deep.equal([
      { block: block(9), sharesMarks: false },
      { block: block(7), sharesMarks: true },
    ]);
    expect(await store.read(block(7))).to.equal(long);
    expect(await store.read(block(9))).to.equal("book 9");
  });

  it("keeps the newest three, and of one block the last", async () => {
    for (const number of [3, 5, 4, 9, 7]) await put(number);
    expect(await numbers()).to.deep.equal([9, 7, 5]);
    await put(7, 1);
    expect((await store.list())[1]).to.deep.equal({ block: block(7, 1), sharesMarks: false });
  });

  it("has none of another book", async () => {
    await put(3);
    const other = createSnapshotStore(await sharedDatabase(), freshBook());
    await other.put({ block: block(4), sharesMarks: false }, "another");
    expect(await numbers()).to.deep.equal([3]);
    await other.clear();
    expect(await numbers()).to.deep.equal([3]);
  });

  it("forgets one, or all", async () => {
    for (const number of [3, 5, 9]) await put(number);
    await store.drop(block(5));
    expect(await numbers()).to.deep.equal([9, 3]);
    await store.clear();
    expect(await numbers()).to.deep.equal([]);
  });

  it("says of one that is gone or damaged that it is", async () => {
    await put(3);
    const gone = { block: 4, reason: "it is gone" };
    await expectRefused(store.read(block(4)), "SNAPSHOT_DAMAGED", gone);
    const cut = sql`update snapshots set bytes = substring(bytes from 1 for 10) where book = ${book}`;
    await (await sharedDatabase()).run((tables) => tables.execute(cut));
    await expectRefused(store.read(block(3)), "SNAPSHOT_DAMAGED", { block: 3, reason: "unexpected end of file" });
  });
});
