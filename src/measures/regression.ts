/** A line through observations that follow each other in time, and how sure it is. */
import { covarianceOf, meanOf, rSquaredOf, slopeOf, varianceOf } from "./moments.js";

export interface Line {
  readonly count: number;
  readonly intercept: number;
  readonly slope: number;
  /** Of the slope: W. Newey and K. West, Econometrica 55 (1987), heteroskedasticity and so many lags allowed for. */
  readonly error: number;
  readonly lags: number;
  readonly rSquared: number;
}

/** A line has two parameters; of so many points it is no estimate. */
const LEAST = 3;

/** 4·(n/100)^(2/9), rounded down: what is usual. */
export function usualLags(count: number): number {
  return Math.floor(4 * (count / 100) ** (2 / 9));
}

/**
 * y on x by least squares. Var(slope) = (Γ₀ + Σ_l (1 − l/(L + 1))·2Γ_l) / (Σx̃²)², with Γ_l = Σ_t x̃_t·e_t·x̃_{t−l}·e_{t−l}.
 * @param lags L; the usual by default
 * @returns undefined of fewer than three points, or where all x are one
 */
export function lineThrough(x: readonly number[], y: readonly number[], lags = usualLags(x.length)): Line | undefined {
  const count = x.length;
  if (count < LEAST || varianceOf(x) === 0) return undefined;
  const slope = slopeOf(x, y);
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  const moved = x.map((value, t) => {
    const residual = (y[t] ?? 0) - meanY - slope * (value - meanX);
    return (value - meanX) * residual;
  });
  const gamma = (lag: number): number => moved.reduce((sum, one, t) => sum + one * (moved[t - lag] ?? 0), 0);
  let variance = gamma(0);
  for (let lag = 1; lag <= lags; lag += 1) variance += (1 - lag / (lags + 1)) * 2 * gamma(lag);
  const error = Math.sqrt(Math.max(0, variance)) / (count * covarianceOf(x, x));
  const rSquared = varianceOf(y) === 0 ? 0 : rSquaredOf(x, y);
  return { count, intercept: meanY - slope * meanX, slope, error, lags, rSquared };
}
