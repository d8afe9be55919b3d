/** Gas that may be burned by what of each trader is on its way, and whether its account bears more. */
import type { NamedPackage } from "../../bindings/packages.js";
import type { NamedCancellation } from "../store/cancellations.js";
import { CALL_GAS, type GasAccounts, riskOf } from "./accounts.js";
import type { CancelEntry } from "./cancel-ledger.js";
import type { Entry } from "./ledger-state.js";
import type { Signers } from "./signers.js";

/** What may cost gas for nothing: whose it is, and the signature if a contract wallet speaks for it. */
export interface Risk {
  readonly trader: string;
  readonly signature: string | undefined;
  /** Whether it begins a transaction, which is for nothing too if nothing of it lands. */
  readonly isFirst: boolean;
  /** What it burns beside that (burning.ts). */
  readonly besides?: bigint;
}

export interface Exposure {
  clear(): void;
  /** @param besides gas that it burns beside what skipping it takes */
  ofPackage(named: NamedPackage, isFirst: boolean, besides?: bigint): Risk;
  ofCancellation(named: NamedCancellation, isFirst: boolean): Risk;
  add(risk: Risk): void;
  /** What was sent may have burned gas until its receipt was looked at; what has landed of a key has not. */
  addSent(entries: readonly Entry[], cancelling: readonly CancelEntry[], besides: (entry: Entry) => bigint): void;
  /** Gas that is lost if it does not land. */
  gasOf(risk: Risk): bigint;
  /** Whether its trader's account would bear it if nothing else of the trader were on its way. */
  isBorneAlone(risk: Risk): boolean;
  /** Whether its trader's account bears it besides all else of the trader that is on its way. */
  bears(risk: Risk): boolean;
}

export function createExposure(signers: Signers, accounts: Pick<GasAccounts, "left">): Exposure {
  const exposed = new Map<string, bigint>();
  const raised = (risk: Risk): bigint => (exposed.get(risk.trader) ?? 0n) + gasOf(risk);
  const exposure: Exposure = {
    clear() {
      exposed.clear();
    },
    ofPackage(named, isFirst, besides = 0n) {
      const { signature, package: order } = named.signed;
      return { trader: order.trader, signature: signers.isOwnKey(named) ? undefined : signature, isFirst, besides };
    },
    ofCancellation(named, isFirst) {
      const { signature, cancellation } = named.signed;
      const { trader } = cancellation;
      return { trader, signature: signers.isOwnCancellation(named) ? undefined : signature, isFirst };
    },
    add: (risk) => void exposed.set(risk.trader, raised(risk)),
    addSent(entries, cancelling, besides) {
      let isFirst = ![...entries, ...cancelling].some(isLanded);
      const risks = [
        ...cancelling.map((one) => ({ landed: isLanded(one), risk: exposure.ofCancellation(one, false) })),
        ...entries.map((one) => ({ landed: isLanded(one), risk: exposure.ofPackage(one, false, besides(one)) })),
      ];
      for (const { landed, risk } of risks) {
        if (landed && risk.signature === undefined) continue;
        exposure.add({ ...risk, isFirst });
        isFirst = false;
      }
    },
    gasOf,
    isBorneAlone: (risk) => gasOf(risk) <= accounts.left(risk.trader, risk.signature !== undefined),
    bears: (risk) => raised(risk) <= accounts.left(risk.trader, risk.signature !== undefined),
  };
  return exposure;
}

function isLanded({ fate }: { readonly fate: { readonly status: string } }): boolean {
  return fate.status === "onChain";
}

function gasOf({ signature, isFirst, besides = 0n }: Risk): bigint {
  return riskOf(signature) + (isFirst ? CALL_GAS : 0n) + besides;
}
