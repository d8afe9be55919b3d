/**
 * Settles the transactions whose nonces are used. Some nodes answer for their newest block with what the next one will bring:
 * so packages that no block has brought go back only when the nonce is used at a block that has a successor, or when no other
 * block comes for long.
 */
import type { BlockHeader } from "../../node/node.js";
import type { LiveSubmission } from "../queue/ledger-state.js";
import { layPlan, type TrackerState } from "./state.js";

/** Looks at the same newest block until a node is taken to answer for it, and not for one that it is still making. */
const PATIENCE = 40;

export async function settleNonces(state: TrackerState): Promise<void> {
  const header = state.mirror.tip;
  if (header === undefined || hasNothingToSettle(state, header)) return;
  const nonce = await state.node.nonceOf(state.account, "latest");
  const surely = await surelyUsed(state, header, nonce);
  await state.lane.run(() => {
    if (state.mirror.tip?.hash !== header.hash) return;
    state.standing = { header, nonce };
    takeBack(state, surely, header.number);
  });
}

/** The same block has the same nonces; only what is on its way may be doubted for longer. */
function hasNothingToSettle({ standing, ledger }: TrackerState, { hash }: BlockHeader): boolean {
  return standing?.header.hash === hash && ledger.openSubmissions().length === 0;
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

/** What was in a transaction whose nonce was used for something else waits again. */
function takeBack(state: TrackerState, nonce: number, block: number): void {
  const { ledger, cancels, metrics, log } = state;
  const missed = ledger.openSubmissions().flatMap((one) => (one.nonce < nonce ? cancels.of(one) : []));
  const returned = ledger.useNonces(state.account, nonce, block);
  cancels.missed(missed.map(({ hash }) => hash));
  if (returned.length + missed.length === 0) return;
  metrics.settled.inc({ outcome: "returned" }, returned.length);
  const counts = { packages: returned.length, cancellations: missed.length };
  log.warn({ ...counts, nonce }, "transaction came to nothing, what was in it waits again");
  state.plan.shrink();
  layPlan(state);
}
