/** What is on its way to the chain. */
import type { Served } from "../../wire/form.js";
import type { queue } from "../../wire/state.js";
import type { CancelLedger } from "../queue/cancel-ledger.js";
import type { Ledger } from "../queue/ledger.js";
import type { Tracker } from "../tracker/tracker.js";

export type QueueView = Served<typeof queue>;

export interface QueueViewDependencies {
  readonly tracker: Tracker;
  readonly ledger: Ledger;
  readonly cancels: Pick<CancelLedger, "undecided">;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
  readonly account: string;
  readonly submits: boolean;
}

export function queueView({ tracker, ledger, cancels, now, account, submits }: QueueViewDependencies): QueueView {
  const { mirror } = tracker;
  return {
    account,
    submits,
    waiting: ledger.unlanded(),
    cancellations: cancels.undecided(),
    batches: mirror.batches.length,
    baseFee: mirror.tip?.baseFee ?? null,
    transactions: ledger
      .openSubmissions()
      .map(({ nonce, kind, links, cancellations, gasLimit, sentAt, transactions }) => {
        const newest = transactions.at(-1);
        return {
          nonce,
          kind,
          packages: links.length,
          cancellations: cancellations.length,
          gasLimit,
          ageMs: Math.max(0, Math.round(now() - sentAt)),
          hash: newest?.hash ?? null,
          maxFee: newest?.maxFee ?? null,
          priorityFee: newest?.priorityFee ?? null,
        };
      }),
  };
}
