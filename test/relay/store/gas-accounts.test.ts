import { expect } from "chai";

import { createGasAccountStore, type KeptAccount } from "../../../src/relay/store/gas-accounts.js";
import { createSubmissionStore } from "../../../src/relay/store/submissions.js";
import { createLeaseStore } from "../../../src/relay/store/lease.js";
import { freshBook, sharedDatabase } from "../paper/database.js";

const KEY: KeptAccount = {
  trader: "0xa1",
  byWallet: false,
  level: -17_000n,
  credit: 5_000n,
  age: 60_000,
  burnedAge: 3_600_000,
  paid: 0n,
  paidBlock: -1,
};
const WALLET: KeptAccount = {
  ...KEY,
  byWallet: true,
  level: 90_000n,
  credit: 0n,
  burnedAge: undefined,
  paid: 2n ** 70n,
  paidBlock: 9,
};
/** Without what has passed since. */
const exact = ({ trader, byWallet, level, credit, paid, paidBlock }: KeptAccount) => ({
  trader,
  byWallet,
  level,
  credit,
  paid,
  paidBlock,
});

describe("createGasAccountStore", () => {
  it("gives accounts back as they were put, older by what has passed", async () => {
    const store = createGasAccountStore(await sharedDatabase(), freshBook());
    await store.put([KEY, WALLET], []);
    const all = await store.all();
    const [key, wallet] = [false, true].map((byWallet) => all.find((one) => one.byWallet === byWallet)!);
    expect([exact(key!), exact(wallet!)]).to.deep.equal([exact(KEY), exact(WALLET)]);
    expect(key!.age).to.be.at.least(KEY.age);
    const between = key!.burnedAge! - key!.age;
    expect(Math.abs(between - (KEY.burnedAge! - KEY.age)), "both by one clock").to.be.at.most(1);
    expect(wallet!.burnedAge).to.equal(undefined);
  });

  it("keeps the newest word on each, of its book alone", async () => {
    const database = await sharedDatabase();
    const [store, other] = [createGasAccountStore(database, freshBook()), createGasAccountStore(database, freshBook())];
    await other.put([KEY], []);
    await store.put([KEY, WALLET], []);
    await store.put([{ ...KEY, level: 5n, credit: 7n, burnedAge: undefined }], []);
    expect((await store.all()).map(({ level, credit, byWallet }) => [byWallet, level, credit])).to.have.deep.members([
      [false, 5n, 7n],
      [true, 90_000n, 0n],
    ]);
    expect((await other.all()).map(exact)).to.deep.equal([exact(KEY)]);
  });

  it("notes with them whose gas is counted in them", async () => {
    const [database, book] = [await sharedDatabase(), freshBook()];
    const [store, submissions] = [createGasAccountStore(database, book), createSubmissionStore(database, book)];
    const fence = (await createLeaseStore(database, book).acquire("a", 60_000))!;
    const call = { account: "0xac", kind: "batch", data: "0x", gasLimit: 1n, links: [], cancellations: [] } as const;
    const ids: number[] = [];
    for (const nonce of [0, 1]) {
      const transaction = { hash: `${book} ${nonce}`, raw: "0x", maxFee: 1n, priorityFee: 1n };
      ids.push((await submissions.add(fence, { ...call, nonce }, transaction)).id);
    }
    await store.put([], ids.slice(1));
    expect((await submissions.live()).map(({ id, isCharged }) => [id, isCharged])).to.deep.equal([
      [ids[0], false],
      [ids[1], true],
    ]);
  });
});
