/** What came of trades, in figures. Payoffs are money for each unit of money that is long. */
export interface Summary {
  readonly trades: number;
  readonly mean: number;
  /** Of the mean against zero, with n − 1; of fewer than two trades there is none. */
  readonly t: number | undefined;
  readonly won: number;
}

const LEAST = 2;

export function summaryOf(payoffs: readonly number[]): Summary {
  const trades = payoffs.length;
  const mean = trades === 0 ? 0 : payoffs.reduce((all, one) => all + one, 0) / trades;
  const squares = payoffs.reduce((all, one) => all + (one - mean) ** 2, 0);
  const error = Math.sqrt(squares / (trades - 1) / trades);
  return {
    trades,
    mean,
    t: trades < LEAST || error === 0 ? undefined : mean / error,
    won: payoffs.filter((one) => one > 0).length,
  };
}
