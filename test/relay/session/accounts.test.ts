import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import { computeAddress, id } from "ethers";

import { createAccounts, createWatchedAccounts } from "../../../src/relay/session/accounts.js";
import { sharedDatabase } from "../paper/database.js";

const LEASE_MS = 60_000;

async function given(keys: readonly string[], { isShared = true } = {}) {
  const database = await sharedDatabase();
  const time = { ms: 0 };
  const open = (holder: string, own = keys) => {
    const sharing = { chainId: 31_337n, database, isShared, holder, leaseMs: LEASE_MS, now: () => time.ms };
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
