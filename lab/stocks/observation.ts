import { BASKET_ROOT_ID, type SessionHandle } from "../../src/bindings/session.js";
import type { Ticks } from "../../src/protocol/amounts/units.js";
import { impliedWeights } from "../../src/protocol/value/valuation.js";
import { weightsInTicks } from "../../src/protocol/value/apportion.js";

/** Best bid and ask of one leg; undefined where nobody quotes. */
export interface Quote {
  readonly bid: Ticks | undefined;
  readonly ask: Ticks | undefined;
}

/** Reads the best prices of every leg. With two assets the second leg mirrors the first, where all orders are. */
export async function readQuotes(handle: SessionHandle): Promise<Quote[]> {
  const legs = handle.legs.map((_, k) => k + 1);
  if (legs.length !== 2) return Promise.all(legs.map((leg) => readQuote(handle, leg)));
  const first = await readQuote(handle, 1);
  const mirrored = (price: Ticks | undefined) =>
    price === undefined ? undefined : ((handle.basket.scale - price) as Ticks);
  return [first, { bid: mirrored(first.ask), ask: mirrored(first.bid) }];
}

async function readQuote({ book }: SessionHandle, leg: number): Promise<Quote> {
  const best = async (bids: boolean) => {
    const { prices } = await book.depthOf(BASKET_ROOT_ID, leg, bids, 1);
    return [...prices].at(0) as Ticks | undefined; // prices of an order book are ticks
  };
  const [bid, ask] = await Promise.all([best(true), best(false)]);
  return { bid, ask };
}

/**
 * The weights that the book implies: the middle of bid and ask of each leg, or the one of them that there is, scaled so
 * that they sum to `scale`.
 * @returns undefined while a leg has no quote at all
 */
export function weightsOfQuotes(quotes: readonly Quote[], scale: Ticks): Ticks[] | undefined {
  const doubledMiddles = quotes.flatMap(({ bid, ask }) => {
    const [low, high] = [bid ?? ask, ask ?? bid];
    return low === undefined || high === undefined ? [] : [(low + high) as Ticks];
  });
  if (doubledMiddles.length < quotes.length || doubledMiddles.every((middle) => middle === 0n)) return undefined;
  return weightsInTicks(impliedWeights(doubledMiddles), scale);
}
