/**
 * How good prices were as forecasts of events: scores, and how often what had a price happened. G. Brier 1950; A. Murphy 1973; of forecasts
 * that are put into bins D. Stephenson, C. Coelho and I. Jolliffe, "Two Extra Components in the Brier Score Decomposition", 2008.
 */
import { compare, type Fraction, fraction } from "../protocol/amounts/fraction.js";
import { reducedSum } from "./final-values.js";
import { divided, minus, numberOf, product, square } from "./rational.js";

export interface Forecast {
  /** From 0 to 1. */
  readonly price: Fraction;
  readonly happened: boolean;
}

const ONE = fraction(1n);
const ZERO = fraction(0n);
const BINS = 10;
/** Of a normal deviate: 95 of 100. */
const CONFIDENT = 1.959963984540054;

/** Mean of (p − v)², exact; undefined of nothing. */
export function brierScore(forecasts: readonly Forecast[]): Fraction | undefined {
  return meanOf(forecasts.map(({ price, happened }) => square(minus(price, outcomeOf(happened)))));
}

/**
 * Mean of −ln of the price of what came true, nats; NaN of nothing.
 * @param least what a price counts as at least, above 0: one of 0 that comes true would make the mean infinite
 */
export function logScore(forecasts: readonly Forecast[], least: number): number {
  const losses = forecasts.map(({ price, happened }) => {
    const chance = numberOf(price);
    return -Math.log(Math.max(least, happened ? chance : 1 - chance));
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** Forecasts from `from` to `to`, of which the last bin includes its end. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly happened: number;
  /** Of the forecasts; undefined where there are none. */
  readonly meanPrice: Fraction | undefined;
  /** In how many of 1 the event lies with 95 % confidence, by Wilson 1927; each forecast counts as if it stood alone. */
  readonly interval: Interval | undefined;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export function reliabilityBins(forecasts: readonly Forecast[]): ReliabilityBin[] {
  return binned(forecasts).map((bin, k) => {
    const happened = bin.filter((one) => one.happened).length;
    return {
      from: k / BINS,
      to: (k + 1) / BINS,
      count: bin.length,
      happened,
      meanPrice: meanOf(bin.map(({ price }) => price)),
      interval: bin.length === 0 ? undefined : wilsonInterval(happened, bin.length),
    };
  });
}

/** Where a share lies of which so many of so many were seen. @param count above zero */
export function wilsonInterval(happened: number, count: number, deviate = CONFIDENT): Interval {
  const [share, z2] = [happened / count, deviate ** 2];
  const middle = (share + z2 / (2 * count)) / (1 + z2 / count);
  const half = (deviate / (1 + z2 / count)) * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count ** 2));
  // Exactly 0 and 1 where none or all were seen, which floats miss by a hair.
  return { low: happened === 0 ? 0 : middle - half, high: happened === count ? 1 : middle + half };
}

/** Exact: Brier score = reliability − resolution + uncertainty + withinVariance − withinCovariance. */
export interface Decomposition {
  /** How far frequencies are from what prices said: 0 is best. */
  readonly reliability: Fraction;
  /** How far frequencies of the groups are from each other: the more, the better. */
  readonly resolution: Fraction;
  /** What there was to know: ō(1 − ō). */
  readonly uncertainty: Fraction;
  /** What prices within a group differ by, and how that goes with what came: both 0 where all of a group are one. */
  readonly withinVariance: Fraction;
  readonly withinCovariance: Fraction;
}

/** In ten bins; undefined of nothing. */
export function decomposed(forecasts: readonly Forecast[]): Decomposition | undefined {
  return decompositionOf(binned(forecasts));
}

/** Murphy's own: forecasts of one price are a group, so that nothing differs within any. */
export function decomposedByPrice(forecasts: readonly Forecast[]): Decomposition | undefined {
  const groups: Forecast[][] = [];
  for (const one of [...forecasts].sort((a, b) => compare(a.price, b.price))) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && compare(last[0].price, one.price) === 0) last.push(one);
    else groups.push([one]);
  }
  return decompositionOf(groups);
}

function decompositionOf(groups: readonly (readonly Forecast[])[]): Decomposition | undefined {
  const all = groups.flat();
  const base = meanOf(all.map(({ happened }) => outcomeOf(happened)));
  if (base === undefined) return undefined;
  const parts = groups.flatMap((group) => {
    const price = meanOf(group.map((one) => one.price));
    const rate = meanOf(group.map(({ happened }) => outcomeOf(happened)));
    if (price === undefined || rate === undefined) return [];
    const weighted = (value: Fraction): Fraction => product(value, fraction(BigInt(group.length)));
    const variance = group.map((one) => square(minus(one.price, price)));
    const covariance = group.map((one) => product(minus(one.price, price), minus(outcomeOf(one.happened), rate)));
    return [
      {
        reliability: weighted(square(minus(price, rate))),
        resolution: weighted(square(minus(rate, base))),
        withinVariance: reducedSum(variance),
        withinCovariance: product(reducedSum(covariance), fraction(2n)),
      },
    ];
  });
  const mean = (of: keyof (typeof parts)[number]): Fraction =>
    divided(reducedSum(parts.map((part) => part[of])), all.length);
  return {
    reliability: mean("reliability"),
    resolution: mean("resolution"),
    uncertainty: product(base, minus(ONE, base)),
    withinVariance: mean("withinVariance"),
    withinCovariance: mean("withinCovariance"),
  };
}

function binned(forecasts: readonly Forecast[]): Forecast[][] {
  const bins = Array.from({ length: BINS }, (): Forecast[] => []);
  for (const one of forecasts) {
    const { numerator, denominator } = one.price;
    const bin = Number((numerator * BigInt(BINS)) / denominator);
    bins[Math.min(BINS - 1, Math.max(0, bin))]?.push(one);
  }
  return bins;
}

function outcomeOf(happened: boolean): Fraction {
  return happened ? ONE : ZERO;
}

function meanOf(values: readonly Fraction[]): Fraction | undefined {
  return values.length === 0 ? undefined : divided(reducedSum(values), values.length);
}
