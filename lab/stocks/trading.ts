import type { Ticks } from "../../src/protocol/amounts/units.js";
import { BEHAVIOURS, type Behaviour, type BehaviourName, type View } from "./behaviours.js";
import { formatMonth, type Month, monthStart, nextMonth } from "../command/months.js";
import { type Quote, readQuotes, weightsOfQuotes } from "./observation.js";
import { basketMarkets, type Batch, finishMatching, submitWishes, sweepExpired, type Wish } from "../session/orders.js";
import type { Price } from "./price-file.js";
import type { PriceHistory } from "./prices.js";
import type { PricedFill } from "../session/maker-fills.js";
import { type BasketMaker, pricesOfMaker } from "./maker.js";
import type { CastStage, Participant as AnyParticipant } from "../session/cast.js";
import { trueWeights } from "./weights.js";

/** Its orders never rest, so there is nothing that a maker could not answer. */
const TAKER: BehaviourName = "foreknowledge";

type Stage = CastStage<BehaviourName>;
type Participant = AnyParticipant<BehaviourName>;

/** What a month was like once everybody had traded. Lists have one entry for each leg. */
export interface MonthStep {
  readonly month: Month;
  readonly spot: readonly Price[];
  /** The basket's true weights at these prices. */
  readonly weights: readonly Ticks[];
  readonly quotes: readonly Quote[];
  readonly impliedWeights: readonly Ticks[] | undefined;
  /** All that were brought to the book, in order; of them those that went through the automated maker. */
  readonly batches: readonly Batch[];
  readonly throughMaker: readonly Batch[];
  /** The automated maker's prices before anybody traded, if there is one, and its fills. */
  readonly makerPrices: readonly Ticks[] | undefined;
  readonly makerFills: readonly PricedFill[];
  /** Orders of the month before that were taken out because they had expired. */
  readonly expired: number;
}

/**
 * One month: what is left of the last one is cleared away, market makers quote, the others trade, the book is read. If there is an
 * automated maker, those who take at once come first, one by one, and through it.
 */
export async function tradeMonth(
  stage: Stage,
  history: PriceHistory,
  index: number,
  maker: BasketMaker | undefined,
): Promise<MonthStep> {
  const month = history.months[index];
  const spot = history.spot[index];
  if (month === undefined || spot === undefined) throw new RangeError(`the history has no month ${index}`);
  const deadline = monthStart(nextMonth(month)) - 1;

  await stage.chain.clock.moveTo(monthStart(month));
  const expired = await sweepExpired(stage, basketMarkets(stage));

  const makerPrices = maker === undefined ? undefined : pricesOfMaker(maker);
  const [makers, others] = split(stage.participants, "marketMaker");
  const quoting = await decide(stage, makers, history, index);
  const quoted = await submitWishes(stage, quoting, formatMonth(month), deadline);
  const shuffled = stage.random.shuffled(others);
  const [takers, rest] = maker === undefined ? [[], shuffled] : split(shuffled, TAKER);
  const made = { ...stage, route: maker?.sponsored.route ?? stage.route };
  const throughMaker = await submitWishes(
    made,
    await decide(stage, takers, history, index),
    formatMonth(month),
    deadline,
  );
  const makerFills = throughMaker.flatMap(({ records }) => maker?.fills.price(records, maker.root) ?? []);
  const taking = await decide(stage, rest, history, index);
  const traded = await submitWishes(stage, taking, formatMonth(month), deadline);
  await finishMatching(stage, basketMarkets(stage));

  const quotes = await readQuotes(stage.handle);
  return {
    month,
    spot,
    weights: weightsIn(stage, spot),
    quotes,
    impliedWeights: weightsOfQuotes(quotes, stage.handle.basket.scale),
    batches: [...quoted, ...throughMaker, ...traded],
    throughMaker,
    makerPrices,
    makerFills,
    expired,
  };
}

/** Those with that behaviour, and the others. */
function split(people: readonly Participant[], name: BehaviourName): [those: Participant[], others: Participant[]] {
  const isOne = ({ behaviourName }: Participant) => behaviourName === name;
  return [people.filter(isOne), people.filter((one) => !isOne(one))];
}

/** Everybody looks at the same moment, each at the own account, and says which orders it wants. */
async function decide(
  stage: Stage,
  participants: readonly Participant[],
  history: PriceHistory,
  index: number,
): Promise<Wish[]> {
  const weightsAt = (at: number) => weightsIn(stage, history.spot[at] ?? []);
  const common: Omit<View, "claims"> = {
    ...stage.handle.basket,
    weights: weightsAt(index),
    previousWeights: index === 0 ? undefined : weightsAt(index - 1),
    nextWeights: weightsAt(Math.min(index + 1, history.months.length - 1)),
  };
  const claims = await Promise.all(participants.map(({ trader }) => trader.claims()));
  return participants.flatMap((participant, place) => {
    const view = { ...common, claims: claims[place] ?? [] };
    const behaviour: Behaviour = BEHAVIOURS[participant.behaviourName];
    return behaviour(view, participant.random).map((intent) => ({ participant, intent }));
  });
}

function weightsIn({ basket, handle }: Stage, spot: readonly Price[]): Ticks[] {
  return trueWeights(basket.quantities, spot, handle.basket.scale);
}
