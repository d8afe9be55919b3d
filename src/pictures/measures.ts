/** Measures of sessions as curves. */
import { type Curve, type CurvePoint, curvesPicture } from "./curves.js";
import type { Picture } from "./marks.js";

/** Of one session. */
export interface NamedPath<Point> {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface LearnedAt {
  /** Part of the session that is over. */
  readonly elapsed: number;
  /** I: 1 is all that came true. */
  readonly information: number;
}

export interface WeightErrorAt {
  readonly toMaturitySeconds: bigint;
  /** Null where nothing was quoted. */
  readonly ticks: number | null;
}

/** What other assets are worth in the first by the end of one session. */
export interface ValueAt {
  /** Seconds. */
  readonly toMaturity: bigint;
  /** Of each asset but the first. */
  readonly ratios: readonly number[];
}

/** Forecasts of about the same price. */
export interface ForecastBin {
  readonly count: number;
  readonly happened: number;
  readonly meanPrice: number | null;
  /** By Wilson, 95 %. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

const UNIT = { low: 0, high: 1 };
const DIGITS = 4;
const DAY = 86_400;

export function informationPicture(sessions: readonly NamedPath<LearnedAt>[]): Picture {
  const curves = sessions.map(({ name, points }): Curve => {
    return {
      ...{ name, kind: "dots", tone: "compared" },
      points: points.map(({ elapsed, information }) => pointAt(elapsed, information)),
    };
  });
  const theory: Curve = { name: "Kyle's limit", kind: "line", tone: "own", points: [pointAt(0, 0), pointAt(1, 1)] };
  const heading = { title: "What prices knew", across: "part of the session", up: "I, 1: all that came true" };
  return curvesPicture({ ...heading, curves: [theory, ...curves], least: UNIT });
}

export function weightErrorsPicture(sessions: readonly NamedPath<WeightErrorAt>[]): Picture {
  const curves = sessions.map(({ name, points }): Curve => {
    const known = points.flatMap(({ toMaturitySeconds, ticks }) =>
      ticks === null ? [] : [pointAt(-Number(toMaturitySeconds) / DAY, ticks)],
    );
    return { name, kind: "line", tone: "own", points: known };
  });
  const heading = { title: "Implied against final weights", across: "days after t2", up: "mean error, ticks" };
  return curvesPicture({ ...heading, curves });
}

/** Each bin's share that came true, with what it may be of, over its mean price; on the line prices are what they say. */
export function reliabilityPicture(bins: readonly ForecastBin[]): Picture {
  const known = bins.flatMap(({ meanPrice, interval, count, happened }) =>
    meanPrice === null || interval === null ? [] : [{ price: meanPrice, interval, share: happened / count }],
  );
  const curves: Curve[] = [
    { name: "as prices say", kind: "line", tone: "quiet", points: [pointAt(0, 0), pointAt(1, 1)] },
    {
      ...{ name: "came true", kind: "dots", tone: "compared" },
      points: known.map(({ price, share }) => pointAt(price, share)),
    },
    ...known.map(({ price, interval }, k): Curve => ({
      name: k === known.length - 1 ? "95 % by Wilson" : "",
      ...{ kind: "line", tone: "own" },
      points: [pointAt(price, interval.low), pointAt(price, interval.high)],
    })),
  ];
  const heading = { title: "Reliability", across: "price of an outcome", up: "share that came true" };
  return curvesPicture({ ...heading, curves, least: UNIT });
}

/** Of each asset, in parts of what it is by the session that ends first: their units have nothing in common. */
export function termsPicture(points: readonly ValueAt[]): Picture {
  const first = points[0]?.ratios ?? [];
  const curves = first.map((start, k): Curve => {
    const own = points.map(({ toMaturity, ratios }) => pointAt(Number(toMaturity) / DAY, (ratios[k] ?? NaN) / start));
    return { name: `asset ${k + 2}`, kind: "line", tone: "own", points: own };
  });
  const up = "in units of asset 1, of what it is by the first";
  return curvesPicture({ title: "Relative value by when sessions end", across: "days to t2", up, curves });
}

function pointAt(x: number, y: number): CurvePoint {
  return { x: { text: x.toFixed(2), value: x }, y: { text: y.toFixed(DIGITS), value: y } };
}
