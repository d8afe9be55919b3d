/**
 * Reverse stress in closed form: instead of what a scenario costs, the scenario that costs most, or that costs so much. A holder's gain is
 * linear in returns, d · r, so nothing has to be searched for.
 */
import { RiskError } from "./errors.js";
import { normalTail } from "./normal.js";
import { applied, dot, quadratic, scaled, type Square, type Vector } from "./vectors.js";

/** A joint move of all assets. */
export interface Move {
  /** r_k, parts of the price. */
  readonly returns: Vector;
  /** −d · r, above zero. */
  readonly loss: number;
}

export interface PlausibleMove extends Move {
  /** κ: how many standard deviations of the holder's gain it is. */
  readonly sigmas: number;
  /** Φ(−κ): how likely so large a loss is if returns are normal. */
  readonly tail: number;
}

/** √(d'Σd): the standard deviation of the holder's gain. */
export function deviationOf(exposure: Vector, covariance: Square): number {
  return Math.sqrt(quadratic(covariance, exposure));
}

/**
 * The worst move at plausibility κ, r'Σ⁻¹r = κ²: r* = −κ Σd / √(d'Σd), with the loss κ √(d'Σd).
 * @returns undefined if nothing that moves is held more or less of than in the baseline
 * @throws RiskError PARAMETER_INVALID
 */
export function worstMove(exposure: Vector, covariance: Square, sigmas: number): PlausibleMove | undefined {
  requirePositive("sigmas", sigmas);
  const deviation = deviationOf(exposure, covariance);
  if (deviation === 0) return undefined;
  const returns = scaled(applied(covariance, exposure), -sigmas / deviation);
  return { returns, loss: sigmas * deviation, sigmas, tail: normalTail(sigmas) };
}

/**
 * The most plausible move that loses as much: r* = −L Σd / (d'Σd), at κ = L / √(d'Σd).
 * @returns undefined if no move of these assets loses anything
 * @throws RiskError PARAMETER_INVALID
 */
export function likeliestMove(exposure: Vector, covariance: Square, loss: number): PlausibleMove | undefined {
  requirePositive("loss", loss);
  const deviation = deviationOf(exposure, covariance);
  if (deviation === 0) return undefined;
  return worstMove(exposure, covariance, loss / deviation);
}

/**
 * The worst move if each asset moves by no more than s_k, in whatever combination: r_k = −s_k · sign d_k, loss Σ s_k |d_k|.
 * @throws RiskError PARAMETER_INVALID
 */
export function worstInBox(exposure: Vector, most: Vector): Move | undefined {
  most.forEach((size) => {
    if (!Number.isFinite(size) || size < 0) throw new RiskError("PARAMETER_INVALID", { what: "box", value: size });
  });
  const returns = exposure.map((d, k) => (d === 0 ? 0 : -Math.sign(d) * (most[k] ?? 0) + 0));
  const loss = -dot(exposure, returns);
  return loss === 0 ? undefined : { returns, loss };
}

function requirePositive(what: string, value: number): void {
  if (!Number.isFinite(value) || value <= 0) throw new RiskError("PARAMETER_INVALID", { what, value });
}
