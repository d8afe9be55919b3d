/**
 * The accounts that pay. A book is always paid for by the same one, so that its batches never overtake each other. Where several
 * processes share a database, one process at a time uses an account: two would give out the same nonces.
 */
import type { Keccak } from "../../protocol/signing/hashing.js";
import type { Database } from "../store/database.js";
import { createLeaseStore, createPresence, type LeaseStore } from "../store/lease.js";
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
  /**
   * Takes those that nobody has and renews the right to them, up to this process's share where others submit, too.
   * @throws RelayError RELAY_STORE_UNAVAILABLE
   */
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

/** An account of this process's keys, and whether it may be used. */
interface Held {
  readonly account: PayingAccount;
  readonly lease: LeaseStore;
  fence: Fence | undefined;
  /** Until when it may be, ms; 0 for not now. */
  until: number;
}

interface Holding extends Pick<AccountsOptions, "holder" | "leaseMs" | "now"> {
  readonly all: readonly Held[];
  /** Those that are not used any more, and are given back at the next look: what was under way with them has ended by then. */
  leaving: readonly Held[];
}

/** @param keys one at least */
export function createAccounts(keys: readonly string[], options: AccountsOptions): Accounts {
  const { keccak, chainId, database, isShared, holder, leaseMs, now } = options;
  const all = keys.map((key): Held => {
    const account = createPayingAccount(key, keccak);
    const lease = createLeaseStore(database, `account:${chainId}:${account.address.toLowerCase()}`);
    return { account, lease, fence: undefined, until: isShared ? 0 : Infinity };
  });
  const holding: Holding = { all, holder, leaseMs, now, leaving: [] };
  const presence = createPresence(database, `submitter:${chainId}`);
  return {
    addresses: all.map(({ account }) => account.address),
    forBook(book) {
      const one = pickFor(book, all);
      return { account: one.account, mayPay: () => now() < one.until };
    },
    async hold() {
      if (isShared) await holdShare(holding, await presence.tell(holder, leaseMs));
    },
    async release() {
      if (!isShared) return;
      await presence.leave(holder);
      await giveBack(all);
    },
  };
}

/** As many as are one process's share: what is above it goes to others, one at a look, and what is below it is taken where it is free. */
async function holdShare(holding: Holding, processes: number): Promise<void> {
  const { all, leaving, holder, leaseMs, now } = holding;
  const share = Math.ceil(all.length / Math.max(1, processes));
  await giveBack(leaving);
  const own = all.filter(({ fence }) => fence !== undefined);
  holding.leaving = own.slice(share).slice(-1);
  for (const one of holding.leaving) one.until = 0;
  const kept = own.filter((one) => !holding.leaving.includes(one));
  const hold = async (one: Held): Promise<void> => {
    const asked = now();
    one.fence = await one.lease.acquire(holder, leaseMs);
    one.until = one.fence === undefined ? 0 : asked + leaseMs;
  };
  await Promise.all(kept.map(hold));
  const others = all.filter((one) => !own.includes(one) && !leaving.includes(one));
  for (const one of others) {
    if (all.filter(({ until }) => until > now()).length < share) await hold(one);
  }
}

async function giveBack(some: readonly Held[]): Promise<void> {
  for (const one of some) {
    const { fence } = one;
    [one.fence, one.until] = [undefined, 0];
    if (fence !== undefined) await one.lease.release(fence);
  }
}

/** That of a book, which is the same in every process that has the same ones in the same order. */
function pickFor<One>(book: string, accounts: readonly One[]): One {
  const one = accounts[Number(BigInt(book) % BigInt(accounts.length))];
  if (one === undefined) throw new RangeError("unreachable: there is one account at least");
  return one;
}
