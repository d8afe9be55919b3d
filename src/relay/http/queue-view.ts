/** What is on its way to the chain. */
import type { Served } from "../../wire/form.js";
import type { queue } from "../../wire/state.js";
import type { Ledger } from "../queue/ledger.js";
import type { Tracker } from "../tracker/tracker.js";

export type QueueView = Served<typeof queue>;

export interface QueueViewDependencies {
  readonly tracker: Tracker;
  readonly ledger: Ledger;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
  readonly account: string;
  readonly submits: boolean;
}

export function queueView({ tracker, ledger, now, account, submits }: QueueViewDependencies): QueueView {
  const { mirror } = tracker;
  return {
    account,
    submits,
    waiting: ledger.unlanded(),
    batches: mirror.batches.length,
    baseFee: mirror.tip?.baseFee ?? null,
    transactions: ledger.openSubmissions().map(({ nonce, kind, links, gasLimit, sentAt, transactions }) => {
      const newest = transactions.at(-1);
      return {
        nonce,
        kind,
        packages: links.length,
        gasLimit,
        ageMs: Math.max(0, Math.round(now() - sentAt)),
        hash: newest?.hash ?? null,
        maxFee: newest?.maxFee ?? null,
        priorityFee: newest?.priorityFee ?? null,
      };
    }),
  };
}
