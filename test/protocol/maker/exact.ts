/**
 * exp and ln to 60 digits and more, by power series in whole numbers: the judge of the maker's fixed-point arithmetic. Shares no line
 * with it.
 */
const DIGITS = 70n;
const UNIT = 10n ** DIGITS;
const HALVINGS = 12n;

/** A number in units of 10^-70. */
export type Exact = bigint;

/** numerator / denominator, as an Exact. */
export function exact(numerator: bigint, denominator = 1n): Exact {
  return (numerator * UNIT) / denominator;
}

/** e^x: the series at x / 4096, squared twelve times. */
export function exactExp(x: Exact): Exact {
  if (x < -200n * UNIT) return 0n; // below 10^-80
  if (x < 0n) return (UNIT * UNIT) / exactExp(-x);
  const small = x >> HALVINGS;
  let [sum, term] = [UNIT, UNIT];
  for (let n = 1n; term > 0n; n += 1n) {
    term = (term * small) / (UNIT * n);
    sum += term;
  }
  for (let n = 0n; n < HALVINGS; n += 1n) sum = (sum * sum) / UNIT;
  return sum;
}

const LN_TWO = atanhSeries(UNIT / 3n) * 2n;

/** ln x for x above 0: of x / 2^k, near 1, by ln y = 2 artanh((y − 1) / (y + 1)). */
export function exactLn(x: Exact): Exact {
  let [y, k] = [x, 0n];
  while (y > 2n * UNIT) [y, k] = [y / 2n, k + 1n];
  while (y < UNIT) [y, k] = [y * 2n, k - 1n];
  return 2n * atanhSeries(((y - UNIT) * UNIT) / (y + UNIT)) + k * LN_TWO;
}

function atanhSeries(z: Exact): Exact {
  let [sum, power] = [z, z];
  for (let n = 3n; power !== 0n; n += 2n) {
    power = (power * z * z) / (UNIT * UNIT);
    sum += power / n;
  }
  return sum;
}

/** Units of 10^-18 with `decimals` more digits behind them, cut. */
export function inQuintillionths(x: Exact, decimals = 0n): bigint {
  return x / 10n ** (DIGITS - 18n - decimals);
}

/** C / β = ln Σ w_i exp(s_i / β), without the constant of the prior. */
export function exactLevel(weights: readonly bigint[], owed: readonly bigint[], beta: bigint): Exact {
  const top = owed.reduce((a, b) => (b > a ? b : a));
  const sum = owed.reduce((total, s, i) => total + (weights[i] ?? 0n) * exactExp(exact(s - top, beta)), 0n);
  return exact(top, beta) + exactLn(sum);
}

/** What a trade costs, in units of 10^-70 ticks · lots. */
export function exactCost({ weights, owed, pays, beta }: ExactVertices, lots: bigint): Exact {
  const then = owed.map((s, i) => s + lots * (pays[i] ?? 0n));
  return (exactLevel(weights, then, beta) - exactLevel(weights, owed, beta)) * beta;
}

export interface ExactVertices {
  readonly weights: readonly bigint[];
  readonly owed: readonly bigint[];
  readonly pays: readonly bigint[];
  readonly beta: bigint;
}
