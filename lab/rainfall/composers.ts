/** Those who deal in compositions: hedges, spreads, butterflies, and the whole against its parts. */
import { butterfly, call, callSpread, type Composition } from "../../src/protocol/value/composition.js";
import { type Lots, lots, type TickLots, type Ticks, ticks, type TokenWei } from "../../src/protocol/amounts/units.js";
import { ABOVE_30, ABOVE_30_BRANCH, formatMm, millimetres, ROOT, ROOT_BRANCH, STRIP_WIDTH } from "./contract.js";
import {
  type Deal,
  type Decision,
  findDeal,
  fromDeals,
  NOTHING,
  type Proposal,
  quoteDeal,
  riskOfAll,
} from "./deals.js";
import { extrapolation, type Forecast, medianOf, worthOf } from "./forecast.js";
import { floorOf, onlyBranch, openStrips, type View } from "./view.js";

const HEDGE = 12n; // lots wanted of the forward, and of what pays above 30 mm
const HEDGE_A_STEP = 3n;

/**
 * Loses money by rain, so it buys the forward and the contract that pays above 30 mm, a part a step, each in one piece or as a
 * stack of strips, whichever costs less.
 */
export function hedger(view: View): Decision {
  const floor = floorOf(view);
  const wanted = [
    { name: `forward ${formatMm(floor)}`, branch: ROOT_BRANCH, strike: floor },
    { name: "per 10 mm above 30", branch: ABOVE_30_BRANCH, strike: floor > ABOVE_30.lower ? floor : ABOVE_30.lower },
  ];
  // Lots of the branch itself tell how far the hedge has come; stacks are counted by their last strip, which all of them have.
  const held = (view.lots[ROOT_BRANCH - 1] ?? 0n) + (view.lots[ABOVE_30_BRANCH - 1] ?? 0n) + (view.lots.at(-1) ?? 0n);
  if (held >= 2n * HEDGE) return NOTHING;
  const deals = wanted.flatMap(({ name, branch, strike }) => {
    const routes = routesAbove(view, branch, strike).map((build) =>
      quoteDeal(view, { name, build }, "buy", lots(HEDGE_A_STEP)),
    );
    const affordable = routes.filter((deal) => deal !== undefined).filter((deal) => isAffordable(view, deal));
    return affordable.toSorted((a, b) => (a.premium < b.premium ? -1 : a.premium > b.premium ? 1 : 0)).slice(0, 1);
  });
  return fromDeals(deals);
}

/** Two ways to hold what rain brings above `strike`: the branch in one piece, and the open strips from there on. */
function routesAbove(view: View, branch: number, strike: Ticks): [whole: Proposal["build"], stack: Proposal["build"]] {
  return [(units) => wholeAbove(view, branch, strike, units), (units) => call(openStrips(view), strike, units)];
}

/** The branch, less what it pays in any case: `strike` is its lower strike, or it has rained as much already. */
function wholeAbove(view: View, branch: number, strike: Ticks, units: Lots): Composition {
  const ladder = onlyBranch(view, branch);
  const { lower } = ladder.branches[0]?.strikes ?? ROOT;
  const { legs, constant } = call(ladder, lower, units);
  return { legs, constant: (constant - units * (strike - lower)) as TickLots };
}

const SPREAD_SIZES = [24n, 12n, 6n, 3n] as const;
const VIEW_EDGE = 6n; // ticks a unit
const VIEW_PERCENT = 35n; // of what is free

/** Knows the same days of other years well: deals in a butterfly around the middle of what they say, and in a spread there. */
export function climatologist(view: View): Decision {
  return trusting(view.knowledge.climatology, view, ["butterfly", "spread"]);
}

/** Thinks that it goes on raining as it has so far, and deals in a call spread around where that leads. */
export function follower(view: View): Decision {
  const forecast = extrapolation(view.knowledge);
  return forecast === undefined ? NOTHING : trusting(forecast, view, ["spread"]);
}

function trusting(forecast: Forecast, view: View, kinds: readonly ("butterfly" | "spread")[]): Decision {
  const ladder = openStrips(view);
  const middle = nearestStrike(medianOf(forecast));
  const worth: Proposal["worthOf"] = (composition) => worthOf(forecast, ROOT, composition);
  const appetite = { edge: VIEW_EDGE, budget: share(view.free, VIEW_PERCENT), sizes: SPREAD_SIZES };
  const deals = kinds.flatMap((kind) => {
    const reach = millimetres(kind === "butterfly" ? 20 : 30);
    const [lower, upper] = [ticks(middle - reach), ticks(middle + reach)];
    const build: Proposal["build"] = (units) =>
      kind === "butterfly"
        ? butterfly(ladder, { lower, middle, upper }, units)
        : callSpread(ladder, { lower, upper }, units);
    const name =
      kind === "butterfly"
        ? `butterfly ${formatMm(lower)}/${formatMm(middle)}/${formatMm(upper)}`
        : `call spread ${formatMm(lower)}/${formatMm(upper)}`;
    return findDeal(view, { name, build, worthOf: worth }, appetite) ?? [];
  });
  return fromDeals(deals);
}

function nearestStrike(total: Ticks): Ticks {
  return (((total + STRIP_WIDTH / 2n) / STRIP_WIDTH) * STRIP_WIDTH) as Ticks;
}

const ARBITRAGE_SIZES = [6n, 3n, 1n] as const;

/** Has no view at all: buys the whole and sells the stack that pays the same, or the reverse, whenever that leaves something. */
export function arbitrageur(view: View): Decision {
  const floor = floorOf(view);
  const strikes = [
    { branch: ROOT_BRANCH, strike: floor },
    { branch: ABOVE_30_BRANCH, strike: floor > ABOVE_30.lower ? floor : ABOVE_30.lower },
  ];
  for (const { branch, strike } of strikes) {
    const [whole, stack] = routesAbove(view, branch, strike);
    for (const [cheap, dear] of [[whole, stack] as const, [stack, whole] as const]) {
      for (const size of ARBITRAGE_SIZES) {
        const bought = quoteDeal(view, { name: "whole against stack", build: cheap }, "buy", lots(size));
        const sold = quoteDeal(view, { name: "whole against stack", build: dear }, "sell", lots(size));
        if (bought === undefined || sold === undefined || sold.premium <= bought.premium) continue;
        if (isAffordable(view, bought)) return fromDeals([bought, sold]);
      }
    }
  }
  return NOTHING;
}

function isAffordable(view: View, { intents }: Deal): boolean {
  return riskOfAll(view, intents) <= share(view.free, 50n);
}

function share(amount: TokenWei, percent: bigint): TokenWei {
  return ((amount * percent) / 100n) as TokenWei;
}
