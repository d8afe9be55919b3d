/** Measures as a document and as text. Estimates are plain numbers; the Brier score and its parts are exact fractions as well. */
import type { Fraction } from "../../protocol/amounts/fraction.js";
import { forecastDocument, informationByTenth, LEAST_PRICE, NATS, sessionDocument } from "../../measures/document.js";
import { brierScore, decomposed, type Forecast, logScore, reliabilityBins } from "../../measures/forecasts.js";
import type { InformationPoint } from "../../measures/informativeness.js";
import { numberOf } from "../../measures/rational.js";
import type { Line } from "../../measures/regression.js";
import type { MeteredMaker } from "../../measures/maker-meter.js";
import type { TermStructure } from "../../measures/term-structure.js";
import type { Measured } from "../measure.js";
import { marketName } from "./session-facts.js";
import { date, facts, paragraphs, table } from "./text.js";

const DAY = 86_400;
const DIGITS = 4;

export interface Shown {
  readonly measured: readonly Measured[];
  readonly makers: readonly MeteredMaker[];
  readonly terms: TermStructure | undefined;
}

export function measuresDocument({ measured, makers, terms }: Shown): object {
  return {
    sessions: measured.map(({ session, measures }) => ({ session, ...sessionDocument(measures, makers) })),
    forecasts: forecastDocument(allForecasts(measured)),
    ...(terms === undefined ? {} : { termStructure: termDocument(terms) }),
  };
}

export function allForecasts(measured: readonly Measured[]): Forecast[] {
  return measured.flatMap(({ measures }) => measures.forecasts);
}

function termDocument({ at, points, left }: TermStructure): object {
  return { at, points: points.map(({ toMaturity, ...point }) => ({ ...point, toMaturitySeconds: toMaturity })), left };
}

export function measuresText({ measured, makers, terms }: Shown, pictures: readonly string[]): string {
  return paragraphs(
    ...measured.map((one) => sessionText(one, makers)),
    forecastText(allForecasts(measured)),
    terms === undefined ? "" : termText(terms),
    ...pictures.map((file) => `Picture: ${file}`),
  );
}

function sessionText({ session, measures }: Measured, makers: readonly MeteredMaker[]): string {
  const { isOver, until, fills, checkpoints, finalWeights, known, open, information } = measures;
  const state = isOver ? "over" : "open: the basket has no final weights yet";
  const from = finalWeights?.from === "reference" ? "by prices elsewhere" : "by its last trades";
  return paragraphs(
    facts([
      ["session", session],
      ["log until", `${date(until)}, ${state}`],
      ["fills", `${fills} in ${checkpoints} checkpoints`],
      ["final weights", finalWeights === undefined ? "-" : `${finalWeights.weights.map(share).join(", ")}, ${from}`],
      ["what they paid is known of", names(known)],
      ["and is open of", names(open)],
    ]),
    fills === 0 ? "Nothing was traded: there is nothing to measure." : "",
    information.length === 0 ? "" : informationText(information),
    weightText(measures),
    impactText(measures),
    referenceText(measures),
    makerText(measures, makers),
  );
}

const share = (value: Fraction): string => `${(100 * numberOf(value)).toFixed(2)} %`;
const names = (markets: readonly Parameters<typeof marketName>[0][]): string =>
  markets.map(marketName).join(", ") || "-";
const shown = (value: number | undefined): string =>
  value === undefined ? "-" : String(Number(value.toPrecision(DIGITS)));

function informationText(path: readonly InformationPoint[]): string {
  const rows = informationByTenth(path).map(({ elapsed, information, theory }) => [
    `${Math.round(100 * elapsed)} %`,
    information.toFixed(DIGITS),
    theory.toFixed(DIGITS),
  ]);
  return `What prices knew (1: all that came true)\n${table(["of the session", "I", "Kyle's limit"], rows)}`;
}

function weightText({ weightErrors }: Measured["measures"]): string {
  if (weightErrors.length === 0) return "";
  const rows = weightErrors.map(({ toMaturity, ticks }) => [shown(Number(toMaturity) / DAY), shown(ticks)]);
  return `Implied against final weights\n${table(["days to t2", "mean error, ticks"], rows)}`;
}

