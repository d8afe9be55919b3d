/** What the ledger holds, what can be read from it, and the one way in which a package's fate changes. */
import { type Route, routeOfCall } from "../../bindings/calls.js";
import type { NamedPackage } from "../../bindings/packages.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { Fate, FateChange } from "../store/packages.js";
import type { SendRefusal } from "../../node/send-words.js";
import type { PackageRefusal } from "../../wire/packages.js";
import type { RemadeCall, SignedTransaction, StoredSubmission } from "../store/submissions.js";

export interface Entry extends NamedPackage {
  /** The order of acknowledgement. */
  readonly seq: number;
  /** Times that a transaction with it came to nothing. */
  readonly attempts: number;
  /** The transaction it is, or was last, part of. */
  readonly submissionId: number | undefined;
  /** Hash of the cancellation in whose place it came, with which it goes. */
  readonly replaces: Hash | undefined;
  /** Through what it was sent last; undefined if this is not known of any transaction with it. */
  readonly route?: Route | undefined;
  readonly fate: Fate;
  /** When this relay heard of it, ms of a clock that never jumps. */
  readonly since: number;
}

/** What a node last said when it did not take a transaction. */
export interface NotTaken {
  readonly kind: SendRefusal;
  /** The node's words. */
  readonly reason: string;
  /** In a row. */
  readonly times: number;
}

export interface LiveSubmission extends Omit<StoredSubmission, keyof RemadeCall> {
  kind: RemadeCall["kind"];
  to?: RemadeCall["to"];
  data: string;
  gasLimit: bigint;
  links: readonly Hash[];
  readonly transactions: SignedTransaction[];
  notTaken: NotTaken | undefined;
  /** The block by which its nonce had been used; undefined while it is open. */
  settledAt: number | undefined;
  /** When something was last sent for it, ms of a clock that never jumps. */
  sentAt: number;
  /** Whether what it took was charged to those who are in it. */
  isCharged: boolean;
}

/** What a block did to a package. */
export type Outcome =
  | { readonly kind: "landed"; readonly tradeRootId: number }
  | { readonly kind: "refused"; readonly refusal: PackageRefusal };

/** What the database does not know yet. */
export interface Changes {
  readonly fates: readonly FateChange[];
  /** Submissions whose nonces were used for good. */
  readonly finished: readonly number[];
}

export interface MutableEntry extends NamedPackage {
  readonly seq: number;
  attempts: number;
  submissionId: number | undefined;
  readonly replaces: Hash | undefined;
  route?: Route | undefined;
  fate: Fate;
  readonly since: number;
}

/** Hears what becomes of each package, when it was taken and whenever that changes. */
export type OnFate = (entry: Pick<Entry, "link" | "signed" | "route" | "fate">) => void;

export interface LedgerState {
  readonly now: () => number;
  readonly onFate: OnFate;
  /** Hears that other transactions are open than before. */
  onSubmissions: () => void;
  readonly entries: Map<Hash, MutableEntry>;
  readonly submissions: Map<number, LiveSubmission>;
  /** Packages that are not on the chain yet, of all traders and of each. */
  unlanded: number;
  readonly unlandedOf: Map<string, number>;
  /** Changes to be written, by seq: the newest word counts. */
  fates: Map<number, FateChange>;
  finished: number[];
}

export function emptyLedger(now: () => number, onFate: OnFate): LedgerState {
  return {
    now,
    onFate,
    onSubmissions: () => undefined,
    entries: new Map(),
    submissions: new Map(),
    unlanded: 0,
    unlandedOf: new Map(),
    fates: new Map(),
    finished: [],
  };
}

// ------------------------------------------------------------------ readings

export function waiting({ entries }: LedgerState): Entry[] {
  return [...entries.values()].filter(({ fate }) => fate.status === "pending").sort((a, b) => a.seq - b.seq);
}

