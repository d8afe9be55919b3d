import fc from "fast-check";

import { type Basket, claims } from "../../src/protocol/value/allocations.js";
import type { AssetUnits, TokenWei } from "../../src/protocol/amounts/units.js";
import { lot, tick, total, wei, whole } from "./support.js";

/** Units of the basket root in these tests. */
export const SCALE = tick(100);
export const TICK_VALUE = 7n;
export const LOT_VALUE = wei(SCALE * TICK_VALUE);

/** One fill: the buyer pays price * lots * tickValue to the seller and gets the lots. */
export interface Fill {
  readonly buyer: number;
  readonly seller: number;
  readonly leg: number;
  readonly price: bigint;
  readonly lots: bigint;
}

/** A session in which all tokens are in the book and some fills have happened, whether or not they were covered. */
export interface PlayedSession {
  readonly basket: Basket;
  readonly opening: readonly TokenWei[];
  readonly fills: readonly Fill[];
  /** Cash of each trader after the fills. */
  readonly cash: readonly TokenWei[];
  /** Lots of each trader in each leg. */
  readonly lots: readonly (readonly bigint[])[];
  /** v of each trader. */
  readonly claimed: readonly TokenWei[][];
}

function play(quantities: readonly bigint[], opening: readonly bigint[], fills: readonly Fill[]): PlayedSession {
  const cash = [...opening];
  const lots = opening.map(() => quantities.map(() => 0n));
  for (const { buyer, seller, leg, price, lots: size } of fills) {
    cash[buyer]! -= price * size * TICK_VALUE;
    cash[seller]! += price * size * TICK_VALUE;
    lots[buyer]![leg]! += size;
    lots[seller]![leg]! -= size;
  }
  return {
    basket: { quantities: quantities as AssetUnits[], supply: wei(total(opening)) },
    opening: opening.map(wei),
    fills,
    cash: cash.map(wei),
    lots,
    claimed: cash.map((left, i) => claims(wei(left), lots[i]!.map(lot), LOT_VALUE)),
  };
}

/** 1 to 6 assets, 2 to 5 traders, up to 12 fills. */
export const anyPlayedSession: fc.Arbitrary<PlayedSession> = fc
  .record({
    quantities: fc.array(fc.bigInt({ min: 1n, max: 10n ** 24n }), { minLength: 1, maxLength: 6 }),
    opening: fc.array(fc.bigInt({ min: 1n, max: 10n ** 21n }), { minLength: 2, maxLength: 5 }),
  })
  .chain(({ quantities, opening }) => {
    const anyTrader = fc.integer({ min: 0, max: opening.length - 1 });
    const anyFill = fc.record({
      buyer: anyTrader,
      seller: anyTrader,
      leg: fc.integer({ min: 0, max: quantities.length - 1 }),
      price: whole(0, 100),
      lots: whole(1, 1_000_000),
    });
    return fc.array(anyFill, { maxLength: 12 }).map((fills) => play(quantities, opening, fills));
  });