function lineCells(line: Line | undefined): string[] {
  if (line === undefined) return ["-", "-", "-", "-"];
  return [String(line.count), shown(line.slope), shown(line.error), shown(line.rSquared)];
}

function impactText({ impacts }: Measured["measures"]): string {
  if (impacts.length === 0) return "";
  const rows = impacts.map(({ market, line }) => [marketName(market), ...lineCells(line)]);
  return `Price by flow, a call at a time (Newey–West errors)\n${table(["market", "calls", "λ, ticks a lot", "error", "R²"], rows)}`;
}

function referenceText({ foresight, volatility }: Measured["measures"]): string {
  const told = foresight.filter(({ line }) => line !== undefined);
  const rows = told.map(({ leg, horizon, line, skipped }) => [
    `leg ${leg}`,
    String(horizon),
    ...lineCells(line),
    String(skipped),
  ]);
  const moves = volatility.map(({ leg, count, implied, reference }) => [
    `leg ${leg}`,
    String(count),
    shown(implied),
    shown(reference),
    shown(implied / reference),
  ]);
  return paragraphs(
    rows.length === 0
      ? ""
      : `What flow told of prices elsewhere\n${table(["", "rows ahead", "pairs", "ticks a lot", "error", "R²", "with gaps"], rows)}`,
    moves.length === 0
      ? ""
      : `Moves of a leg against the rest, a year's worth\n${table(["", "moves", "implied", "elsewhere", "ratio"], moves)}`,
  );
}

function makerText(measures: Measured["measures"], makers: readonly MeteredMaker[]): string {
  if (makers.length === 0) return "";
  const rows = makers.map(({ trader, marketRootId }, k) => {
    const nats = measures.makers[k];
    const cells =
      nats === undefined
        ? []
        : [nats.learned, nats.news, nats.bought, nats.paid].map((one) => shown(Number(one) / NATS));
    return [trader, String(marketRootId), ...(cells.length === 0 ? ["-", "-", "-", "-"] : cells)];
  });
  return `Nats\n${table(["maker", "root", "learned", "of it news", "bought", "paid for"], rows)}`;
}

function forecastText(forecasts: readonly Forecast[]): string {
  const [brier, parts] = [brierScore(forecasts), decomposed(forecasts)];
  if (brier === undefined || parts === undefined) return "";
  const number = (value: Fraction): string => numberOf(value).toFixed(DIGITS);
  const rows = reliabilityBins(forecasts).map(({ from, to, count, happened, meanPrice, interval }) => [
    `${from.toFixed(1)}–${to.toFixed(1)}`,
    String(count),
    meanPrice === undefined ? "-" : number(meanPrice),
    count === 0 ? "-" : (happened / count).toFixed(DIGITS),
    interval === undefined ? "-" : `${interval.low.toFixed(2)}–${interval.high.toFixed(2)}`,
  ]);
  return paragraphs(
    `Prices of events as ${forecasts.length} forecasts: Brier score ${number(brier)}, log score ${logScore(forecasts, LEAST_PRICE).toFixed(DIGITS)} nats
= reliability ${number(parts.reliability)} − resolution ${number(parts.resolution)} + uncertainty ${number(parts.uncertainty)} + within bins ${number(parts.withinVariance)} − ${number(parts.withinCovariance)}`,
    table(["price", "forecasts", "mean", "came true", "95 % of shares alike"], rows),
  );
}

function termText({ at, points, left }: TermStructure): string {
  const rows = points.map(({ session, toMaturity, ratios, growth }) => [
    session,
    shown(Number(toMaturity) / DAY),
    ratios.map(shown).join(", "),
    growth.length === 0 ? "-" : growth.map((one) => `${(100 * one).toFixed(2)} %`).join(", "),
  ]);
  const out = left.map(({ session, why }) => `${session} is left out: ${why}.`);
  return paragraphs(
    `Relative value as of ${date(at)}: a unit of each other asset in units of the first\n${table(["session", "days to t2", "ratio", "growth a year"], rows)}`,
    out.join("\n"),
  );
}
