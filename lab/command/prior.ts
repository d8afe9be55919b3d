/** What a maker begins with. */
const SPREAD_OUT = 8_000n;
const LEAST_WEIGHT = 100n;

/** Weights of a prior, in the proportion of `masses`, none of them so small that a maker does not take it. */
export function priorOf(masses: readonly bigint[]): bigint[] {
  const total = masses.reduce((sum, mass) => sum + mass, 0n);
  return masses.map((mass) => LEAST_WEIGHT + (mass * SPREAD_OUT) / total);
}
