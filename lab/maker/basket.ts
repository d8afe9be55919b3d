/** The default basket: its legs' prices are weights, and what they are in the end is what the last month's prices make them. */
import { fraction } from "../../src/protocol/amounts/fraction.js";
import { assetUnits, ticks, type Ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { basketWeights } from "../../src/protocol/value/valuation.js";
import { ONE } from "../command/decimals.js";
import { formatMonth, monthStart, nextMonth, parseMonth } from "../command/months.js";
import { InputError } from "../command/errors.js";
import { loadHistory } from "../stocks/price-source.js";
import type { PriceHistory } from "../stocks/prices.js";
import { trueWeights } from "../stocks/weights.js";
import { priorOf } from "../command/prior.js";
import { type Belief, liquidity, meanOf, type Scene, type Story } from "./story.js";

const SYMBOLS = ["AAPL", "MSFT"];
const SHARES = assetUnits(100n * ONE);
const SCALE = ticks(10_000n);
/** As sessions have it by default. */
const TICK_VALUE = tokenWei(10n ** 11n);
const LIQUIDITY = 500_000n; // lots of 0.001 token: a nat costs 500 session tokens

export function basketStory(): Story {
  const history = loadHistory([], { symbols: SYMBOLS, from: monthOf("2008-01"), to: monthOf("2008-12") });
  const quantities = SYMBOLS.map(() => SHARES);
  const weights = history.spot.map((spot) => trueWeights(quantities, spot, SCALE));
  const last = history.spot.at(-1) ?? [];
  const worth = basketWeights(quantities, last);
  const months = history.months;
  return {
    name: "basket",
    title: "A basket of a hundred AAPL and a hundred MSFT in 2008: the price of a leg is its share of the basket",
    token: { name: "Made Basket", symbol: "MADE" },
    assets: () => SYMBOLS.map((symbol) => ({ symbol, quantity: SHARES })),
    each: tokenWei(1_000n * ONE),
    t1: monthStart(monthOf("2008-01")),
    t2: monthStart(nextMonth(monthOf("2008-12"))),
    names: SYMBOLS,
    write: undefined,
    maker: { liquidity: liquidity(LIQUIDITY), prior: priorOf(weights[0] ?? []), points: [] },
    root: { kind: "legs", scale: SCALE, most: SYMBOLS.map(() => SCALE), isBasket: true },
    tickValue: TICK_VALUE,
    scenes: months.map((_, m) => sceneOf(history, weights, m)),
    close: undefined,
    outcome: worth.map(({ numerator }) => numerator), // they have one denominator
    worth: worth.map(({ numerator, denominator }) => fraction(numerator, denominator)),
  };
}

function monthOf(text: string) {
  const month = parseMonth(text);
  if (month === undefined) throw new InputError("OPTION_INVALID", { value: text });
  return month;
}

function sceneOf({ months }: PriceHistory, weights: readonly Belief[], m: number): Scene {
  const month = months[m] ?? monthOf("2008-01");
  const [now = [], final = []] = [weights[m], weights.at(-1)];
  const before = m === 0 ? undefined : weights[m - 1];
  return {
    label: formatMonth(month),
    begins: monthStart(month),
    deadline: monthStart(nextMonth(month)) - 1,
    announce: () => Promise.resolve([]),
    beliefs: {
      insider: meanOf(now, final),
      student: now,
      follower: before?.map((weight, k) => clampWeight(2n * (now[k] ?? weight) - weight)),
    },
  };
}

function clampWeight(weight: bigint): Ticks {
  return ticks(weight < 0n ? 0n : weight > SCALE ? SCALE : weight);
}
