import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import { computeAddress, id } from "ethers";

import { createAccounts, createWatchedAccounts } from "../../../src/relay/session/accounts.js";
import { sharedDatabase } from "../paper/database.js";

const LEASE_MS = 60_000;
let nextChain = 1n;

async function given(keys: readonly string[], { isShared = true } = {}) {
  const database = await sharedDatabase();
  const time = { ms: 0 };
  const chainId = nextChain++; // its processes are none of another test's
  const open = (holder: string, own = keys) => {
    const sharing = { chainId, database, isShared, holder, leaseMs: LEASE_MS, now: () => time.ms };
    return createAccounts(own, { ...sharing, keccak: keccak_256 });
  };
  return { time, open };
}

const keysOf = (name: string): string[] => ["a", "b", "c"].map((one) => id(`${name} ${one}`));
const BOOKS = Array.from({ length: 30 }, (_, index) => `0x${(index + 1).toString(16).padStart(40, "0")}`);

describe("given several accounts that pay", () => {
  it("pays for a book always by the same one, whatever process does", async () => {
    const keys = keysOf("same");
    const { open } = await given(keys);
    const [one, other] = [open("one"), open("other")];
    const addresses = keys.map((key) => computeAddress(key));
    expect(one.addresses).to.deep.equal(addresses);
    const used = BOOKS.map((book) => one.forBook(book).account.address);
    expect(BOOKS.map((book) => other.forBook(book).account.address)).to.deep.equal(used);
    expect(new Set(used), "each is used").to.deep.equal(new Set(addresses));
  });

  it("is known by its addresses where it pays nothing, book by book the same", async () => {
    const keys = keysOf("watched");
    const { open } = await given(keys);
    const paying = open("paying");
    const watched = createWatchedAccounts(paying.addresses);
    await watched.hold();
    for (const book of BOOKS) {
      const { account, mayPay } = watched.forBook(book);
      expect([account.address, mayPay()]).to.deep.equal([paying.forBook(book).account.address, false]);
      expect(() =>
        account.sign({
          chainId: 1n,
          nonce: 0,
          to: book,
          data: "0x",
          isLegacy: false,
          gasLimit: 1n,
          maxFee: 1n,
          priorityFee: 1n,
        }),
      ).to.throw("another process's");
    }
    await paying.hold();
    expect(paying.forBook(BOOKS[0]!).mayPay(), "nobody holds it").to.equal(true);
  });

  it("lets one process use an account at a time, and the next one once it is given back", async () => {
    const { open } = await given(keysOf("turns"));
    const [first, second] = [open("first"), open("second")];
    const book = BOOKS[0]!;
    expect(first.forBook(book).mayPay(), "before it has asked").to.equal(false);
    await first.hold();
    await second.hold();
    expect([first.forBook(book).mayPay(), second.forBook(book).mayPay()]).to.deep.equal([true, false]);
    await first.release();
    await second.hold();
    expect(second.forBook(book).mayPay()).to.equal(true);
  });

  describe("and processes that come and go", () => {
    const KEYS = ["a", "b", "c", "d", "e"].map((one) => id(`shared ${one}`));
    const paid = (process: ReturnType<typeof createAccounts>): number =>
      new Set(
        BOOKS.filter((book) => process.forBook(book).mayPay()).map((book) => process.forBook(book).account.address),
      ).size;

    it("leaves others their share, one account at a look, and no two use one at any time", async () => {
      const { open } = await given(KEYS);
      const all = [open("first")];
      const look = async (): Promise<number[]> => {
        for (const one of all) {
          await one.hold();
          for (const book of BOOKS) expect(all.filter((other) => other.forBook(book).mayPay()).length).to.be.at.most(1);
        }
        return all.map(paid);
      };
      expect(await look()).to.deep.equal([5]);
      all.push(open("second"));
      expect(await look(), "it has not heard yet that it is not alone").to.deep.equal([5, 0]);
      expect(await look(), "one is not used any more, and not given back yet").to.deep.equal([4, 0]);
      for (let looks = 0; looks < 4; looks += 1) await look();
      expect(await look()).to.deep.equal([3, 2]);
      all.push(open("third"));
      for (let looks = 0; looks < 6; looks += 1) await look();
      expect(await look()).to.deep.equal([2, 2, 1]);
      await all.shift()?.release();
      for (let looks = 0; looks < 3; looks += 1) await look();
      expect(
        (await look()).reduce((sum, one) => sum + one, 0),
        "none is left over",
      ).to.equal(5);
    });

    it("has one process use the only account there is, however many there are", async () => {
      const { open } = await given(KEYS.slice(0, 1));
      const [first, second] = [open("first"), open("second")];
      for (let looks = 0; looks < 4; looks += 1) for (const one of [first, second]) await one.hold();
      expect([paid(first), paid(second)]).to.deep.equal([1, 0]);
    });
  });

  it("uses none whose right it could not renew in time", async () => {
    const { open, time } = await given(keysOf("late"));
    const accounts = open("late");
    await accounts.hold();
    const { mayPay } = accounts.forBook(BOOKS[0]!);
    time.ms = LEASE_MS - 1;
    expect(mayPay()).to.equal(true);
    time.ms = LEASE_MS;
    expect(mayPay()).to.equal(false);
    await accounts.hold();
    expect(mayPay()).to.equal(true);
  });

  it("needs no right where no other process can be", async () => {
    const { open } = await given(keysOf("alone"), { isShared: false });
    expect(open("alone").forBook(BOOKS[0]!).mayPay()).to.equal(true);
  });
});
