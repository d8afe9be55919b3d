/** What the submitting account has left. Below a floor nothing more is acknowledged: what could not be paid for would only wait. */
import { adviceOf, RelayError } from "../errors.js";
import type { FaultReport } from "../reporting/faults.js";
import type { Standing } from "../follow/standing.js";
import type { Log } from "../reporting/log.js";
import type { ProcessMetrics } from "../reporting/process-metrics.js";
import type { ChainNode } from "../../node/node.js";
import { ONE_ORDER_GAS } from "./budget.js";
import { feesAt, inGwei } from "./fees.js";
import type { Sender } from "./sender.js";

export interface Treasury {
  /** Asks for the balance. */
  look(at: Standing): Promise<void>;
  /** Another relay pays for what is taken here. */
  rest(): void;
  /** @throws RelayError RELAY_NO_FUNDS */
  requireFunds(): void;
  fault(): FaultReport | undefined;
}

export interface TreasuryDependencies {
  readonly node: Pick<ChainNode, "balanceOf">;
  readonly sender: Pick<Sender, "account" | "maxFee" | "priorityFee">;
  readonly balances: ProcessMetrics["balance"];
  readonly log: Pick<Log, "info" | "warn">;
  /** Least that the account should have, wei. */
  readonly minBalance: bigint;
}

export function createTreasury({ node, sender, balances, log, minBalance }: TreasuryDependencies): Treasury {
  let low: { readonly balance: bigint; readonly floor: bigint } | undefined;
  return {
    async look({ header }) {
      const [balance, priorityFee] = await Promise.all([node.balanceOf(sender.account), sender.priorityFee(header)]);
      const order = feesAt(header, priorityFee, sender.maxFee).maxFee * ONE_ORDER_GAS;
      const floor = order > minBalance ? order : minBalance;
      const [wasLow, isLow] = [low !== undefined, balance < floor];
      low = isLow ? { balance, floor } : undefined;
      if (isLow && !wasLow) log.warn({ account: sender.account, balance, floor }, "account cannot pay");
      if (wasLow && !isLow) log.info({ account: sender.account, balance }, "account can pay again");
      balances.set({ account: sender.account }, inGwei(balance));
    },
    rest() {
      low = undefined;
    },
    requireFunds() {
      if (low !== undefined) throw new RelayError("RELAY_NO_FUNDS", { account: sender.account, ...low });
    },
    fault: () =>
      low === undefined ? undefined : { code: "RELAY_NO_FUNDS", detail: adviceOf("RELAY_NO_FUNDS"), blocksAfterMs: 0 },
  };
}
