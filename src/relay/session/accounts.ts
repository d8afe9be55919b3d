/**
 * The accounts that pay. A book is always paid for by the same one, so that its batches never overtake each other. Where several
 * processes share a database, one process at a time uses an account: two would give out the same nonces.
 */
import type { Keccak } from "../../protocol/signing/hashing.js";
import type { Database } from "../store/database.js";
import { createLeaseStore } from "../store/lease.js";
import type { Fence } from "../store/submissions.js";
import { createPayingAccount, createWatchedAccount, type PayingAccount } from "../submit/account.js";

export interface BookAccount {
  readonly account: PayingAccount;
  /** Whether it is this process's to use at the moment. */
  readonly mayPay: () => boolean;
}

export interface Accounts {
  readonly addresses: readonly string[];
  forBook(book: string): BookAccount;
  /** Takes those that nobody has, and renews the right to them. @throws RelayError RELAY_STORE_UNAVAILABLE */
  hold(): Promise<void>;
  /** Gives them back, so that the next process need not wait. */
  release(): Promise<void>;
}

export interface AccountsOptions {
  readonly keccak: Keccak;
  readonly chainId: bigint;
  readonly database: Pick<Database, "run">;
  /** Whether other processes may use the same database. */
  readonly isShared: boolean;
  readonly holder: string;
  readonly leaseMs: number;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
}

/** Accounts that other processes pay from. @param addresses one at least */
export function createWatchedAccounts(addresses: readonly string[]): Accounts {
  const watched = addresses.map((address) => createWatchedAccount(address));
  return {
    addresses: watched.map(({ address }) => address),
    forBook: (book) => ({ account: pickFor(book, watched), mayPay: () => false }),
    hold: () => Promise.resolve(),
    release: () => Promise.resolve(),
  };
}

/** @param keys one at least */
export function createAccounts(keys: readonly string[], options: AccountsOptions): Accounts {
  const { keccak, chainId, database, isShared, holder, leaseMs, now } = options;
  const held = keys.map((key) => {
    const account = createPayingAccount(key, keccak);
    const lease = createLeaseStore(database, `account:${chainId}:${account.address.toLowerCase()}`);
    return { account, lease, fence: undefined as Fence | undefined, until: isShared ? 0 : Infinity };
  });
  return {
    addresses: held.map(({ account }) => account.address),
    forBook(book) {
      const one = pickFor(book, held);
      return { account: one.account, mayPay: () => now() < one.until };
    },
    async hold() {
      if (!isShared) return;
      const asked = now();
      const fences = await Promise.all(held.map(({ lease }) => lease.acquire(holder, leaseMs)));
      for (const [index, one] of held.entries()) {
        one.fence = fences[index];
        one.until = one.fence === undefined ? 0 : asked + leaseMs;
      }
    },
    async release() {
      await Promise.all(held.flatMap(({ lease, fence }) => (fence === undefined ? [] : [lease.release(fence)])));
    },
  };
}

/** That of a book, which is the same in every process that has the same ones in the same order. */
function pickFor<One>(book: string, accounts: readonly One[]): One {
  const one = accounts[Number(BigInt(book) % BigInt(accounts.length))];
  if (one === undefined) throw new RangeError("unreachable: there is one account at least");
  return one;
}
