/**
 * Prices for one lot at a time, of a maker who knows what share of those who come is informed: L. Glosten and P. Milgrom, "Bid, Ask and
 * Transaction Prices in a Specialist Market with Heterogeneously Informed Traders", Journal of Financial Economics 14 (1985). The asset is
 * worth 1 or 0; somebody informed, with probability μ, buys if it is 1 and sells if it is 0; everybody else does either with ½.
 */

export interface OneLotQuote {
  readonly bid: number;
  readonly ask: number;
}

/** What the asset is worth given that somebody sells, or buys. @param price from 0 to 1, before anybody comes */
export function oneLotQuote(price: number, informed: number): OneLotQuote {
  const [yes, no] = [price, 1 - price];
  const [up, down] = [1 + informed, 1 - informed];
  return { bid: (yes * down) / (yes * down + no * up), ask: (yes * up) / (yes * up + no * down) };
}

/** ask − bid = 4p(1 − p)μ / (1 − (1 − 2p)²μ²); at p = ½ it is μ. */
export function oneLotSpread(price: number, informed: number): number {
  return (4 * price * (1 - price) * informed) / (1 - (1 - 2 * price) ** 2 * informed ** 2);
}

/** ln((1 + μ) / (1 − μ)): what one trade moves the log-odds by. */
export function logOddsStep(informed: number): number {
  return Math.log((1 + informed) / (1 - informed));
}

/** Nats that a trade brings at the truth, expected. */
export function natsOfTrade(informed: number): number {
  return informed * logOddsStep(informed);
}

/** The price after `buys` of `trades` from a prior of ½; the order in which they came does not matter. */
export function priceAfter(informed: number, trades: number, buys: number): number {
  return 1 / (1 + Math.exp(-(2 * buys - trades) * logOddsStep(informed)));
}

/** Probability that `buys` of `trades` buy while the asset is worth 1: binomial with (1 + μ)/2. */
export function probabilityOf(informed: number, trades: number, buys: number): number {
  let chance = 1;
  const [up, down] = [(1 + informed) / 2, (1 - informed) / 2];
  // Factors in turn, so that neither the coefficient nor the power leaves the range of a float.
  for (let k = 0; k < buys; k += 1) chance *= ((trades - k) / (buys - k)) * up;
  return chance * down ** (trades - buys);
}

export interface ForecastError {
  /** B = E(v − p_T)². */
  readonly brier: number;
  /** I = 1 − B / B₀ = 1 − 4B. */
  readonly information: number;
  /** E[−ln p_T(v)], nats. */
  readonly logScore: number;
}

/** After T trades, from a prior of ½: the sum over how many of them bought. By symmetry v = 1 is all there is to look at. */
export function forecastError(informed: number, trades: number): ForecastError {
  const all = Array.from({ length: trades + 1 }, (_, buys) => ({
    weight: probabilityOf(informed, trades, buys),
    price: priceAfter(informed, trades, buys),
  }));
  const brier = all.reduce((sum, { weight, price }) => sum + weight * (1 - price) ** 2, 0);
  const logScore = all.reduce((sum, { weight, price }) => sum - weight * Math.log(price), 0);
  return { brier, information: 1 - 4 * brier, logScore };
}
