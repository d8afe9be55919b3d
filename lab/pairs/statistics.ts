import { errorOfMean, meanOf } from "../../src/measures/moments.js";

/** What came of trades, in figures. Payoffs are money for each unit of money that is long. */
export interface Summary {
  readonly trades: number;
  readonly mean: number;
  /** Of the mean against zero, with n − 1; of fewer than two trades there is none. */
  readonly t: number | undefined;
  readonly won: number;
}

export function summaryOf(payoffs: readonly number[]): Summary {
  const trades = payoffs.length;
  const mean = trades === 0 ? 0 : meanOf(payoffs);
  const error = errorOfMean(payoffs);
  return { trades, mean, t: error > 0 ? mean / error : undefined, won: payoffs.filter((one) => one > 0).length };
}
