/**
 * Kyle's auction with k informed traders who each see v with an error of their own, none the others'. Derived here: each trades β·s_i of
 * its signal s_i = v + e_i, ρ = σ_v² / (σ_v² + σ_e²); given s_i it expects ρ·s_i of v and (k − 1)·β·ρ·s_i of the others, so
 *
 *     β = ρ·(1 − λ·(k − 1)·β) / (2·λ)  ⇒  λ·β = ρ / (2 + (k − 1)·ρ)     λ = cov(v, y) / var(y)  ⇒  β = (σ_u/σ_v)·√(ρ/k)
 *
 * ρ = 1 is the known k / (k + 1) (A. Admati and P. Pfleiderer 1988); k = ρ = 1 is Kyle's.
 */

export interface CuratedAuction {
  readonly lambda: number;
  readonly beta: number;
  /** I = R² of flow on v, kρ / (2 + (k − 1)ρ): σ_u is not in it. */
  readonly information: number;
  /** Of all informed together, expected; noise loses it. */
  readonly insidersProfit: number;
}

/** @param precision ρ, above 0 and up to 1 */
export function curatedAuction(traders: number, precision: number, sigmaV: number, sigmaU: number): CuratedAuction {
  const share = 2 + (traders - 1) * precision;
  const lambda = (sigmaV / sigmaU) * (Math.sqrt(traders * precision) / share);
  return {
    lambda,
    beta: (sigmaU / sigmaV) * Math.sqrt(precision / traders),
    information: (traders * precision) / share,
    insidersProfit: lambda * sigmaU ** 2,
  };
}
