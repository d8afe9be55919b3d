/** What the session is made of, when what happens, and how the metals' prices go: all of it follows from the seed. */
import {
  type AssetUnits,
  assetUnits,
  lots,
  ticks,
  type Ticks,
  tokenWei,
  type TokenWei,
} from "../../src/protocol/amounts/units.js";
import { createRandom } from "../../stage/rng.js";
import type { CommonOptions } from "../command/options.js";
import { ONE } from "../command/decimals.js";
import { type MakerPlan, planBasketMaker } from "../stocks/maker.js";
import { trueWeights } from "../stocks/weights.js";

export const DAY = 86_400;
/** Smallest units of a dollar, and of a feed's answer. */
export const USD = 10n ** 6n;
export const ANSWER_DECIMALS = 8;
const ANSWER = 10n ** BigInt(ANSWER_DECIMALS);

interface Metal {
  readonly symbol: string;
  /** q, smallest units. */
  readonly quantity: AssetUnits;
}

const METALS: readonly (Metal & { readonly dollars: bigint })[] = [
  { symbol: "GOLD", quantity: assetUnits(10n * ONE), dollars: 2_000n },
  { symbol: "SILVER", quantity: assetUnits(800n * ONE), dollars: 25n },
  { symbol: "PALLADIUM", quantity: assetUnits(20n * ONE), dollars: 1_000n },
];

/** Steps of trading, each four days long; after the last one the event is decided, and at t2 the price. */
export const STEPS = 6;
const STEP_DAYS = 4;
const SESSION_DAYS = 30;
const T1 = Date.UTC(2026, 2, 1) / 1_000;
/** A price moves by no more than this part of it from one step to the next. */
const MOVE_PERCENT = 20n;
/** For sale, by trader; nobody holds more lots of a leg than come of so much. */
const SALE_EACH = tokenWei(1_000n * ONE);

/** The basket root's, as sessions have it by default. */
export const SCALE = ticks(10_000n);
export const BASKET_TICK_VALUE = 10n ** 11n;

export interface Plan {
  readonly seed: bigint;
  readonly traders: number;
  readonly metals: readonly Metal[];
  /** Seconds since 1970. */
  readonly times: {
    readonly t1: number;
    readonly t2: number;
    readonly saleOpens: number;
    readonly saleCloses: number;
    readonly eventCloses: number;
    readonly steps: readonly number[];
  };
  /** Of each metal what its feed answers: at each step, when the event closes, and before t2. */
  readonly prices: readonly (readonly bigint[])[];
  /** The weights that these prices make, ticks; alike. */
  readonly weights: readonly (readonly Ticks[])[];
  readonly maker: MakerPlan;
  readonly forSale: TokenWei;
  /** N. */
  readonly supply: TokenWei;
  /** Lots of a market that nobody holds more of. */
  readonly maxLots: bigint;
}

/** The same options give the same plan. */
export function planOf({ seed, traders }: Pick<CommonOptions, "seed" | "traders">): Plan {
  const prices = pricesOf(seed);
  const quantities = METALS.map(({ quantity }) => quantity);
  const weights = prices.map((now) => trueWeights(quantities, now, SCALE));
  const forSale = tokenWei(SALE_EACH * BigInt(traders));
  const maker = planBasketMaker(forSale, weights[0] ?? []);
  if (maker === undefined) throw new RangeError("what is for sale is enough for a maker");
  const supply = tokenWei(forSale + maker.deposit);
  const maxLots = lots(SALE_EACH / (SCALE * BASKET_TICK_VALUE));
  return { seed, traders, metals: METALS, times: timesOf(), prices, weights, maker, forSale, supply, maxLots };
}

function timesOf(): Plan["times"] {
  return {
    t1: T1,
    t2: T1 + SESSION_DAYS * DAY,
    saleOpens: T1 - 10 * DAY,
    saleCloses: T1 - 3 * DAY,
    eventCloses: T1 + STEPS * STEP_DAYS * DAY,
    steps: Array.from({ length: STEPS }, (_, m) => T1 + m * STEP_DAYS * DAY + (m === 0 ? 60 : 0)),
  };
}

function pricesOf(seed: bigint): bigint[][] {
  const random = createRandom(seed, "prices of metals");
  const rows = [METALS.map(({ dollars }) => dollars * ANSWER)];
  while (rows.length < STEPS + 2) {
    const before = rows.at(-1) ?? [];
    rows.push(before.map((price) => price + random.bell((price * MOVE_PERCENT) / 100n)));
  }
  return rows;
}

/** Which metal had risen most when the event closed, from 1; of several the first. */
export function winnerOf({ prices, metals }: Plan): number {
  const [first = [], closing = []] = [prices[0], prices[STEPS]];
  let best = 0;
  for (const [k] of metals.entries()) {
    // closing_k / first_k > closing_best / first_best
    if ((closing[k] ?? 0n) * (first[best] ?? 1n) > (closing[best] ?? 0n) * (first[k] ?? 1n)) best = k;
  }
  return best + 1;
}

/** What a whole session token is worth by the first prices, smallest units of a dollar, rounded down. */
export function fairPrice({ prices, metals, supply }: Plan): bigint {
  const worth = metals.reduce((sum, { quantity }, k) => sum + quantity * (prices[0]?.[k] ?? 0n), 0n);
  return (worth * USD) / (supply * ANSWER);
}
