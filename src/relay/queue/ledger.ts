/**
 * What has become of packages and of the transactions that they went into, as far as it may still change. Fates are decided by
 * what blocks brought, and by the account's nonce at a block that was followed: never by a receipt. Changes are written to the
 * database later: should they be lost, the chain tells them again.
 */
import type { NamedPackage } from "../../bindings/packages.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { BlockRef, StoredPackage } from "../store/packages.js";
import type { RemadeCall, StoredSubmission } from "../store/submissions.js";
import * as events from "./ledger-events.js";
import * as readings from "./ledger-state.js";
import type { Changes, Entry, LiveSubmission, Outcome } from "./ledger-state.js";

export interface Ledger {
  find(link: Hash): Entry | undefined;
  /** Packages that are in no transaction, in the order of their acknowledgement. */
  waiting(): Entry[];
  /** Seq of the first of them. */
  oldestWaiting(): number | undefined;
  /** When the oldest of those that are not on the chain yet was heard of. */
  oldestSince(): number | undefined;
  /** Packages that are not on the chain yet, of all traders and of one. */
  unlanded(): number;
  unlandedOf(trader: string): number;
  /** Transactions whose nonce is open, by nonce. */
  openSubmissions(): LiveSubmission[];
  /** Those whose nonces are used, until that is final. */
  settledSubmissions(): LiveSubmission[];
  /** Those of which it is not known what they took, for they are open, or nobody has looked. */
  unchargedSubmissions(): LiveSubmission[];
  /** Packages of a transaction that have not landed, in its order. */
  packagesOf(submission: StoredSubmission): Entry[];
  /** Links of what a transaction of this relay's brings, in its order; undefined if it is none. */
  linksOf(transaction: Hash): readonly Hash[] | undefined;

  /** A package that was just stored. @param replaces hash of the cancellation in whose place it comes */
  add(named: NamedPackage, seq: number, replaces?: Hash): void;
  /** As they stand in the database. What the chain has decided is not believed: following it tells again. */
  load(packages: readonly StoredPackage[], submissions: readonly StoredSubmission[], now: number): void;
  addSubmission(stored: StoredSubmission, now: number): LiveSubmission;
  /** A transaction is made anew under its nonce; packages that it has no more wait again. */
  remake(live: LiveSubmission, remade: RemadeCall): void;
  /** Takes a package back before it was sent. @returns false if it is on its way */
  withdraw(link: Hash): boolean;
  /** A block brought or refused a package. @returns false if the ledger does not know it, or knows better */
  settle(link: Hash, outcome: Outcome, block: BlockRef): boolean;
  /** Puts a package that was refused for now back into the queue. */
  retry(link: Hash): void;
  /**
   * Nonces below `nonce` are used at that block.
   * @param others ids of submissions whose nonces somebody else has used: that is no failure of their packages
   * @returns packages of their transactions that came to nothing and wait again
   */
  useNonces(account: string, nonce: number, block: number, others?: ReadonlySet<number>): Entry[];
  /** Blocks above `number` are gone, and which nonces are used has to be asked again. */
  takeOff(number: number): void;
  /** Nothing up to that block changes any more: forgets what was settled there, once it is written. */
  finalise(number: number): void;

  /** What has to be written; it is handed out once. */
  takeChanges(): Changes;
  /** They could not be written. */
  giveBack(changes: Changes): void;

  /** Calls back whenever another transaction's nonce is open, or one is not any more. */
  heedSubmissions(heed: () => void): void;
}

/** @param now ms of a clock that never jumps */
export function createLedger(
  now: () => number = () => performance.now(),
  onFate: readings.OnFate = () => undefined,
): Ledger {
  const state = readings.emptyLedger(now, onFate);
  return {
    find: (link) => state.entries.get(link),
    waiting: () => readings.waiting(state),
    oldestWaiting: () => readings.oldestWaiting(state),
    oldestSince: () => readings.oldestSince(state),
    unlanded: () => state.unlanded,
    unlandedOf: (trader) => state.unlandedOf.get(trader) ?? 0,
    openSubmissions: () => readings.openSubmissions(state),
    settledSubmissions: () => [...state.submissions.values()].filter(({ settledAt }) => settledAt !== undefined),
    unchargedSubmissions: () => [...state.submissions.values()].filter(({ isCharged }) => !isCharged),
    packagesOf: (submission) => readings.packagesOf(state, submission),
    linksOf: (transaction) => readings.linksOf(state, transaction),
    add: (named, seq, replaces) => {
      events.add(state, named, seq, replaces);
    },
    load: (packages, submissions, now) => {
      events.load(state, packages, submissions, now);
    },
    addSubmission: (stored, now) => events.addSubmission(state, stored, now),
    remake: (live, remade) => {
      events.remake(state, live, remade);
    },
    withdraw: (link) => events.withdraw(state, link),
    settle: (link, outcome, block) => events.settle(state, link, outcome, block),
    retry: (link) => {
      events.retry(state, link);
    },
    useNonces: (account, nonce, block, others = new Set()) => events.useNonces(state, account, nonce, block, others),
    takeOff: (number) => {
      events.takeOff(state, number);
    },
    finalise: (number) => {
      events.finalise(state, number);
    },
    takeChanges: () => events.takeChanges(state),
    giveBack: (changes) => {
      events.giveBack(state, changes);
    },
    heedSubmissions(heed) {
      state.onSubmissions = heed;
    },
  };
}
