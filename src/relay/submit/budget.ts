/** What one session's transactions may take of the accounts that pay for all: gas a day, which comes back evenly. */
import { adviceOf, RelayError } from "../errors.js";
import type { FaultReport } from "../reporting/faults.js";
import { createPurse } from "./purse.js";

export interface Budget {
  /** @returns false, and nothing is taken, if there is not so much */
  take(gas: bigint): boolean;
  /** What was taken for a transaction that took less. */
  giveBack(gas: bigint): void;
  /** @throws RelayError RELAY_SESSION_BUDGET if there is not enough for an order */
  require(): void;
  fault(): FaultReport | undefined;
}

/** With less there is no batch of even one order. */
export const ONE_ORDER_GAS = 1_100_000n;

const UNBOUNDED: Budget = {
  take: () => true,
  giveBack: () => undefined,
  require: () => undefined,
  fault: () => undefined,
};

/** @param perDay 0 for any @param now ms of a clock that never jumps */
export function createBudget(perDay: bigint, now: () => number): Budget {
  if (perDay === 0n) return UNBOUNDED;
  const purse = createPurse(perDay, now);
  const isSpent = (): boolean => purse.left() < ONE_ORDER_GAS;
  return {
    take: (gas) => purse.take(gas),
    giveBack(gas) {
      purse.giveBack(gas);
    },
    require() {
      if (isSpent()) throw new RelayError("RELAY_SESSION_BUDGET", { perDay, left: purse.left() });
    },
    fault: () =>
      isSpent()
        ? { code: "RELAY_SESSION_BUDGET", detail: adviceOf("RELAY_SESSION_BUDGET"), blocksAfterMs: 0 }
        : undefined,
  };
}
