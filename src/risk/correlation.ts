/** What a breakdown of correlations does to the worst loss: C_η = (1 − η) C + η C_t, from as it is (η = 0) to what may become (η = 1). */
import { correlationsOf, fromCorrelations, hasNegative, volatilitiesOf } from "./covariance.js";
import { RiskError } from "./errors.js";
import { deviationOf } from "./reverse.js";
import type { Square, Vector } from "./vectors.js";

/** What correlations may become: none, all the same, or of the holder's largest two opposite positions the opposite. */
export type Breakdown = "none" | "flipped" | { readonly all: number };

/** The parts of the way at which it is told. */
export const STEPS = [0, 0.5, 1] as const;

/** @returns C_t. @throws RiskError CORRELATION_INVALID (below −1/(n−1) no n assets can all be correlated) */
export function brokenCorrelations(correlations: Square, breakdown: Breakdown, exposure: Vector): number[][] {
  const fill = (value: number): number[][] => correlations.map((row, i) => row.map((_, j) => (i === j ? 1 : value)));
  if (breakdown === "none") return fill(0);
  if (breakdown !== "flipped") {
    const { all } = breakdown;
    const filled = fill(all);
    if (!(Math.abs(all) <= 1) || hasNegative(filled)) {
      throw new RiskError("CORRELATION_INVALID", { pair: "all", correlation: all });
    }
    return filled;
  }
  const [a, b] = pairOf(exposure);
  return correlations.map((row, i) =>
    row.map((value, j) => ((i === a && j === b) || (i === b && j === a) ? -value + 0 : value)),
  );
}

/** The asset with the largest exposure, and that with the largest of the other sign; without one, the second largest. */
export function pairOf(exposure: Vector): readonly [number, number] {
  const bySize = exposure.map((_, k) => k).sort((a, b) => Math.abs(exposure[b] ?? 0) - Math.abs(exposure[a] ?? 0));
  const [first = 0, ...others] = bySize;
  const opposite = others.find((k) => (exposure[k] ?? 0) * (exposure[first] ?? 0) < 0);
  return [first, opposite ?? others[0] ?? first];
}

/**
 * The standard deviation of the holder's gain on the way to C_t. Between two correlation matrices all are; `flipped` may be
 * none of three or more assets, and where it is none there is no figure.
 */
export function deviationAlong(
  exposure: Vector,
  covariance: Square,
  breakdown: Breakdown,
  eta: number,
): number | undefined {
  if (!(eta >= 0 && eta <= 1)) throw new RiskError("PARAMETER_INVALID", { what: "eta", value: eta });
  const before = correlationsOf(covariance);
  const target = brokenCorrelations(before, breakdown, exposure);
  const mixed = before.map((row, i) => row.map((value, j) => (1 - eta) * value + eta * (target[i]?.[j] ?? 0)));
  if (hasNegative(mixed)) return undefined;
  return deviationOf(exposure, fromCorrelations(volatilitiesOf(covariance), mixed));
}

/** Loss of so many standard deviations, on the way to each of three breakdowns. */
export interface LossesAlong {
  readonly to: string;
  /** At each of `STEPS`; undefined where the correlations contradict each other. */
  readonly losses: readonly (number | undefined)[];
}

/** @param all to what all correlations may go @throws RiskError CORRELATION_INVALID */
export function lossesAlong(exposure: Vector, covariance: Square, sigmas: number, all: number): LossesAlong[] {
  const breakdowns: readonly (readonly [string, Breakdown])[] = [
    ["none", "none"],
    [`all ${all}`, { all }],
    ["opposite", "flipped"],
  ];
  return breakdowns.map(([to, breakdown]) => ({
    to,
    losses: STEPS.map((eta) => {
      const deviation = deviationAlong(exposure, covariance, breakdown, eta);
      return deviation === undefined ? undefined : sigmas * deviation;
    }),
  }));
}
