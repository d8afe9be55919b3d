/**
 * One auction through a book: everybody's orders are there before anybody sees them, the maker sees their sum alone, sets one price, and
 * stands at it for all.
 */
import { TimeInForce } from "../../src/protocol/signing/package.js";
import type { MarketRef } from "../../src/protocol/signing/package.js";
import type { Laboratory, LabOrder } from "./laboratory.js";

/** Who makes the prices. */
export const MAKER = 0;

/** What somebody trades at whatever price comes. */
export interface Wish {
  readonly person: number;
  /** + bought, − sold; 0 for nobody. */
  readonly lots: bigint;
}

/** What a market can pay. */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/**
 * The maker offers what all want to buy, and they take it; then it bids for what all want to sell, and they sell it. Its bid and its
 * offer never stand together, so that they do not meet. Limits of all others are the ends of the market: everybody trades at the maker's price (R33).
 * @param priceOf of the sum of all lots; brought into the range
 * @returns the price at which everybody traded; what the maker would have said if nobody did
 */
export async function auction(
  laboratory: Laboratory,
  market: MarketRef,
  range: Range,
  wishes: readonly Wish[],
  priceOf: (flow: bigint) => bigint,
): Promise<bigint> {
  const flow = wishes.reduce((sum, { lots }) => sum + lots, 0n);
  const price = within(range, priceOf(flow));
  const sides = [wishes.filter(({ lots }) => lots > 0n), wishes.filter(({ lots }) => lots < 0n)];
  const orders = sides.flatMap((side) => sideOf(market, range, price, side));
  if (orders.length === 0) return price;
  const { fills } = await laboratory.bring(orders);
  const traded = fills.reduce((sum, { lots }) => sum + lots, 0n);
  const wanted = wishes.reduce((sum, { lots }) => sum + (lots < 0n ? -lots : lots), 0n);
  const isAtOne = fills.every((fill) => fill.price === fills[0]?.price);
  if (traded !== wanted || !isAtOne)
    throw new RangeError(`an auction filled ${traded} of ${wanted} lots, or at several prices`);
  return fills[0]?.price ?? price;
}

function sideOf(market: MarketRef, { low, high }: Range, price: bigint, wishes: readonly Wish[]): LabOrder[] {
  const lots = wishes.reduce((sum, wish) => sum + wish.lots, 0n);
  if (lots === 0n) return [];
  const limit = lots > 0n ? high : low;
  return [
    { person: MAKER, market, price, lots: -lots, timeInForce: TimeInForce.PostOnly },
    ...wishes.map((wish) => ({ ...wish, market, price: limit, timeInForce: TimeInForce.ImmediateOrCancel })),
  ];
}

export function within({ low, high }: Range, value: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}

/** The nearest whole number. */
export function rounded(value: number): bigint {
  return BigInt(Math.round(value));
}
