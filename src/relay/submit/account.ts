/**
 * An account that pays. Its nonces are one row, whatever books its transactions go to: each is taken by one book at a time, and is
 * taken only once what has it is stored, so that there is no gap that would hold up all behind it.
 */
import { computeAddress } from "ethers";

import type { Keccak } from "../../protocol/signing/hashing.js";
import { createTransactionSigner, type TransactionSigner } from "./sign.js";

export interface PayingAccount {
  readonly address: string;
  readonly sign: TransactionSigner;
  /** Whether another transaction may be on its way. */
  readonly hasRoom: boolean;
  /** A book goes through it from now on. @returns ends it */
  join(book: PaidBook): () => void;
  /** Does work with the nonce that comes next; no other book gets one meanwhile. */
  withNext<Result>(standing: number, work: (nonce: number) => Promise<Result>): Promise<Result>;
}

/** What an account is to know of a book that it pays for. */
export interface PaidBook {
  /** Its transactions whose nonces are not used yet, as far as it has followed the chain, */
  readonly open: () => readonly { readonly nonce: number }[];
  /** and the account's first nonce that is not used; undefined as long as it does not know. */
  readonly standing: () => number | undefined;
}

/** Many nodes keep no more of one account that waits. */
const MOST_IN_FLIGHT = 64;

export function createPayingAccount(privateKey: string, keccak: Keccak): PayingAccount {
  return accountOf(computeAddress(privateKey), createTransactionSigner(privateKey, keccak));
}

/** One that another process pays from: this one knows its address, and has no key to sign with. */
export function createWatchedAccount(address: string): PayingAccount {
  return accountOf(address, () => {
    throw new RangeError(`unreachable: the key of ${address} is another process's`);
  });
}

function accountOf(address: string, sign: TransactionSigner): PayingAccount {
  const books = new Set<PaidBook>();
  const open = (): number[] => [...books].flatMap((book) => book.open().map(({ nonce }) => nonce));
  /** Books follow the chain each at its own pace: what one has seen used is used. */
  const next = (standing: number): number =>
    Math.max(standing, ...[...books].map((book) => book.standing() ?? 0), ...open().map((nonce) => nonce + 1));
  let turn: Promise<unknown> = Promise.resolve();
  return {
    address,
    sign,
    get hasRoom() {
      return open().length < MOST_IN_FLIGHT;
    },
    join(book) {
      books.add(book);
      return () => books.delete(book);
    },
    withNext(standing, work) {
      const done = turn.then(() => work(next(standing)));
      turn = done.catch(() => undefined); // whoever asked hears of it
      return done;
    },
  };
}
