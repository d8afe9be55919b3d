/** What is on its way to the chain. */
import type { Ledger } from "../queue/ledger.js";
import type { Tracker } from "../tracker/tracker.js";

/** What is on its way to the chain. Fees are wei a unit of gas. */
export interface QueueView {
  readonly account: string;
  readonly submits: boolean;
  readonly waiting: number;
  readonly batches: number;
  /** Of the newest block; null on chains without one. */
  readonly baseFee: bigint | null;
  readonly transactions: readonly {
    readonly nonce: number;
    readonly kind: string;
    readonly packages: number;
    readonly gasLimit: bigint;
    /** Since something was last sent for it. */
    readonly ageMs: number;
    /** Of the newest try; null while nothing was signed. */
    readonly hash: string | null;
    readonly maxFee: bigint | null;
    readonly priorityFee: bigint | null;
  }[];
}

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
