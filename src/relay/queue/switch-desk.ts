/**
 * Dead man's switches: keeps cancellations for traders, and brings each once its trader has been quiet for too long. Whoever has the
 * token that was told when a switch was armed may keep it from firing and take it back; only its hash is kept.
 */
import { createHash, randomBytes } from "node:crypto";

import type { SignedTradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import { cancellationHash, type Hash } from "../../protocol/signing/typed-data.js";
import type { Refusal } from "../../protocol/market/refusal.js";
import type { SwitchStatus } from "../../wire/switches.js";
import { RelayError } from "../errors.js";
import type { Log } from "../reporting/log.js";
import type { Metrics } from "../reporting/metrics.js";
import type { SwitchState, SwitchStore } from "../store/switches.js";
import type { AdmissionDependencies } from "./admission.js";
import type { BatchPlan } from "./batch-plan.js";
import { refusalNow, requireGoodCancellation, requireSignedCancellation } from "./cancel-admission.js";
import type { CancelLedger } from "./cancel-ledger.js";
import type { Lane } from "./lane.js";
import type { Ledger } from "./ledger.js";

export interface SwitchView {
  readonly hash: Hash;
  readonly status: SwitchStatus;
  /** Until it fires; undefined if it is not armed. */
  readonly remainingMs: number | undefined;
  /** Why the chain would not take its cancellation as things stand. */
  readonly refusal: Refusal | undefined;
}

export interface SwitchDesk {
  /**
   * Arms a switch, or arms it anew with another token.
   * @throws RelayError, or the Refusal that the chain would give
   */
  arm(signed: SignedTradesCancellation, intervalMs: number): Promise<SwitchView & { readonly token: string }>;
  /** The trader is there: the interval begins anew. @throws RelayError RELAY_SWITCH_UNKNOWN, RELAY_SWITCH_OVER */
  renew(hash: Hash, token: string): Promise<SwitchView>;
  /** @throws RelayError RELAY_SWITCH_UNKNOWN, RELAY_SWITCH_OVER if it has fired */
  disarm(hash: Hash, token: string): Promise<SwitchView>;
  /** @throws RelayError RELAY_SWITCH_UNKNOWN */
  find(hash: Hash, token: string): Promise<SwitchView>;
  /** Fires what is due: each becomes a cancellation that is stored. */
  fire(): Promise<void>;
}

export interface SwitchDeskDependencies extends Pick<
  AdmissionDependencies,
  "mirror" | "clock" | "hashing" | "wallets" | "signers" | "accounts" | "limits"
> {
  readonly isReady: () => boolean;
  readonly store: SwitchStore;
  readonly ledger: Pick<Ledger, "withdraw">;
  readonly cancels: Pick<CancelLedger, "add">;
  readonly plan: Pick<BatchPlan, "change">;
  readonly lane: Lane;
  readonly log: Log;
  readonly metrics: Pick<Metrics, "switchesFired">;
}

/** One that is void now could not be brought later either. */
const isVoidToo = (): boolean => true;
/** Armed ones of one trader. */
const MOST_OF_TRADER = 8;
const TOKEN_BYTES = 32;

export function createSwitchDesk(desk: SwitchDeskDependencies): SwitchDesk {
  const viewOf = (hash: Hash, state: SwitchState): SwitchView => {
    const { status, remainingMs, cancellation } = state;
    const refusal = status === "armed" ? refusalNow(desk.mirror(), cancellation, desk.clock.now()) : undefined;
    return { hash, status, remainingMs, refusal };
  };
  const known = (hash: Hash, state: SwitchState | undefined): SwitchView => {
    if (state === undefined) throw new RelayError("RELAY_SWITCH_UNKNOWN", { hash });
    return viewOf(hash, state);
  };
  const required = (view: SwitchView, status: SwitchStatus): SwitchView => {
    if (view.status !== status) throw new RelayError("RELAY_SWITCH_OVER", { hash: view.hash, status: view.status });
    return view;
  };
  return {
    async arm(signed, intervalMs) {
      if (!desk.isReady()) throw new RelayError("RELAY_NOT_READY");
      const named = { hash: cancellationHash(signed.cancellation), signed };
      const seconds = desk.limits.deadlineMargin + Math.ceil(intervalMs / 1000);
      requireGoodCancellation(desk, named, seconds, isVoidToo);
      await requireSignedCancellation(desk, named);
      const token = randomBytes(TOKEN_BYTES).toString("hex");
      const armed = await desk.store.arm({ ...named, tokenHash: hashOf(token), intervalMs }, MOST_OF_TRADER);
      const { trader } = signed.cancellation;
      if (armed === undefined) throw new RelayError("RELAY_SWITCHES_FULL", { trader, limit: MOST_OF_TRADER });
      return { ...required(viewOf(named.hash, armed), "armed"), token };
    },
    renew: async (hash, token) => required(known(hash, await desk.store.renew(hash, hashOf(token))), "armed"),
    disarm: async (hash, token) => required(known(hash, await desk.store.disarm(hash, hashOf(token))), "disarmed"),
    find: async (hash, token) => known(hash, await desk.store.find(hash, hashOf(token))),
    fire: () => fire(desk),
  };
}

async function fire({
  store,
  lane,
  cancels,
  ledger,
  plan,
  mirror,
  isReady,
  clock,
  log,
  metrics,
}: SwitchDeskDependencies) {
  const fired = await store.fireDue();
  if (fired.length === 0) return;
  await lane.run(() => {
    for (const { hash, signed, seq, withdrawn } of fired) {
      if (seq !== undefined) cancels.add({ hash, signed }, seq);
      for (const link of withdrawn) ledger.withdraw(link);
      metrics.switchesFired.inc();
      log.warn({ hash, trader: signed.cancellation.trader }, "switch fired");
    }
    const cancellations = fired.filter(({ seq }) => seq !== undefined);
    const withdrawn = fired.flatMap((one) => one.withdrawn);
    if (isReady()) plan.change(mirror(), { cancellations, withdrawn }, clock.now());
  });
}

function hashOf(token: string): string {
  return createHash("sha256").update(token, "hex").digest("hex");
}