/** Asked often, so without sorting all of them. */
export function oldestWaiting({ entries }: LedgerState): number | undefined {
  let oldest: number | undefined;
  for (const { fate, seq } of entries.values()) {
    if (fate.status === "pending" && (oldest === undefined || seq < oldest)) oldest = seq;
  }
  return oldest;
}

/** Since when the oldest package that is not on the chain is known of. */
export function oldestSince({ entries }: LedgerState): number | undefined {
  let oldest: number | undefined;
  for (const entry of entries.values()) {
    if (isUnlanded(entry) && (oldest === undefined || entry.since < oldest)) oldest = entry.since;
  }
  return oldest;
}

export function openSubmissions({ submissions }: LedgerState): LiveSubmission[] {
  return [...submissions.values()].filter(({ settledAt }) => settledAt === undefined).sort((a, b) => a.nonce - b.nonce);
}

export function packagesOf({ entries }: LedgerState, { id, links }: StoredSubmission): MutableEntry[] {
  return links.flatMap((link) => {
    const entry = entries.get(link);
    return entry?.fate.status === "submitted" && entry.fate.submissionId === id ? [entry] : [];
  });
}

export function linksOf({ submissions }: LedgerState, hash: Hash): readonly Hash[] | undefined {
  return [...submissions.values()].find(({ transactions }) => transactions.some((one) => one.hash === hash))?.links;
}

/** Through what a package is on its way, or has gone; undefined while it waits, whatever was tried before. */
export function sentThrough({ fate, route }: Pick<Entry, "fate" | "route">): Route | undefined {
  return fate.status === "pending" || fate.status === "withdrawn" ? undefined : route;
}

// ------------------------------------------------------------------ changes

/** A package of which nothing is known but that it waits. */
export function enter(state: LedgerState, entry: Omit<MutableEntry, "fate" | "since">): MutableEntry {
  const entered: MutableEntry = { ...entry, since: state.now(), fate: { status: "pending" } };
  state.entries.set(entry.link, entered);
  count(state, entered, 1);
  return entered;
}

/** A package that the ledger need not know any more; it does not count as one that waits from here on. */
export function strike(state: LedgerState, entry: MutableEntry): void {
  if (isUnlanded(entry)) count(state, entry, -1);
  state.entries.delete(entry.link);
}

export function change(state: LedgerState, entry: MutableEntry, fate: Fate): void {
  const before = isUnlanded(entry);
  entry.fate = fate;
  if (fate.status === "submitted") entry.submissionId = fate.submissionId;
  const sent = entry.submissionId === undefined ? undefined : state.submissions.get(entry.submissionId);
  if (sent !== undefined) entry.route = routeOfCall(sent);
  const after = isUnlanded(entry);
  if (before !== after) count(state, entry, after ? 1 : -1);
  state.onFate(entry);
  note(state, entry, false);
}

/** Back to where it was before the chain had decided. */
export function undecide(state: LedgerState, entry: MutableEntry): void {
  const submission = entry.submissionId === undefined ? undefined : state.submissions.get(entry.submissionId);
  const isOpen = submission !== undefined && submission.settledAt === undefined;
  change(state, entry, isOpen ? { status: "submitted", submissionId: submission.id } : { status: "pending" });
}

/** To be written. @param final whether nothing can change it any more */
export function note({ fates }: LedgerState, entry: Entry, final: boolean): void {
  const { seq, attempts, submissionId, fate } = entry;
  fates.set(seq, { seq, attempts, submissionId, fate, final });
}

function isUnlanded({ fate }: Entry): boolean {
  return fate.status === "pending" || fate.status === "submitted";
}

function count(state: LedgerState, entry: Entry, by: 1 | -1): void {
  const { trader } = entry.signed.package;
  const left = (state.unlandedOf.get(trader) ?? 0) + by;
  if (left === 0) state.unlandedOf.delete(trader);
  else state.unlandedOf.set(trader, left);
  state.unlanded += by;
}
