/**
 * What has become of packages and of the transactions that they went into, as far as it may still change. Fates are decided by
 * what blocks brought, and by the account's nonce at a block that was followed: never by a receipt. Changes are written to the
 * database later: should they be lost, the chain tells them again.
 */
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { NamedPackage } from "../../bindings/packages.js";
import type { BlockRef, Fate, FateChange, StoredPackage } from "../store/packages.js";
import type { StoredRefusal } from "../store/schema.js";
import type { SignedTransaction, StoredSubmission } from "../store/submissions.js";

export interface Entry extends NamedPackage {
  readonly seq: number;
  readonly attempts: number;
  readonly submissionId: number | undefined;
  readonly fate: Fate;
}

export interface LiveSubmission extends StoredSubmission {
  readonly transactions: SignedTransaction[];
  /** The block by which its nonce had been used; undefined while it is open. */
  settledAt: number | undefined;
  /** When something was last sent for it, ms of a clock that never jumps. */
  sentAt: number;
}

/** What a block did to a package. */
export type Outcome =
  | { readonly kind: "landed"; readonly tradeRootId: number }
  | { readonly kind: "refused"; readonly refusal: StoredRefusal };

export interface Ledger {
  readonly size: number;
  find(link: Hash): Entry | undefined;
  /** Packages that are in no transaction, in the order of their acknowledgement. */
  waiting(): Entry[];
  /** Seq of the first of them. */
  oldestWaiting(): number | undefined;
  /** Packages that are not on the chain yet, of all traders and of one. */
  unlanded(): number;
  unlandedOf(trader: string): number;
  /** Transactions whose nonce is open, by nonce. */
  openSubmissions(): LiveSubmission[];
  /** Packages of a transaction that have not landed, in its order. */
  packagesOf(submission: StoredSubmission): Entry[];
  /** The highest nonce that was ever given to a transaction that is remembered. */
  highestNonce(account: string): number | undefined;
  isOwnTransaction(hash: Hash): boolean;

  /** A package that was just stored. */
  add(named: NamedPackage, seq: number): void;
  /** As they stand in the database. What the chain has decided is not believed: following it tells again. */
  load(packages: readonly StoredPackage[], submissions: readonly StoredSubmission[], now: number): void;
  addSubmission(stored: StoredSubmission, now: number): LiveSubmission;
  /** Takes a package back before it was sent. @returns false if it is on its way */
  withdraw(link: Hash): boolean;
  /** A block brought or refused a package. @returns false if the ledger does not know it, or knows better */
  settle(link: Hash, outcome: Outcome, block: BlockRef): boolean;
  /** Puts a package that was refused for now back into the queue. */
  retry(link: Hash): void;
  /** Nonces below `nonce` are used at that block. @returns packages of their transactions that came to nothing and wait again */
  useNonces(account: string, nonce: number, block: number): Entry[];
  /** Blocks above `number` are gone, and which nonces are used has to be asked again. */
  takeOff(number: number): void;
  /** Nothing up to that block changes any more: forgets what was settled there, once it is written. */
  finalise(number: number): void;

  /** What has to be written; it is handed out once. */
  takeChanges(): { readonly fates: FateChange[]; readonly finished: number[] };
  /** They could not be written. */
  giveBack(changes: { readonly fates: readonly FateChange[]; readonly finished: readonly number[] }): void;
}

interface MutableEntry extends NamedPackage {
  readonly seq: number;
  attempts: number;
  submissionId: number | undefined;
  fate: Fate;
}

