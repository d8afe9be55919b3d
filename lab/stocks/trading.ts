import type { Ticks } from "../../src/protocol/amounts/units.js";
import { BEHAVIOURS, type Behaviour, type BehaviourName, type View } from "./behaviours.js";
import { formatMonth, type Month, monthStart, nextMonth } from "../command/months.js";
import { type Quote, readQuotes, weightsOfQuotes } from "./observation.js";
import { basketMarkets, type Batch, finishMatching, submitWishes, sweepExpired, type Wish } from "../session/orders.js";
import type { Price } from "./price-file.js";
import type { PriceHistory } from "./prices.js";
import type { CastStage, Participant as AnyParticipant } from "../session/cast.js";
import { trueWeights } from "./weights.js";

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
  readonly batches: readonly Batch[];
  /** Orders of the month before that were taken out because they had expired. */
  readonly expired: number;
}

/** One month: what is left of the last one is cleared away, market makers quote, the others trade, the book is read. */
export async function tradeMonth(stage: Stage, history: PriceHistory, index: number): Promise<MonthStep> {
  const month = history.months[index];
  const spot = history.spot[index];
  if (month === undefined || spot === undefined) throw new RangeError(`the history has no month ${index}`);
  const deadline = monthStart(nextMonth(month)) - 1;

  await stage.chain.clock.moveTo(monthStart(month));
  const expired = await sweepExpired(stage, basketMarkets(stage));

  const [makers, others] = splitMakers(stage.participants);
  const quoting = await decide(stage, makers, history, index);
  const quoted = await submitWishes(stage, quoting, formatMonth(month), deadline);
  const taking = await decide(stage, stage.random.shuffled(others), history, index);
  const traded = await submitWishes(stage, taking, formatMonth(month), deadline);
  await finishMatching(stage, basketMarkets(stage));

  const quotes = await readQuotes(stage.handle);
  return {
    month,
    spot,
    weights: weightsIn(stage, spot),
    quotes,
    impliedWeights: weightsOfQuotes(quotes, stage.handle.basket.scale),
    batches: [...quoted, ...traded],
    expired,
  };
}

function splitMakers(participants: readonly Participant[]): [makers: Participant[], others: Participant[]] {
  const isMaker = ({ behaviourName }: Participant) => behaviourName === "marketMaker";
  return [participants.filter(isMaker), participants.filter((participant) => !isMaker(participant))];
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
