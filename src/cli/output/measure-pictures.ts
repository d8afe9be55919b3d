/** Measures as curves. */
import { informationByTenth } from "../../measures/document.js";
import { type Forecast, reliabilityBins } from "../../measures/forecasts.js";
import { numberOf } from "../../measures/rational.js";
import type { TermStructure } from "../../measures/term-structure.js";
import { type Curve, curvesPicture } from "../../pictures/curves.js";
import type { Picture } from "../../pictures/marks.js";
import { informationPicture, pointAt, reliabilityPicture, weightErrorsPicture } from "../../pictures/measures.js";
import type { Measured } from "../measure.js";

const DAY = 86_400;

/** By the last part of the file's name; only those that there is something for. */
export function measurePictures(
  measured: readonly Measured[],
  forecasts: readonly Forecast[],
  terms: TermStructure | undefined,
): Map<string, Picture> {
  const pictures = new Map<string, Picture>();
  const learned = measured.filter(({ measures }) => measures.information.length > 0);
  if (learned.length > 0) {
    const paths = learned.map(({ session, measures }) => {
      return { name: nameOf(session), points: informationByTenth(measures.information) };
    });
    pictures.set("information", informationPicture(paths));
  }
  const weighed = measured.filter(({ measures }) => measures.weightErrors.some(({ ticks }) => ticks !== undefined));
  if (weighed.length > 0) pictures.set("weights", weightErrorsPicture(weighed.map(weightErrorsOf)));
  if (forecasts.length > 0) {
    const bins = reliabilityBins(forecasts).map(({ meanPrice, interval, ...bin }) => ({
      ...bin,
      meanPrice: meanPrice === undefined ? null : numberOf(meanPrice),
      interval: interval ?? null,
    }));
    pictures.set("reliability", reliabilityPicture(bins));
  }
  if (terms !== undefined && terms.points.length > 0) pictures.set("terms", termsPicture(terms));
  return pictures;
}

function weightErrorsOf({ session, measures }: Measured) {
  const points = measures.weightErrors.map(({ toMaturity, ticks }) => {
    return { toMaturitySeconds: toMaturity, ticks: ticks ?? null };
  });
  return { name: nameOf(session), points };
}

/** Of each asset, in parts of what it is by the session that ends first: their units have nothing in common. */
function termsPicture({ points }: TermStructure): Picture {
  const first = points[0]?.ratios ?? [];
  const curves = first.map((start, k): Curve => {
    const own = points.map(({ toMaturity, ratios }) => pointAt(Number(toMaturity) / DAY, (ratios[k] ?? NaN) / start));
    return { name: `asset ${k + 2}`, kind: "line", tone: "own", points: own };
  });
  const up = "in units of asset 1, of what it is by the first";
  return curvesPicture({ title: "Relative value by when sessions end", across: "days to t2", up, curves });
}

function nameOf(session: string): string {
  return `${session.slice(0, 6)}…${session.slice(-4)}`;
}
