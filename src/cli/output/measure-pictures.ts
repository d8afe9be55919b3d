/** Measures as curves. */
import type { Forecast } from "../../measures/forecasts.js";
import { reliabilityBins } from "../../measures/forecasts.js";
import { numberOf } from "../../measures/rational.js";
import { type Curve, type CurvePoint, curvesPicture } from "../../pictures/curves.js";
import type { Picture } from "../../pictures/marks.js";
import type { TermStructure } from "../../measures/term-structure.js";
import type { Measured } from "../measure.js";
import { informationByTenth } from "../../measures/document.js";

const UNIT = { low: 0, high: 1 };
const DIGITS = 4;
const DAY = 86_400;

/** By the last part of the file's name; only those that there is something for. */
export function measurePictures(
  measured: readonly Measured[],
  forecasts: readonly Forecast[],
  terms: TermStructure | undefined,
): Map<string, Picture> {
  const pictures = new Map<string, Picture>();
  const learned = measured.filter(({ measures }) => measures.information.length > 0);
  if (learned.length > 0) pictures.set("information", informationPicture(learned));
  const weighed = measured.filter(({ measures }) => measures.weightErrors.some(({ ticks }) => ticks !== undefined));
  if (weighed.length > 0) pictures.set("weights", weightsPicture(weighed));
  if (forecasts.length > 0) pictures.set("reliability", reliabilityPicture(forecasts));
  if (terms !== undefined && terms.points.length > 0) pictures.set("terms", termsPicture(terms));
  return pictures;
}

function informationPicture(measured: readonly Measured[]): Picture {
  const curves = measured.map(({ session, measures }): Curve => {
    const points = informationByTenth(measures.information).map(({ elapsed, information }) => at(elapsed, information));
    return { name: nameOf(session), kind: "dots", tone: "compared", points };
  });
  const theory: Curve = { name: "Kyle's limit", kind: "line", tone: "own", points: [at(0, 0), at(1, 1)] };
  const heading = { title: "What prices knew", across: "part of the session", up: "I, 1: all that came true" };
  return curvesPicture({ ...heading, curves: [theory, ...curves], least: UNIT });
}

function weightsPicture(measured: readonly Measured[]): Picture {
  const curves = measured.map(({ session, measures }): Curve => {
    const points = measures.weightErrors.flatMap(({ toMaturity, ticks }) =>
      ticks === undefined ? [] : [at(-Number(toMaturity) / DAY, ticks)],
    );
    return { name: nameOf(session), kind: "line", tone: "own", points };
  });
  return curvesPicture({
    title: "Implied against final weights",
    across: "days after t2",
    up: "mean error, ticks",
    curves,
  });
}

/** Each bin's share that came true, with what it may be of, over its mean price; on the line prices are what they say. */
function reliabilityPicture(forecasts: readonly Forecast[]): Picture {
  const bins = reliabilityBins(forecasts).flatMap(({ meanPrice, interval, count, happened }) =>
    meanPrice === undefined || interval === undefined
      ? []
      : [{ price: numberOf(meanPrice), interval, share: happened / count }],
  );
  const curves: Curve[] = [
    { name: "as prices say", kind: "line", tone: "quiet", points: [at(0, 0), at(1, 1)] },
    { name: "came true", kind: "dots", tone: "compared", points: bins.map(({ price, share }) => at(price, share)) },
    ...bins.map(({ price, interval }, k): Curve => ({
      name: k === bins.length - 1 ? "95 % by Wilson" : "",
      kind: "line",
      tone: "own",
      points: [at(price, interval.low), at(price, interval.high)],
    })),
  ];
  return curvesPicture({
    title: "Reliability",
    across: "price of an outcome",
    up: "share that came true",
    curves,
    least: UNIT,
  });
}

/** Of each asset, in parts of what it is by the session that ends first: their units have nothing in common. */
function termsPicture({ points }: TermStructure): Picture {
  const first = points[0]?.ratios ?? [];
  const curves = first.map((start, k): Curve => {
    const own = points.map(({ toMaturity, ratios }) => at(Number(toMaturity) / DAY, (ratios[k] ?? NaN) / start));
    return { name: `asset ${k + 2}`, kind: "line", tone: "own", points: own };
  });
  const up = "in units of asset 1, of what it is by the first";
  return curvesPicture({ title: "Relative value by when sessions end", across: "days to t2", up, curves });
}

function nameOf(session: string): string {
  return `${session.slice(0, 6)}…${session.slice(-4)}`;
}

function at(x: number, y: number): CurvePoint {
  return { x: { text: x.toFixed(2), value: x }, y: { text: y.toFixed(DIGITS), value: y } };
}
