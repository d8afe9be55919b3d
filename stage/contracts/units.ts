/** The round figures of the tests' sessions. Amounts are wei, prices ticks, quantities lots. */

/** One session or leg token. */
export const TOKEN = 10n ** 18n;
/** Ticks that make a basket weight of 1. */
export const SCALE = 10_000n;
/** What one tick of one lot is worth. */
export const TICK_VALUE = 10n ** 11n;
/** What one lot of a leg pays at most: 0.001 token. */
export const LOT_VALUE = SCALE * TICK_VALUE;
/** N of a test session. */
export const SUPPLY = 1_000n * TOKEN;

export const DAY = 86_400;

/** The largest order. */
export const MAX_ORDER_LOTS = 2n ** 39n - 1n;
/** The one nonce that nobody can use. */
export const LAST_NONCE = 2n ** 24n - 1n;

export const MAX_INT64 = 2n ** 63n - 1n;
export const MAX_UINT64 = 2n ** 64n - 1n;
export const MAX_UINT32 = 2 ** 32 - 1;
export const MAX_UINT40 = 2n ** 40n - 1n;
export const MAX_UINT96 = 2n ** 96n - 1n;

/** What is held back for an order that may need so many wei, if that is not nearly the whole supply. */
export function reserveOf(need: bigint, supply = SUPPLY): bigint {
  let unit = 1n;
  while (65_536n * unit <= supply) unit *= 2n;
  const whole = need / unit;
  return (whole * unit === need ? whole : whole + 1n) * unit;
}

/** How long an order may wait, as it is signed. */
export const TIME_IN_FORCE = { goodTillCancelled: 0, immediateOrCancel: 1, fillOrKill: 2, postOnly: 3 } as const;

/** Cash flow of `lots` lots at `price`, for the buyer's side a cost. */
export function costOf(lots: bigint, price: bigint): bigint {
  return lots * price * TICK_VALUE;
}
