/**
 * What a market maker who breaks even, one informed trader and noise come to: A. S. Kyle, "Continuous Auctions and Insider Trading",
 * Econometrica 53 (1985), theorems 1 and 2. An asset is worth v, normal with deviation σ_v; noise trades u, with deviation σ_u in all
 * auctions together; the insider knows v; the maker sees only y, the sum of both, and sets the price by it.
 */

/** Of a single auction: price p₀ + λ·y, insider's order β·(v − p₀). */
export interface KyleAuction {
  readonly lambda: number;
  readonly beta: number;
  /** Var(v | p): half of σ_v², whatever σ_u. */
  readonly leftVariance: number;
  /** Expected, of the insider; noise loses it, the maker gets nothing. */
  readonly insiderProfit: number;
}

export function kyleAuction(sigmaV: number, sigmaU: number): KyleAuction {
  return {
    lambda: sigmaV / (2 * sigmaU),
    beta: sigmaU / sigmaV,
    leftVariance: sigmaV ** 2 / 2,
    insiderProfit: (sigmaV * sigmaU) / 2,
  };
}

/** What the maker's λ becomes, in parts of the equilibrium's, once it is estimated anew from an insider who answered it best. */
export function nextLambda(part: number): number {
  return (2 * part) / (1 + part ** 2);
}

/** One of N auctions, for σ_v = σ_u = 1 and noise of variance 1/N in each. */
export interface KyleStep {
  readonly lambda: number;
  /** β_n·Δt: lots that the insider trades for each unit of v − p_{n−1}. */
  readonly trade: number;
  /** Σ_n: what is left of v's variance after it. */
  readonly left: number;
}

export interface SequentialKyle {
  readonly steps: readonly KyleStep[];
  /** Expected, of the insider, in units of σ_v·σ_u. */
  readonly insiderProfit: number;
}

const HALVINGS = 200;

/**
 * N auctions one after the other (theorem 2). Backwards from Σ_N, with α_N = δ_N = 0, Δt = 1/N, σ_u² = 1:
 *
 *     β_n·Δt = (1 − 2·α_n·λ_n) / (2·λ_n·(1 − α_n·λ_n))     λ_n = β_n·Σ_n     Σ_n = (1 − β_n·λ_n·Δt)·Σ_{n−1}
 *     α_{n−1} = 1 / (4·λ_n·(1 − α_n·λ_n))                  δ_{n−1} = δ_n + α_n·λ_n²·Δt
 *
 * Σ_0 rises with Σ_N: that Σ_N is taken for which it is 1. The insider's profit is α_0·Σ_0 + δ_0.
 * @param auctions N, from 1 on
 */
export function sequentialKyle(auctions: number): SequentialKyle {
  let [low, high] = [0, 1];
  for (let k = 0; k < HALVINGS; k += 1) {
    const middle = (low + high) / 2;
    if (backwards(auctions, middle).first > 1) high = middle;
    else low = middle;
  }
  const { steps, alpha, delta, first } = backwards(auctions, (low + high) / 2);
  return { steps, insiderProfit: alpha * first + delta };
}

function backwards(auctions: number, last: number) {
  const dt = 1 / auctions;
  let [alpha, delta, left] = [0, 0, last];
  const steps: KyleStep[] = [];
  for (let n = auctions; n >= 1; n -= 1) {
    const lambda = lambdaOf(alpha, left, dt);
    const trade = (1 - 2 * alpha * lambda) / (2 * lambda * (1 - alpha * lambda));
    steps.unshift({ lambda, trade, left });
    delta += alpha * lambda ** 2 * dt;
    alpha = 1 / (4 * lambda * (1 - alpha * lambda));
    left /= 1 - lambda * trade;
  }
  return { steps, alpha, delta, first: left };
}

/**
 * λ_n = β_n·Σ_n with β_n from above: the root of 2·λ²·(1 − α·λ)·Δt = (1 − 2·α·λ)·Σ between 0 and 1 / (2·α), where the second-order
 * condition λ·(1 − α·λ) > 0 holds. The left side rises there, the right side falls.
 */
function lambdaOf(alpha: number, left: number, dt: number): number {
  let [low, high] = [0, alpha === 0 ? Math.sqrt(left / dt) : 1 / (2 * alpha)];
  for (let k = 0; k < HALVINGS; k += 1) {
    const lambda = (low + high) / 2;
    if (2 * lambda ** 2 * (1 - alpha * lambda) * dt > (1 - 2 * alpha * lambda) * left) high = lambda;
    else low = lambda;
  }
  return (low + high) / 2;
}

/** Of a price schedule that stands before anybody trades, each lot μ dearer than the one before; the insider trades v / μ. */
export interface LadderOutcome {
  /** Of flow on v. */
  readonly rSquared: number;
  /** The maker's, expected; below zero it is a subsidy. */
  readonly makerProfit: number;
  readonly insiderProfit: number;
}

/** Where μ = σ_v/σ_u = 2·λ the maker breaks even: the mean price of y lots is then λ·y. */
export function ladderOutcome(sigmaV: number, sigmaU: number, slope: number): LadderOutcome {
  const insiderProfit = sigmaV ** 2 / (2 * slope);
  return {
    rSquared: sigmaV ** 2 / (sigmaV ** 2 + slope ** 2 * sigmaU ** 2),
    makerProfit: (slope * sigmaU ** 2) / 2 - insiderProfit,
    insiderProfit,
  };
}
