/** Measures as a document: estimates are plain numbers; the Brier score and its parts are exact fractions as well. */
import type { Fraction } from "../protocol/amounts/fraction.js";
import type { AssetUnits } from "../protocol/amounts/units.js";
import { brierScore, decomposed, type Forecast, logScore, reliabilityBins } from "./forecasts.js";
import { informationAt, type InformationPoint } from "./informativeness.js";
import type { MakerNats, MeteredMaker } from "./maker-meter.js";
import { marketKey, type Observed } from "./observation.js";
import { numberOf } from "./rational.js";
import { type PricesElsewhere, referenceRows } from "./reference.js";
import { measuresOf, type ObservedInput, type SessionMeasures } from "./session.js";

/** What a price of an outcome that came true counts as at least: half a hundredth of a per cent. */
export const LEAST_PRICE = 5e-5;
/** Units of nats, as makers are metered. */
export const NATS = 10 ** 18;
const TENTHS = 10;

/** I at each tenth of a session, beside what it is in Kyle's model with many auctions: the part of the time that is over. */
export function informationByTenth(path: readonly InformationPoint[]) {
  return Array.from({ length: TENTHS + 1 }, (_, k) => {
    const elapsed = k / TENTHS;
    return { elapsed, information: informationAt(path, elapsed), theory: elapsed };
  });
}

/** @param makers that were asked about */
export function sessionDocument(measures: SessionMeasures, makers: readonly MeteredMaker[]) {
  const { finalWeights, weightErrors, impacts, foresight, volatility, information, weights } = measures;
  const implied = weights.at(-1);
  return {
    until: measures.until,
    isOver: measures.isOver,
    checkpoints: measures.checkpoints,
    fills: measures.fills,
    known: measures.known.map(marketKey),
    open: measures.open.map(marketKey),
    finalWeights:
      finalWeights === undefined ? null : { from: finalWeights.from, weights: finalWeights.weights.map(numberOf) },
    information: information.length === 0 ? [] : informationByTenth(information),
    weightErrorTicks: weightErrors.map(({ toMaturity, ticks }) => ({
      toMaturitySeconds: toMaturity,
      ticks: ticks ?? null,
    })),
    impact: impacts.map(({ market, line }) => ({ market: marketKey(market), line: line ?? null })),
    foresight: foresight.map(({ line, ...rest }) => ({ ...rest, line: line ?? null })),
    volatility: volatility.map((one) => ({ ...one, ratio: one.reference === 0 ? null : one.implied / one.reference })),
    implied: implied === undefined ? null : { timestamp: implied.timestamp, weights: implied.weights.map(exact) },
    makers: makers.map(({ trader, marketRootId }, k) => ({
      trader,
      marketRootId,
      nats: natsDocument(measures.makers[k]),
    })),
  };
}

/** All that is measured of one session. */
export type MeasuresDocument = ReturnType<typeof wholeDocument>;

/** What is known of a session beside its log, with prices from elsewhere as they were given. */
export interface MeasuringInput extends Omit<ObservedInput, "reference" | "maxAge"> {
  readonly quantities: readonly AssetUnits[];
  readonly elsewhere?: PricesElsewhere | undefined;
}

/** All that is measured of what was observed so far. */
export function measuredDocument(
  observed: Observed,
  { quantities, elsewhere, makers = [], ...input }: MeasuringInput,
): MeasuresDocument {
  const beside = elsewhere && { reference: referenceRows(elsewhere.rows, quantities), maxAge: elsewhere.maxAge };
  return wholeDocument(measuresOf(observed, { ...input, ...beside, makers }), makers);
}

export function wholeDocument(measures: SessionMeasures, makers: readonly MeteredMaker[]) {
  return { ...sessionDocument(measures, makers), forecasts: forecastDocument(measures.forecasts) };
}

/** Beside what it is nearly. */
function exact(value: Fraction) {
  return { ...value, value: numberOf(value) };
}

function natsDocument(nats: MakerNats | undefined) {
  if (nats === undefined) return null;
  const { fills, learned, news, bought, paid } = nats;
  const inNats = (value: bigint): number => Number(value) / NATS;
  return { fills, learned: inNats(learned), news: inNats(news), bought: inNats(bought), paid: inNats(paid) };
}

/** @returns null of nothing */
export function forecastDocument(forecasts: readonly Forecast[]) {
  const [brier, parts] = [brierScore(forecasts), decomposed(forecasts)];
  if (brier === undefined || parts === undefined) return null;
  return {
    count: forecasts.length,
    brier: exact(brier),
    decomposition: {
      reliability: exact(parts.reliability),
      resolution: exact(parts.resolution),
      uncertainty: exact(parts.uncertainty),
      withinVariance: exact(parts.withinVariance),
      withinCovariance: exact(parts.withinCovariance),
    },
    logScore: logScore(forecasts, LEAST_PRICE),
    bins: reliabilityBins(forecasts).map(({ meanPrice, interval, ...bin }) => ({
      ...bin,
      meanPrice: meanPrice === undefined ? null : numberOf(meanPrice),
      interval: interval ?? null,
    })),
  };
}
