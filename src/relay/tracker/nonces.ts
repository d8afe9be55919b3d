/**
 * Settles the transactions whose nonces are used. Some nodes answer for their newest block with what the next one will bring:
 * so packages that no block has brought go back only when the nonce is used at a block that has a successor, or when no other
 * block comes for long.
 */
import { houseOf } from "../../bindings/calls.js";
import type { BlockHeader } from "../../node/node.js";
import type { LiveSubmission } from "../queue/ledger-state.js";
import { CALL_FAILS, MAX_ATTEMPTS, pauseAfter } from "../queue/tries.js";
import { layPlan, type TrackerState } from "./state.js";

/** Looks at the same newest block until a node is taken to answer for it, and not for one that it is still making. */
const PATIENCE = 40;

export async function settleNonces(state: TrackerState): Promise<void> {
  const header = state.mirror.tip;
  if (header === undefined || hasNothingToSettle(state, header)) return;
  const nonce = await state.node.nonceOf(state.account, "latest");
  const surely = await surelyUsed(state, header, nonce);
  const others = await usedByOthers(state, surely);
  await state.lane.run(() => {
    if (state.mirror.tip?.hash !== header.hash) return;
    state.standing = { header, nonce };
    takeBack(state, { nonce: surely, others }, header);
  });
}

/** The same block has the same nonces; only what is on its way may be doubted for longer. */
function hasNothingToSettle({ standing, ledger }: TrackerState, { hash }: BlockHeader): boolean {
  return standing?.header.hash === hash && ledger.openSubmissions().length === 0;
}

/** Ids of transactions below a nonce in whose place somebody else's have come, as far as the node says: they have not failed. */
async function usedByOthers({ ledger, cancels, node }: TrackerState, nonce: number): Promise<ReadonlySet<number>> {
  const others = new Set<number>();
  for (const one of ledger.openSubmissions()) {
    if (one.nonce >= nonce || ledger.packagesOf(one).length + cancels.of(one).length === 0) continue;
    const receipts = await Promise.all(one.transactions.map(({ hash }) => node.gasOf(hash))).catch(() => []);
    if (receipts.length > 0 && receipts.every((receipt) => receipt === undefined)) others.add(one.id);
  }
  return others;
}

/** @returns the nonce below which all are used by blocks that were followed */
async function surelyUsed(state: TrackerState, { hash, number }: BlockHeader, nonce: number): Promise<number> {
  const { ledger, cancels, node, account, doubt } = state;
  const isUnsettled = (one: LiveSubmission): boolean => ledger.packagesOf(one).length + cancels.of(one).length > 0;
  const unsettled = ledger.openSubmissions().find((one) => one.nonce < nonce && isUnsettled(one));
  if (unsettled === undefined) {
    state.doubt = { hash: "", looks: 0 };
    return nonce;
  }
  state.doubt = { hash, looks: doubt.hash === hash ? doubt.looks + 1 : 0 };
  if (state.doubt.looks >= PATIENCE) return nonce;
  const before = await node.nonceOf(account, Math.max(0, number - 1));
  return Math.min(nonce, Math.max(unsettled.nonce, before));
}

interface Used {
  /** All below it are. */
  readonly nonce: number;
  readonly others: ReadonlySet<number>;
}

/** What was in a transaction whose nonce was used for something else, or that failed, waits again, unless that was too often. */
function takeBack(state: TrackerState, { nonce, others }: Used, { number, hash }: BlockHeader): void {
  const { ledger, cancels, metrics, log, plan } = state;
  const used = ledger.openSubmissions().filter((one) => one.nonce < nonce);
  const missed = used.flatMap((one) => (others.has(one.id) ? [] : cancels.of(one)));
  const returned = ledger.useNonces(state.account, nonce, number, others);
  cancels.missed(missed.map((one) => one.hash));
  if (returned.length + missed.length === 0) return;
  metrics.settled.inc({ outcome: "returned" }, returned.length);
  const counts = { packages: returned.length, cancellations: missed.length, byOthers: others.size };
  log.warn({ ...counts, nonce }, "transaction came to nothing, what was in it waits again");
  for (const { link, attempts } of returned) {
    if (attempts >= MAX_ATTEMPTS) ledger.settle(link, { kind: "refused", refusal: CALL_FAILS }, { number, hash });
    else if (attempts > 1) plan.hold(link, pauseAfter(attempts));
  }
  for (const one of missed) {
    if ((cancels.find(one.hash)?.attempts ?? 0) < MAX_ATTEMPTS) continue;
    cancels.settle(one.hash, { status: "refused", refusal: CALL_FAILS, block: { number, hash } });
  }
  if (used.some(({ id, kind }) => !others.has(id) && houseOf(kind) === undefined)) plan.shrink();
  layPlan(state);
}
