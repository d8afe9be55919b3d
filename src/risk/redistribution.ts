/**
 * The session as a whole cannot lose: what one gains others lose. What can be large is how much changes hands,
 * T(r) = ½ Σ_i |d_i · r|; here its greatest value over the moves of plausibility κ. T(r) is the largest of g · r over all signs, with
 * g = ½ Σ_i ± d_i, so the greatest is κ √(g'Σg) for the best signs; with two assets there are few, with more it is bounded.
 */
import { eigenOf, squareRootOf } from "./eigen.js";
import { RiskError } from "./errors.js";
import { deviationOf, worstMove } from "./reverse.js";
import { applied, dot, scaled, type Square, type Vector } from "./vectors.js";

export interface Redistribution {
  /** A move that redistributes as much as `atLeast`; all zero if none does. */
  readonly returns: Vector;
  /** T of it. No move of that plausibility is known that redistributes more, */
  readonly atLeast: number;
  /** and none redistributes more than this. The same as `atLeast` where the greatest is known. */
  readonly atMost: number;
}

/** Moves of the holders with the largest exposures are tried as beginnings too. */
const BEGINNERS = 64;
const ROUNDS = 1_000;

/** T(r) = ½ Σ_i |d_i · r|. */
export function redistributed(exposures: readonly Vector[], returns: Vector): number {
  return exposures.reduce((sum, exposure) => sum + Math.abs(dot(exposure, returns)), 0) / 2;
}

/**
 * @param exposures d_i, one for each holder
 * @param sigmas κ
 * @throws RiskError PARAMETER_INVALID
 */
export function mostRedistributed(exposures: readonly Vector[], covariance: Square, sigmas: number): Redistribution {
  if (!Number.isFinite(sigmas) || sigmas <= 0)
    throw new RiskError("PARAMETER_INVALID", { what: "sigmas", value: sigmas });
  const assets = covariance.length;
  const still: Pick<Redistribution, "returns" | "atLeast"> = {
    returns: Array.from({ length: assets }, () => 0),
    atLeast: 0,
  };
  const isPlane = assets <= 2;
  const signed = isPlane
    ? signsInPlane(exposures).map((g) => worstMove(scaled(g, -1), covariance, sigmas)?.returns)
    : beginnings(exposures, covariance, sigmas).map((start) => climb(exposures, covariance, sigmas, start));
  const best = signed.reduce<typeof still>((most, returns) => {
    if (returns === undefined) return most;
    const atLeast = redistributed(exposures, returns);
    return atLeast > most.atLeast ? { returns, atLeast } : most;
  }, still);
  const each = exposures.reduce((sum, exposure) => sum + deviationOf(exposure, covariance), 0);
  return { ...best, atMost: isPlane ? best.atLeast : Math.max(best.atLeast, (sigmas * each) / 2) };
}

/**
 * g for all signs that some direction of the plane gives: between two directions on which somebody gains nothing they are the same, so
 * there are as many as holders, up to the sign of all.
 */
function signsInPlane(exposures: readonly Vector[]): number[][] {
  const angles = exposures
    .filter((exposure) => exposure.some((entry) => entry !== 0))
    .map(([x = 0, y = 0]) => (Math.atan2(y, x) + 1.5 * Math.PI) % Math.PI) // of the line across it
    .sort((a, b) => a - b);
  const [first] = angles;
  if (first === undefined) return [];
  return angles.map((angle, k) => {
    const middle = (angle + (angles[k + 1] ?? first + Math.PI)) / 2;
    return halfSum(exposures, [Math.cos(middle), Math.sin(middle)]);
  });
}

/** From each eigenvector of Σ^½ (Σ_i d_i d_i') Σ^½, and from the worst move of each of the largest holders. */
function beginnings(exposures: readonly Vector[], covariance: Square, sigmas: number): Vector[] {
  const root = squareRootOf(covariance);
  const whitened = exposures.map((exposure) => applied(root, exposure));
  const spread = covariance.map((_, i) =>
    covariance.map((__, j) => whitened.reduce((sum, own) => sum + (own[i] ?? 0) * (own[j] ?? 0), 0)),
  );
  const axes = eigenOf(spread).map(({ vector }) => applied(root, vector));
  const largest = [...exposures]
    .sort((a, b) => deviationOf(b, covariance) - deviationOf(a, covariance))
    .slice(0, BEGINNERS)
    .map((exposure) => worstMove(exposure, covariance, sigmas)?.returns)
    .filter((returns) => returns !== undefined);
  return [...axes, ...largest];
}

/** r ← κ Σg / √(g'Σg): the best move for the signs of the last one. T never falls on the way, and signs are finitely many. */
function climb(exposures: readonly Vector[], covariance: Square, sigmas: number, start: Vector): Vector | undefined {
  let found: Vector | undefined;
  let most = -1;
  let from = start;
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = worstMove(scaled(halfSum(exposures, from), -1), covariance, sigmas)?.returns;
    if (next === undefined) return found;
    const value = redistributed(exposures, next);
    if (value <= most) return found;
    [found, most, from] = [next, value, next];
  }
  return found;
}

/** ½ Σ_i sign(d_i · r) d_i; who gains nothing counts as a gainer, which is as good. */
function halfSum(exposures: readonly Vector[], returns: Vector): number[] {
  const sum = returns.map(() => 0);
  for (const exposure of exposures) {
    const sign = dot(exposure, returns) < 0 ? -0.5 : 0.5;
    exposure.forEach((entry, k) => {
      sum[k] = (sum[k] ?? 0) + sign * entry;
    });
  }
  return sum;
}
