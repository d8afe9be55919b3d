/** Who trades where, and by which belief. */
import type { OrderTarget } from "../../src/client/market.js";
import { readDepth } from "../../src/client/market-views.js";
import { marketBounds } from "../../src/protocol/market/market-table.js";
import { type Ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import type { Depth } from "../../src/protocol/value/quote.js";
import {
  BEHAVIOURS as RAIN,
  type Behaviour as RainBehaviour,
  type BehaviourName as RainName,
} from "../rainfall/behaviours.js";
import { knowledgeOf as rainKnowledge } from "../rainfall/forecast.js";
import type { Wish } from "../session/orders.js";
import {
  BEHAVIOURS as BASKET,
  type Behaviour as BasketBehaviour,
  type BehaviourName as BasketName,
} from "../stocks/behaviours.js";
import type { Market } from "../weather/market.js";
import {
  type Behaviour as WettestBehaviour,
  type BehaviourName as WettestName,
  BEHAVIOURS as WETTEST,
} from "../wettest-month/behaviours.js";
import { knowledgeOf as wettestKnowledge } from "../wettest-month/beliefs.js";
import type { Participant } from "../session/cast.js";
import { between, dayOf, type Moment, monthsPassed, RAIN_SPAN, YEAR } from "./calendar.js";
import type { Ground } from "./ground.js";
import type { TraderName } from "./people.js";
import type { Roots } from "./roots.js";

export type Role =
  | { readonly root: "basket"; readonly belief: BasketName }
  | { readonly root: "rain"; readonly belief: RainName }
  | { readonly root: "wettest"; readonly belief: WettestName };

const basket = (belief: BasketName): Role => ({ root: "basket", belief });
const rain = (belief: RainName): Role => ({ root: "rain", belief });
const wettest = (belief: WettestName): Role => ({ root: "wettest", belief });

/** Each takes them up in turn, again and again. The first of the first three makes each root's market. */
export const ROLES: Readonly<Record<TraderName, readonly [Role, ...Role[]]>> = {
  alice: [basket("marketMaker"), rain("hedger")],
  bob: [rain("marketMaker"), basket("noise")],
  carol: [wettest("marketMaker"), basket("contrarian")],
  dave: [basket("momentum"), wettest("climatologist"), rain("climatologist")],
  erin: [basket("foreknowledge"), rain("follower"), wettest("follower")],
  frank: [wettest("bookmaker"), basket("noise"), rain("noise"), wettest("noise")],
};

/** Those whose orders leave room for a maker's answer: what they do not get at once, they do not want. */
export const TAKERS: ReadonlySet<Role["belief"]> = new Set(["foreknowledge"]);

/** All that a decision is made of. */
export interface Scene extends Pick<Ground, "handle"> {
  readonly roots: Roots;
  /** The basket's weights in each month, ticks. */
  readonly weights: readonly (readonly Ticks[])[];
}

export type Intent = Wish["intent"];

/** What somebody wants to sign in that role at that moment, given the book as it stands. */
export function decide(scene: Scene, who: Participant, role: Role, moment: Moment): Promise<Intent[]> {
  switch (role.root) {
    case "basket":
      return inBasket(scene, who, BASKET[role.belief], moment);
    case "rain":
      return onRain(scene, who, RAIN[role.belief], moment);
    case "wettest":
      return onMonths(scene, who, WETTEST[role.belief], moment);
  }
}

async function inBasket(
  { handle, weights }: Scene,
  { trader, random }: Participant,
  behaviour: BasketBehaviour,
  moment: Moment,
): Promise<Intent[]> {
  const view = {
    ...handle.basket,
    weights: between(weights, moment),
    previousWeights: between(weights, moment, -1),
    nextWeights: between(weights, moment, 1),
    claims: await trader.claims(),
  };
  return behaviour(view, random);
}

async function onRain(
  { handle, roots }: Scene,
  who: Participant,
  behaviour: RainBehaviour,
  moment: Moment,
): Promise<Intent[]> {
  const market = roots.rain;
  const root = market.root();
  if (root.kind !== "interval") throw new TypeError("the rain market is an interval");
  const knowledge = rainKnowledge(roots.history, RAIN_SPAN, dayOf(moment));
  const [depths, means] = await Promise.all([depthsOf(handle, market), meansOf(who, market)]);
  const { intents } = behaviour({ knowledge, root, depths, ...means }, who.random);
  return intents.map((intent) => placed(market, intent));
}

async function onMonths(
  { handle, roots }: Scene,
  who: Participant,
  behaviour: WettestBehaviour,
  moment: Moment,
): Promise<Intent[]> {
  const market = roots.wettest;
  const knowledge = wettestKnowledge(roots.history, YEAR, monthsPassed(moment));
  const bounds = market.places().map((place) => marketBounds(market.table(), place));
  const [depths, means] = await Promise.all([depthsOf(handle, market), meansOf(who, market)]);
  return behaviour({ knowledge, bounds, depths, ...means }, who.random).map((intent) => placed(market, intent));
}

const VISIBLE = 6; // orders of each side that a trader looks at

function depthsOf(handle: Ground["handle"], market: Market): Promise<Depth[]> {
  return Promise.all(market.places().map((place) => readDepth(handle, place, VISIBLE)));
}

async function meansOf({ trader }: Participant, market: Market) {
  const [{ claim, worst }, lots] = await Promise.all([trader.account(), trader.position(market.marketRootId)]);
  return { free: tokenWei(claim + worst), lots };
}

function placed<Terms extends object>(
  { marketRootId }: Market,
  { marketBranchId, ...terms }: Terms & { readonly marketBranchId: number },
): Omit<Terms, "marketBranchId"> & Extract<OrderTarget, { market: unknown }> {
  return { market: { marketRootId, marketBranchId }, ...terms };
}
