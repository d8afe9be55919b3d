/** One lot at a time in an event of two outcomes: the first happens, or the second. */

/** Ticks of a weight of 1: fine, so that rounding prices is nothing beside what they move. */
export const SCALE = 1_000_000n;
/** The price of outcome 1, as a part. Rounding a price errs by half a tick; sums of squares by no more than this. */
export const TICK_ERROR = 2e-4;
/** Behind the maker: everybody who comes, informed or not. */
export const CROWD = 1;
export const PEOPLE = 2;

/** How much of everything a run does. */
export interface Size {
  /** Shares of informed traders, and how many trades each is followed for. */
  readonly crowds: readonly { readonly informed: number; readonly trades: number }[];
  /** Trades of which all paths are played. */
  readonly allPaths: number;
  /** Roots on a chain, of two trades each. */
  readonly onChain: number;
}

export const FULL: Size = {
  crowds: [0.05, 0.1, 0.2, 0.5].map((informed) => ({ informed, trades: 100 })).concat([{ informed: 0.7, trades: 20 }]),
  allPaths: 6,
  onChain: 64,
};
/** In seconds, for the tests. */
export const SHORT: Size = {
  crowds: [0.1, 0.5].map((informed) => ({ informed, trades: 10 })),
  allPaths: 3,
  onChain: 64,
};

/** After how many trades figures are shown. */
export const SHOWN = [1, 10, 20, 50, 100] as const;
