/** Between ledger and database: what is loaded from there, heard of there, and written there. */
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { StoredCancellation } from "../store/cancellations.js";
import type { StoredPackage } from "../store/packages.js";
import { type EngineState, rightToSubmit } from "./state.js";

/** Everything that may still change, as the database has it. */
export async function load(state: EngineState): Promise<void> {
  const { packages, cancellations, submissions, sender, lane, ledger, cancels, tracker, plan, clock, now } = state;
  const [stored, asked, sent, kept] = await Promise.all([
    packages.live(),
    cancellations.live(),
    submissions.live(),
    state.gasAccounts.all(),
  ]);
  const own = sent.filter(({ account }) => account === sender.account);
  await lane.run(() => {
    ledger.load(stored, own, now());
    cancels.load(asked);
    state.accounts.restore(kept);
    trustWallets(state, stored, asked);
    for (const { hash, seq } of asked) {
      state.lastCancellation = Math.max(state.lastCancellation, seq);
      settleCancelled(state, hash);
    }
    for (const { link, seq } of stored) {
      state.lastSeq = Math.max(state.lastSeq, seq);
      settleIfKnown(state, link);
    }
    if (tracker.isReady) plan.lay(tracker.mirror, clock.now());
  });
}

/** Packages that other relays took, and those that they let their traders take back. */
export async function learn(state: EngineState): Promise<void> {
  const { packages, ledger, lane } = state;
  const stored = await packages.waitingAfter(state.lastSeq);
  const oldest = ledger.oldestWaiting();
  const withdrawn = oldest === undefined ? [] : await packages.withdrawnFrom(oldest);
  // What the book would refuse is not sent: nobody but the relay that submits can say so.
  const isOther = rightToSubmit(state) === undefined;
  const refused = oldest === undefined || !isOther ? [] : await packages.refusedFrom(oldest);
  if (stored.length + withdrawn.length + refused.length === 0) return;
  await lane.run(() => {
    hearOf(state, stored);
    forget(state, withdrawn);
    heedRefused(state, refused);
  });
}

/** Cancellations that other relays took, or that were stored here though the answer of the database was lost. */
export async function learnCancellations(state: EngineState): Promise<void> {
  const { cancellations, cancels, lane } = state;
  const asked = await cancellations.waitingAfter(state.lastCancellation);
  // Nobody but the relay that submits can say that nothing would come of one.
  const isOther = rightToSubmit(state) === undefined;
  const refused = isOther ? await cancellations.refusedAmong(cancels.waiting().map(({ hash }) => hash)) : [];
  if (asked.length === 0 && refused.length === 0) return;
  await lane.run(() => {
    hearOfCancellations(state, asked);
    for (const { hash, fate } of refused) if (fate.status !== "pending") cancels.settle(hash, fate);
  });
}

/** Writes what has become of packages and transactions. What cannot be written now is written later. */
export async function flush(state: EngineState): Promise<void> {
  const {
    tracker,
    ledger,
    cancels,
    packages,
    cancellations,
    submissions,
    accounts,
    accountant,
    gasAccounts,
    isShared,
  } = state;
  if (!tracker.isReady) return;
  const mayWrite = !isShared || rightToSubmit(state) !== undefined;
  if (!mayWrite && state.fence !== undefined) return; // the right has run out, and nobody can say whose it is: perhaps still ours
  const changes = ledger.takeChanges();
  const decided = cancels.takeChanges();
  const [charges, charged] = [accounts.takeChanges(), accountant.takeCharged()];
  if (!mayWrite) return; // another relay submits, and writes
  try {
    await packages.change(changes.fates);
    await cancellations.change(decided);
    if (charges.length + charged.length > 0) await gasAccounts.put(charges, charged);
    await submissions.finish(changes.finished);
  } catch (error) {
    ledger.giveBack(changes);
    cancels.giveBack(decided);
    accounts.giveBack(charges);
    accountant.giveBack(charged);
    throw error;
  }
}

function hearOf(state: EngineState, stored: readonly StoredPackage[]): void {
  const { ledger, tracker, plan, clock, now } = state;
  const fresh = stored.filter(({ link }) => ledger.find(link) === undefined);
  ledger.load(fresh, [], now());
  for (const { seq } of stored) state.lastSeq = Math.max(state.lastSeq, seq);
  for (const { link } of fresh) {
    settleIfKnown(state, link);
    const entry = ledger.find(link);
    if (entry?.fate.status === "pending" && tracker.isReady) plan.enqueue(tracker.mirror, entry, clock.now());
  }
}

function forget({ ledger, tracker, plan, clock }: EngineState, withdrawn: readonly Hash[]): void {
  const gone = withdrawn.filter((link) => ledger.withdraw(link));
  if (gone.length > 0 && tracker.isReady) plan.change(tracker.mirror, { withdrawn: gone }, clock.now());
}

function heedRefused({ ledger, tracker, plan, clock }: EngineState, refused: readonly StoredPackage[]): void {
  const waiting = refused.filter(({ link }) => ledger.find(link)?.fate.status === "pending");
  for (const { link, fate } of waiting) {
    if (fate.status === "refused") ledger.settle(link, { kind: "refused", refusal: fate.refusal }, fate.block);
  }
  const withdrawn = waiting.map(({ link }) => link);
  if (waiting.length > 0 && tracker.isReady) plan.change(tracker.mirror, { withdrawn }, clock.now());
}

/** They go before all that waits. */
function hearOfCancellations(state: EngineState, asked: readonly StoredCancellation[]): void {
  const { cancels, tracker, plan, clock } = state;
  const fresh = asked.filter(({ hash }) => cancels.find(hash) === undefined);
  cancels.load(fresh);
  for (const { seq } of asked) state.lastCancellation = Math.max(state.lastCancellation, seq);
  for (const { hash } of fresh) settleCancelled(state, hash);
  const cancellations = fresh.filter(({ hash }) => cancels.find(hash)?.fate.status === "pending");
  if (fresh.length > 0 && tracker.isReady) plan.change(tracker.mirror, { cancellations }, clock.now());
}

function settleCancelled({ tracker, cancels }: EngineState, hash: Hash): void {
  const block = tracker.cancelledAt(hash);
  if (block !== undefined) cancels.settle(hash, { status: "onChain", block });
}

/** What was acknowledged is brought: their wallets had paid for it before this process began. */
function trustWallets(
  { accounts, signers }: EngineState,
  stored: readonly StoredPackage[],
  asked: readonly StoredCancellation[],
): void {
  for (const one of stored) {
    if (one.fate.status === "pending" && !signers.isOwnKey(one)) accounts.trust(one.signed.package.trader);
  }
  for (const one of asked) {
    if (one.fate.status === "pending" && !signers.isOwnCancellation(one))
      accounts.trust(one.signed.cancellation.trader);
  }
}

/** The chain may have brought a package before it was heard of here. */
function settleIfKnown({ tracker, ledger }: EngineState, link: Hash): void {
  const known = tracker.recentOf(link);
  if (known !== undefined) ledger.settle(link, known.outcome, known.block);
}
