/** What happens to packages and transactions, and what the ledger makes of it. */
import { routeOfCall } from "../../bindings/calls.js";
import type { NamedPackage } from "../../bindings/packages.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { BlockRef, StoredPackage } from "../store/packages.js";
import type { RemadeCall, StoredSubmission } from "../store/submissions.js";
import {
  change,
  type Changes,
  enter,
  type Entry,
  type LedgerState,
  type LiveSubmission,
  note,
  type Outcome,
  packagesOf,
  strike,
  undecide,
} from "./ledger-state.js";

export function add(state: LedgerState, { link, signed }: NamedPackage, seq: number, replaces: Hash | undefined): void {
  if (state.entries.has(link)) return;
  state.onFate(enter(state, { seq, link, signed, attempts: 0, submissionId: undefined, replaces }));
}

export function load(
  state: LedgerState,
  stored: readonly StoredPackage[],
  sent: readonly StoredSubmission[],
  now: number,
): void {
  for (const one of sent) if (!state.submissions.has(one.id)) addLive(state, one, now);
  for (const { seq, link, signed, attempts, submissionId, replaces, fate } of stored) {
    if (state.entries.has(link) || fate.status === "withdrawn") continue;
    undecide(state, enter(state, { seq, link, signed, attempts, submissionId, replaces }));
  }
}

export function addSubmission(state: LedgerState, stored: StoredSubmission, now: number): LiveSubmission {
  const live = addLive(state, stored, now);
  for (const link of stored.links) {
    const entry = state.entries.get(link);
    if (entry?.fate.status !== "pending") continue;
    change(state, entry, { status: "submitted", submissionId: stored.id });
    state.fates.delete(entry.seq); // the database has it: submission and packages are written together
  }
  state.onSubmissions();
  return live;
}

export function remake(state: LedgerState, live: LiveSubmission, remade: RemadeCall): void {
  const { kind, to, data, gasLimit, links } = remade;
  const before = packagesOf(state, live);
  Object.assign(live, { kind, to, data, gasLimit, links });
  for (const entry of before) {
    if (links.includes(entry.link)) entry.route = routeOfCall(live);
    else change(state, entry, { status: "pending" });
  }
}

export function withdraw(state: LedgerState, link: Hash): boolean {
  const entry = state.entries.get(link);
  if (entry?.fate.status !== "pending") return false;
  state.fates.delete(entry.seq); // it was stored already
  strike(state, entry);
  state.onFate({ ...entry, fate: { status: "withdrawn" } });
  return true;
}

export function settle(state: LedgerState, link: Hash, outcome: Outcome, block: BlockRef): boolean {
  const entry = state.entries.get(link);
  if (entry === undefined || entry.fate.status === "onChain") return false; // a copy that somebody else brought too
  if (outcome.kind === "landed") {
    change(state, entry, { status: "onChain", tradeRootId: outcome.tradeRootId, block });
  } else {
    change(state, entry, { status: "refused", refusal: outcome.refusal, block });
  }
  return true;
}

export function retry(state: LedgerState, link: Hash): void {
  const entry = state.entries.get(link);
  if (entry === undefined) return;
  entry.attempts += 1;
  change(state, entry, { status: "pending" });
}

export function useNonces(
  state: LedgerState,
  account: string,
  nonce: number,
  block: number,
  others: ReadonlySet<number>,
): Entry[] {
  const returned: Entry[] = [];
  let isAnyUsed = false;
  for (const submission of state.submissions.values()) {
    if (submission.settledAt !== undefined || submission.account !== account || submission.nonce >= nonce) continue;
    submission.settledAt = block;
    isAnyUsed = true;
    for (const entry of packagesOf(state, submission)) {
      if (!others.has(submission.id)) entry.attempts += 1;
      change(state, entry, { status: "pending" });
      returned.push(entry);
    }
  }
  if (isAnyUsed) state.onSubmissions();
  return returned;
}

export function takeOff(state: LedgerState, number: number): void {
  for (const submission of state.submissions.values()) {
    submission.settledAt = undefined; // its nonce may be open again: the next look says
  }
  for (const entry of state.entries.values()) {
    if ("block" in entry.fate && entry.fate.block.number > number) undecide(state, entry);
  }
  state.onSubmissions();
}

export function finalise(state: LedgerState, number: number): void {
  for (const entry of state.entries.values()) {
    if (!("block" in entry.fate) || entry.fate.block.number > number) continue;
    note(state, entry, true);
    strike(state, entry);
  }
  for (const { id, settledAt } of state.submissions.values()) {
    if (settledAt === undefined || settledAt > number) continue;
    state.finished.push(id);
    state.submissions.delete(id);
  }
}

export function takeChanges(state: LedgerState): Changes {
  const taken = { fates: [...state.fates.values()], finished: state.finished };
  state.fates = new Map();
  state.finished = [];
  return taken;
}

export function giveBack(state: LedgerState, { fates, finished }: Changes): void {
  for (const one of fates) if (!state.fates.has(one.seq)) state.fates.set(one.seq, one);
  state.finished.push(...finished);
}

function addLive(state: LedgerState, stored: StoredSubmission, now: number): LiveSubmission {
  const { transactions } = stored;
  const fresh = {
    transactions: [...transactions],
    notTaken: undefined,
    settledAt: undefined,
    sentAt: now,
    isCharged: stored.isCharged ?? false,
  };
  const live: LiveSubmission = { ...stored, ...fresh };
  state.submissions.set(stored.id, live);
  return live;
}
