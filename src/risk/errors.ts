/** What the statistics of a stress test refuse. */
import { ProtocolError, wordsOf } from "../protocol/amounts/errors.js";

const ADVICE = {
  COVARIANCE_SHAPE: "Give one row and one column for each asset, all of them finite numbers.",
  COVARIANCE_ASYMMETRIC: "Give each pair the same covariance both ways.",
  COVARIANCE_NEGATIVE:
    "No assets move so: correlations contradict each other. Estimate all of them from one set of observations.",
  VOLATILITY_INVALID: "Give a volatility of zero or more, such as 20%.",
  CORRELATION_INVALID: "Give a correlation from -1 to 1.",
  OBSERVATIONS_TOO_FEW: "Give a longer history, or a shorter horizon.",
  PRICE_NOT_POSITIVE: "Returns need prices above zero.",
  PARAMETER_INVALID: "Give a finite number within the range.",
} as const;

export type RiskErrorCode = keyof typeof ADVICE;
export type RiskErrorValues = Readonly<Record<string, string | number | bigint>>;

/** An input from which nothing could be told. */
export class RiskError extends ProtocolError {
  declare public readonly code: RiskErrorCode;
  public readonly values: RiskErrorValues;

  public constructor(code: RiskErrorCode, values: RiskErrorValues) {
    super(code, wordsOf(code, values, ADVICE[code]), { retryable: false });
    this.values = values;
  }
}