export function createLedger(): Ledger {
  const entries = new Map<Hash, MutableEntry>();
  const submissions = new Map<number, LiveSubmission>();
  const byTrader = new Map<string, number>();
  let fates = new Map<number, FateChange>();
  let finished: number[] = [];

  const isUnlanded = ({ fate }: Entry): boolean => fate.status === "pending" || fate.status === "submitted";
  let unlanded = 0;

  function count(entry: MutableEntry, by: 1 | -1): void {
    const { trader } = entry.signed.package;
    const left = (byTrader.get(trader) ?? 0) + by;
    if (left === 0) byTrader.delete(trader);
    else byTrader.set(trader, left);
    unlanded += by;
  }

  function change(entry: MutableEntry, fate: Fate, final = false): void {
    const before = isUnlanded(entry);
    entry.fate = fate;
    if (fate.status === "submitted") entry.submissionId = fate.submissionId;
    const after = isUnlanded(entry);
    if (before !== after) count(entry, after ? 1 : -1);
    note(entry, final);
  }

  function note({ seq, attempts, submissionId, fate }: MutableEntry, final: boolean): void {
    fates.set(seq, { seq, attempts, submissionId, fate, final });
  }

  /** Back to where it was before the chain had decided. */
  function undecided(entry: MutableEntry): void {
    const submission = entry.submissionId === undefined ? undefined : submissions.get(entry.submissionId);
    const isOpen = submission !== undefined && submission.settledAt === undefined;
    change(entry, isOpen ? { status: "submitted", submissionId: submission.id } : { status: "pending" });
  }

  return {
    get size() {
      return entries.size + submissions.size;
    },
    find: (link) => entries.get(link),
    waiting: () => [...entries.values()].filter(({ fate }) => fate.status === "pending").sort((a, b) => a.seq - b.seq),
    oldestWaiting() {
      let oldest: number | undefined;
      for (const { fate, seq } of entries.values()) {
        if (fate.status === "pending" && (oldest === undefined || seq < oldest)) oldest = seq;
      }
      return oldest;
    },
    unlanded: () => unlanded,
    unlandedOf: (trader) => byTrader.get(trader) ?? 0,
    openSubmissions: () =>
      [...submissions.values()].filter(({ settledAt }) => settledAt === undefined).sort((a, b) => a.nonce - b.nonce),
    packagesOf: ({ id, links }) =>
      links.flatMap((link) => {
        const entry = entries.get(link);
        return entry?.fate.status === "submitted" && entry.fate.submissionId === id ? [entry] : [];
      }),
    highestNonce(account) {
      const nonces = [...submissions.values()].filter((one) => one.account === account).map(({ nonce }) => nonce);
      return nonces.length === 0 ? undefined : Math.max(...nonces);
    },
    isOwnTransaction: (hash) =>
      [...submissions.values()].some(({ transactions }) => transactions.some((one) => one.hash === hash)),

    add({ link, signed }, seq) {
      if (entries.has(link)) return;
      const entry: MutableEntry = {
        seq,
        link,
        signed,
        attempts: 0,
        submissionId: undefined,
        fate: { status: "pending" },
      };
      entries.set(link, entry);
      count(entry, 1);
    },
    load(stored, sent, now) {
      for (const one of sent) {
        if (submissions.has(one.id)) continue;
        submissions.set(one.id, { ...one, transactions: [...one.transactions], settledAt: undefined, sentAt: now });
      }
      for (const { seq, link, signed, attempts, submissionId, fate } of stored) {
        if (entries.has(link) || fate.status === "withdrawn") continue;
        const entry: MutableEntry = { seq, link, signed, attempts, submissionId, fate: { status: "pending" } };
        entries.set(link, entry);
        count(entry, 1);
        undecided(entry);
      }
    },
    addSubmission(stored, now) {
      const live = { ...stored, transactions: [...stored.transactions], settledAt: undefined, sentAt: now };
      submissions.set(stored.id, live);
      for (const link of stored.links) {
        const entry = entries.get(link);
        if (entry?.fate.status !== "pending") continue;
        change(entry, { status: "submitted", submissionId: stored.id });
        fates.delete(entry.seq); // the database has it: submission and packages are written together
      }
      return live;
    },
    withdraw(link) {
      const entry = entries.get(link);
      if (entry?.fate.status !== "pending") return false;
      count(entry, -1);
      fates.delete(entry.seq); // it was stored already
      entries.delete(link);
      return true;
    },
    settle(link, outcome, block) {
      const entry = entries.get(link);
      if (entry === undefined || entry.fate.status === "onChain") return false; // a copy that somebody else brought too
      if (outcome.kind === "landed") {
        change(entry, { status: "onChain", tradeRootId: outcome.tradeRootId, block });
      } else {
        change(entry, { status: "refused", refusal: outcome.refusal, block });
      }
      return true;
    },
    retry(link) {
      const entry = entries.get(link);
      if (entry === undefined) return;
      entry.attempts += 1;
      change(entry, { status: "pending" });
    },
    useNonces(account, nonce, block) {
      const returned: Entry[] = [];
      for (const submission of submissions.values()) {
        if (submission.settledAt !== undefined || submission.account !== account || submission.nonce >= nonce) continue;
        submission.settledAt = block;
        for (const link of submission.links) {
          const entry = entries.get(link);
          if (entry?.fate.status !== "submitted" || entry.fate.submissionId !== submission.id) continue;
          entry.attempts += 1;
          change(entry, { status: "pending" });
          returned.push(entry);
        }
      }
      return returned;
    },
    takeOff(number) {
      for (const submission of submissions.values()) {
        submission.settledAt = undefined; // its nonce may be open again: the next look says
      }
      for (const entry of entries.values()) {
        if ("block" in entry.fate && entry.fate.block.number > number) undecided(entry);
      }
    },
    finalise(number) {
      for (const entry of entries.values()) {
        if (!("block" in entry.fate) || entry.fate.block.number > number) continue;
        note(entry, true);
        entries.delete(entry.link);
      }
      for (const { id, settledAt } of submissions.values()) {
        if (settledAt === undefined || settledAt > number) continue;
        finished.push(id);
        submissions.delete(id);
      }
    },

    takeChanges() {
      const taken = { fates: [...fates.values()], finished };
      fates = new Map();
      finished = [];
      return taken;
    },
    giveBack(changes) {
      for (const one of changes.fates) if (!fates.has(one.seq)) fates.set(one.seq, one);
      finished.push(...changes.finished);
    },
  };
}
