import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import { computeAddress, id } from "ethers";

import { createPayingAccount, type PaidBook } from "../../../src/relay/submit/account.js";

const KEY = id("an account that pays");

interface Book extends PaidBook {
  nonces: number[];
  at: number | undefined;
}

function bookOf(nonces: number[] = [], at?: number): Book {
  const book: Book = { nonces, at, open: () => book.nonces.map((nonce) => ({ nonce })), standing: () => book.at };
  return book;
}

describe("given an account that pays for two books", () => {
  const given = (...books: Book[]) => {
    const account = createPayingAccount(KEY, keccak_256);
    const leave = books.map((book) => account.join(book));
    return { account, leave };
  };
  const next = ({ account }: ReturnType<typeof given>, standing: number) =>
    account.withNext(standing, (nonce) => Promise.resolve(nonce));

  it("is that of its key", () => {
    expect(given().account.address).to.equal(computeAddress(KEY));
  });

  it("goes on behind what either has on its way", async () => {
    const [one, other] = [bookOf([5, 7], 5), bookOf([6], 5)];
    expect(await next(given(one, other), 5)).to.equal(8);
  });

  it("does not use again what one has seen used, though the other has not come so far", async () => {
    const [ahead, behind] = [bookOf([], 9), bookOf([], 6)];
    expect(await next(given(ahead, behind), 6)).to.equal(9);
  });

  it("begins with what the chain says, if no book knows more", async () => {
    expect(await next(given(bookOf(), bookOf()), 3)).to.equal(3);
  });

  it("gives one book its nonce only when the other's is stored: no two get the same", async () => {
    const [one, other] = [bookOf([], 0), bookOf([], 0)];
    const { account } = given(one, other);
    const taken: number[] = [];
    const take = (book: Book) =>
      account.withNext(0, async (nonce) => {
        await new Promise((resolve) => setImmediate(resolve)); // a database
        book.nonces.push(nonce);
        taken.push(nonce);
      });
    await Promise.all(Array.from({ length: 10 }, (_, index) => take(index % 2 === 0 ? one : other)));
    expect(taken).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("leaves no gap where nothing was stored", async () => {
    const one = bookOf([], 4);
    const paid = given(one);
    const failed = await paid.account.withNext(4, () => Promise.reject(new Error("away"))).catch(String);
    expect(failed).to.equal("Error: away");
    expect(await next(paid, 4)).to.equal(4);
  });

  it("has room for so many transactions of all its books", () => {
    const [one, other] = [bookOf(Array.from({ length: 40 }, (_, nonce) => nonce)), bookOf([])];
    const { account } = given(one, other);
    expect(account.hasRoom).to.equal(true);
    other.nonces = Array.from({ length: 24 }, (_, nonce) => 40 + nonce);
    expect(account.hasRoom).to.equal(false);
  });

  it("knows nothing more of a book that has left", async () => {
    const [one, other] = [bookOf([8], 3), bookOf([], 3)];
    const paid = given(one, other);
    paid.leave[0]!();
    expect(await next(paid, 3)).to.equal(3);
  });
});
