/**
 * What an account would have outside of a book, computed in shares and by nothing of the library: the judge of what the sessions
 * paid. A lot of a leg at a price moves shares between two owners and nothing else.
 */
export interface PlainBasket {
  /** q, smallest units of each asset. */
  readonly quantities: readonly bigint[];
  /** N, and the wei of a lot at full weight. */
  readonly supply: bigint;
  readonly lotValue: bigint;
  /** Ticks that are a weight of 1. */
  readonly scale: bigint;
}

export interface PlainFill {
  /** From 0. */
  readonly leg: number;
  readonly price: bigint;
  /** + bought, − sold. */
  readonly lots: bigint;
}

/** Shares of each asset, each in units of 1 / (N · scale) smallest units: whole numbers. */
type Shares = readonly bigint[];

/** @param tokens session tokens at the start, wei */
export function sharesAfter(basket: PlainBasket, tokens: bigint, fills: readonly PlainFill[]): Shares {
  const { quantities, lotValue, scale } = basket;
  return quantities.map((quantity, k) => {
    const own = tokens * scale * quantity;
    const traded = fills.map(({ leg, price, lots }) => lots * lotValue * ((leg === k ? scale : 0n) - price) * quantity);
    return traded.reduce((sum, one) => sum + one, own);
  });
}

/** Whole smallest units, rounded down, as a pool gives them. */
export function delivered({ supply, scale }: PlainBasket, shares: Shares): bigint[] {
  return shares.map((amount) => amount / (supply * scale));
}

/** What the change from one holding to another is worth. @returns the prices' units times smallest units, as a fraction */
export function worthOfChange({ supply, scale }: PlainBasket, from: Shares, to: Shares, prices: readonly bigint[]) {
  const numerator = to.reduce((sum, amount, k) => sum + (amount - (from[k] ?? 0n)) * (prices[k] ?? 0n), 0n);
  return { numerator, denominator: supply * scale };
}
