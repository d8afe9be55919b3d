/**
 * The pairs rule of Gatev, Goetzmann and Rouwenhorst ("Pairs Trading: Performance of a Relative-Value Arbitrage Rule", Review of
 * Financial Studies 19, 2006). Over a formation period pairs are ranked by the sum of squared differences of their normalised
 * prices; over the trading period that follows, prices normalised anew, a pair is opened when its spread is beyond two standard
 * deviations of the formation's, and closed when the spread next crosses zero, or at the end. Prices are numbers here: the rule
 * decides, and pays nothing.
 */
export interface RuleTerms {
  /** Observations of the formation; trading begins at its last. */
  readonly formation: number;
  /** Steps of the trading period, and from one window to the next. */
  readonly trading: number;
  /** How many of the closest pairs are traded. */
  readonly top: number;
  /** Observations between the signal and the opening: 0, or 1 for prices that could be had. */
  readonly wait: number;
}

/** Where a window lies in the observations: formation from `start`, trading from `begin` to `end`. */
export interface Window {
  readonly start: number;
  readonly begin: number;
  readonly end: number;
}

export interface PairTrade {
  /** Numbers of the symbols: the loser is bought, the winner sold. */
  readonly long: number;
  readonly short: number;
  /** Observations. */
  readonly opens: number;
  readonly closes: number;
  readonly isCrossed: boolean;
}

/** A pair in a window, and what the rule does with it; the symbols in the order of the file. */
export interface TradedPair {
  readonly window: Window;
  readonly symbols: readonly [number, number];
  readonly trades: readonly PairTrade[];
}

type Prices = readonly (readonly (number | undefined)[])[];

const DEVIATIONS = 2;

export function windowsOf(observations: number, { formation, trading }: RuleTerms): Window[] {
  const windows: Window[] = [];
  for (let start = 0; start + formation - 1 + trading < observations; start += trading) {
    windows.push({ start, begin: start + formation - 1, end: start + formation - 1 + trading });
  }
  return windows;
}

/** The closest pairs of each window, those without a trade among them. */
export function tradedPairs(prices: Prices, terms: RuleTerms): TradedPair[] {
  return windowsOf(prices.length, terms).flatMap((window) =>
    closestPairs(prices, window)
      .slice(0, terms.top)
      .map(({ symbols, deviation }) => ({
        window,
        symbols,
        trades: tradesOf(spreadOf(prices, symbols, window.begin), window, symbols, deviation, terms.wait),
      })),
  );
}

interface Formed {
  readonly symbols: readonly [number, number];
  readonly distance: number;
  /** Of the formation's spread, with n − 1. */
  readonly deviation: number;
}

/** Of symbols that have a price at every observation of the window; of equal ones the first in the file. */
function closestPairs(prices: Prices, { start, begin, end }: Window): Formed[] {
  const of = (prices[start] ?? []).keys();
  const complete = [...of].filter((k) => prices.slice(start, end + 1).every((row) => row[k] !== undefined));
  const formed = complete.flatMap((first, place) =>
    complete.slice(place + 1).map((second): Formed => {
      const spreads = Array.from({ length: begin - start + 1 }, (_, t) =>
        spreadOf(prices, [first, second], start)(start + t),
      );
      const distance = sum(spreads.map((spread) => spread * spread));
      const mean = sum(spreads) / spreads.length;
      const deviation = Math.sqrt(sum(spreads.map((spread) => (spread - mean) ** 2)) / (spreads.length - 1));
      return { symbols: [first, second], distance, deviation };
    }),
  );
  return formed.sort((a, b) => a.distance - b.distance);
}

/** Both prices as parts of what they were at `base`. */
function spreadOf(prices: Prices, [first, second]: readonly [number, number], base: number): (t: number) => number {
  const part = (t: number, k: number): number => (prices[t]?.[k] ?? NaN) / (prices[base]?.[k] ?? NaN);
  return (t) => part(t, first) - part(t, second);
}

/** Several rounds if there is time. What opens at the end would only close there, and does not. */
function tradesOf(
  spread: (t: number) => number,
  { begin, end }: Window,
  [first, second]: readonly [number, number],
  deviation: number,
  wait: number,
): PairTrade[] {
  const trades: PairTrade[] = [];
  let open: { readonly sign: number; readonly opens: number } | undefined;
  const close = (closes: number, isCrossed: boolean): void => {
    if (open === undefined) return;
    const [long, short] = open.sign < 0 ? [first, second] : [second, first];
    trades.push({ long, short, opens: open.opens, closes, isCrossed });
    open = undefined;
  };
  for (let t = begin + 1; t <= end; t += 1) {
    const now = spread(t);
    if (open !== undefined) {
      if (t >= open.opens && Math.sign(now) !== open.sign) close(t, true);
    } else if (Math.abs(now) > DEVIATIONS * deviation && t + wait < end)
      open = { sign: Math.sign(now), opens: t + wait };
  }
  close(end, false);
  return trades;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
