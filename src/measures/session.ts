/** All that is measured of one session, from its log, and from prices elsewhere if there are any. */
import type { Fraction } from "../protocol/amounts/fraction.js";
import type { LoggedEvent } from "../protocol/book/rebuild.js";
import type { BookTerms } from "../protocol/book/terms.js";
import { BASKET_ROOT_ID, type MarketRef } from "../protocol/signing/package.js";
import { finalValueOf, firstBoundsOf, startOf, tradedWeights } from "./final-values.js";
import { eventForecasts } from "./event-forecasts.js";
import type { Forecast } from "./forecasts.js";
import { type InformationPoint, informationPath, type KnownMarket } from "./informativeness.js";
import { type MakerNats, type MeteredMaker, meterMaker } from "./maker-meter.js";
import { byMarket, marketKey, type Moment, observe, type Observed } from "./observation.js";
import { type Foresight, foresightOf, type ReferenceRow, rowAt, type Volatility, volatilityOf } from "./reference.js";
import { type Line, lineThrough } from "./regression.js";
import { errorsByMaturity, type ImpliedWeights, type MaturityError, weightPath } from "./weight-path.js";

export interface SessionInput extends ObservedInput {
  readonly logged: readonly LoggedEvent[];
}

/** What is known of a session beside its log. */
export interface ObservedInput {
  readonly terms: BookTerms;
  /** Until when the log goes; Unix seconds. From t2 on the basket has its final weights. */
  readonly until: bigint;
  /** By rising time; none by default. */
  readonly reference?: readonly ReferenceRow[];
  /** How old a row may be and still count, seconds. */
  readonly maxAge?: bigint;
  readonly makers?: readonly MeteredMaker[];
}

export interface Impact {
  readonly market: MarketRef;
  /** Of the price's move in a call, ticks, on what takers bought in it, lots. Undefined where too little was traded. */
  readonly line: Line | undefined;
}

export interface SessionMeasures {
  readonly until: bigint;
  /** Whether t2 is over by then. */
  readonly isOver: boolean;
  readonly fills: number;
  readonly checkpoints: bigint;
  /** What the basket is held to have weighed in the end, of each leg; undefined while that is open, or nobody traded in it. */
  readonly finalWeights: { readonly weights: readonly Fraction[]; readonly from: "reference" | "trades" } | undefined;
  /** Markets that had a price, and of which it is not known what they paid. */
  readonly open: readonly MarketRef[];
  readonly known: readonly MarketRef[];
  readonly information: readonly InformationPoint[];
  readonly forecasts: readonly Forecast[];
  readonly weights: readonly ImpliedWeights[];
  /** Empty while the final weights are open. */
  readonly weightErrors: readonly MaturityError[];
  readonly impacts: readonly Impact[];
  readonly foresight: readonly Foresight[];
  readonly volatility: readonly Volatility[];
  /** One for each maker that was asked about; undefined as long as its root has no outcome. */
  readonly makers: readonly (MakerNats | undefined)[];
}

/** Rows ahead of which flow may know something. */
export const HORIZONS = [1, 5, 20] as const;
/** Of a price from elsewhere: a long weekend. */
export const USUAL_AGE = 4n * 86_400n;

/** @throws RuleError RECORD_IMPOSSIBLE for what no book writes, or what ends in the middle of a call */
export function measureSession(input: SessionInput): SessionMeasures {
  return measuresOf(observe(input.terms, input.logged), input);
}

/** The same of what was observed so far. */
export function measuresOf(observed: Observed, input: ObservedInput): SessionMeasures {
  const { terms, until, reference = [], maxAge = USUAL_AGE, makers = [] } = input;
  const { book, moments, fills } = observed;
  const { t2, assets, basketScale } = terms;
  const isOver = until >= t2;
  const finalWeights = isOver ? finalWeightsOf(terms, observed, rowAt(reference, t2, maxAge)) : undefined;
  const { known, open } = sorted(observed, finalWeights?.weights ?? []);
  const weights = weightPath(moments, assets, basketScale);
  const legs = Array.from({ length: assets }, (_, k) => k + 1);
  const rows = reference.filter(({ timestamp }) => timestamp >= terms.t1 && timestamp <= t2);
  return {
    until,
    isOver,
    fills: fills.length,
    checkpoints: book.state.chain.checkpoints,
    finalWeights,
    open,
    known: known.map(({ market }) => market),
    information: informationPath(known, moments, terms),
    forecasts: eventForecasts(observed),
    weights,
    weightErrors: finalWeights === undefined ? [] : errorsByMaturity(weights, finalWeights.weights, basketScale, terms),
    impacts: impactsOf(moments),
    foresight: legs.flatMap((leg) => HORIZONS.map((h) => foresightOf(rows, moments, leg, h, basketScale))),
    volatility: legs.flatMap((leg) => volatilityOf(rows, weights, leg) ?? []),
    makers: makers.map((maker) => meterMaker(maker, observed, finalWeights?.weights)),
  };
}

function finalWeightsOf(
  { assets, basketScale }: BookTerms,
  { volumes }: Observed,
  row: ReferenceRow | undefined,
): SessionMeasures["finalWeights"] {
  if (row !== undefined) return { weights: row.weights, from: "reference" };
  const legs = Array.from({ length: assets }, (_, k) => volumes.get(`${BASKET_ROOT_ID}.${k + 1}`));
  return legs.every((leg) => leg === undefined)
    ? undefined
    : { weights: tradedWeights(basketScale, legs), from: "trades" };
}

/** Markets that had a price: those whose value is known, and the others. */
function sorted({ book, moments }: Observed, weights: readonly Fraction[]) {
  const { table } = book.state.markets;
  const priced = new Map(
    moments.flatMap(({ market, after }) => (after === undefined ? [] : [[marketKey(market), market] as const])),
  );
  const known: KnownMarket[] = [];
  const open: MarketRef[] = [];
  for (const market of priced.values()) {
    const value = finalValueOf(table, market, weights);
    const { lower, upper } = firstBoundsOf(table, market);
    if (value === undefined) open.push(market);
    else known.push({ market, value, start: startOf(table, market), range: upper - lower });
  }
  return { known, open };
}

function impactsOf(moments: readonly Moment[]): Impact[] {
  return [...byMarket(moments).values()].flatMap((all) => {
    const market = all[0]?.market;
    const moved = all.flatMap(({ before, after, flow }) =>
      before === undefined || after === undefined ? [] : [{ flow: Number(flow), move: Number(after - before) / 2 }],
    );
    if (market === undefined || moved.length === 0) return [];
    const line = lineThrough(
      moved.map(({ flow }) => flow),
      moved.map(({ move }) => move),
    );
    return [{ market, line }];
  });
}
