/** The right to submit, which one relay has at a time, and what is done when it changes hands. */
import type { Book } from "../../protocol/book/book.js";
import { isNonceUsed } from "../../protocol/book/nonces.js";
import { adviceOf } from "../errors.js";
import type { FaultReport } from "../reporting/faults.js";
import type { TradePackage } from "../../protocol/signing/package.js";
import type { EngineState } from "./state.js";
import { load } from "./stored.js";

/** Takes the lease if nobody has it, and renews it. Who cannot pay, or has to read the chain first, leaves it to others. */
export async function holdLease(state: EngineState): Promise<void> {
  const { leases, holder, leaseMs, log, metrics, isShared, now, mayPay, tracker } = state;
  const asked = now();
  if (!mayPay() && state.fence !== undefined) await leases.release(state.fence);
  const mayHold = mayPay() && (state.fence !== undefined || !isShared || tracker.isReady);
  const held = mayHold ? await leases.acquire(holder, leaseMs) : undefined;
  if (held === undefined) {
    if (state.fence !== undefined) log.warn({ holder }, "another relay submits now");
    state.fence = undefined;
  } else if (held.epoch !== state.fence?.epoch) {
    log.info({ holder, epoch: held.epoch }, "this relay submits now");
    if (isShared) await takeOver(state);
    state.fence = held;
  }
  state.leaseUntil = state.fence === undefined ? 0 : asked + leaseMs;
  state.knownUntil = asked + leaseMs;
  metrics.submits.set(state.fence === undefined ? 0 : 1);
}

/**
 * That nobody is known to submit: this relay has lost the right, and could not ask who has it. Where another relay has it, all
 * is well.
 */
export function leaseFault({ now, knownUntil }: EngineState): FaultReport | undefined {
  if (now() < knownUntil) return undefined;
  return { code: "RELAY_LEASE_LOST", detail: adviceOf("RELAY_LEASE_LOST"), blocksAfterMs: 0 };
}

/** What the last submitter left. A package that has landed unseen, sent or not, shows by its nonce: then the chain is read again. */
async function takeOver(state: EngineState): Promise<void> {
  const { lane, tracker, ledger, plan, clock } = state;
  await load(state);
  const unexplained = await lane.run(() => {
    if (!tracker.isReady) return false; // the chain is being read
    const { mirror } = tracker;
    mirror.clear();
    const sent = ledger.openSubmissions().flatMap((one) => ledger.packagesOf(one));
    const found = [...ledger.waiting(), ...sent].some(({ signed }) => isUsed(mirror.book, signed.package));
    plan.lay(mirror, clock.now());
    return found;
  });
  if (unexplained) await tracker.restart("packages are not known to have landed whose nonces are used");
}

/** Whether the order's nonce is used, whatever by. */
function isUsed({ state }: Book, { trader, nonce }: TradePackage): boolean {
  const known = state.traders.find(trader);
  return known !== undefined && isNonceUsed(known.nonces, nonce);
}
