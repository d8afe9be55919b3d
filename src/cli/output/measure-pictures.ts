/** Measures as curves. */
import { informationByTenth } from "../../measures/document.js";
import { type Forecast, reliabilityBins } from "../../measures/forecasts.js";
import { numberOf } from "../../measures/rational.js";
import type { TermStructure } from "../../measures/term-structure.js";
import type { Picture } from "../../pictures/marks.js";
import { informationPicture, reliabilityPicture, termsPicture, weightErrorsPicture } from "../../pictures/measures.js";
import type { Measured } from "../measure.js";

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
  if (terms !== undefined && terms.points.length > 0) pictures.set("terms", termsPicture(terms.points));
  return pictures;
}

function weightErrorsOf({ session, measures }: Measured) {
  const points = measures.weightErrors.map(({ toMaturity, ticks }) => {
    return { toMaturitySeconds: toMaturity, ticks: ticks ?? null };
  });
  return { name: nameOf(session), points };
}

function nameOf(session: string): string {
  return `${session.slice(0, 6)}…${session.slice(-4)}`;
}
