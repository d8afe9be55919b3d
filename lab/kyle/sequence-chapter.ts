import type { Picture } from "../../src/pictures/marks.js";
import { curvesPicture } from "../../src/pictures/curves.js";
import { sequentialKyle } from "../../src/measures/theory/kyle.js";
import { measuredDots, type Pair, theoryCurve } from "../laboratory/curves.js";
import { type Chapter, relative } from "../laboratory/figures.js";
import { EXACT } from "./model.js";
import type { MeasuredSequence } from "./sequential.js";

export function sequenceChapter(sequences: ReadonlyMap<number, MeasuredSequence>): Chapter {
  const figures = [...sequences].flatMap(([count, { steps, insiderProfit }]) => {
    const theory = sequentialKyle(count);
    return [
      relative(`insider's profit, N = ${count}`, insiderProfit, theory.insiderProfit, EXACT),
      ...theory.steps.flatMap(({ lambda, trade, left }, n) => [
        relative(`λ of ${n + 1} of ${count}`, steps[n]?.lambda ?? NaN, lambda, EXACT),
        relative(`βΔt of ${n + 1} of ${count}`, steps[n]?.trade ?? NaN, trade, EXACT),
        relative(`Σ after ${n + 1} of ${count}`, steps[n]?.left ?? NaN, left, EXACT),
      ]),
    ];
  });
  const about =
    "N auctions in one root, then settlement. The insider trades less than it could at once, and what it knows comes out little by little. Units of σ_v and σ_u; draws whose second moments are exact.";
  return { title: "Auctions one after the other", about, figures };
}

/** Σ over the session, for each N. */
export function leftPicture(sequences: ReadonlyMap<number, MeasuredSequence>): Picture {
  const curves = [...sequences].flatMap(([count, { steps }]) => {
    const over = (all: readonly { readonly left: number }[]): Pair[] => [
      [0, 1],
      ...all.map(({ left }, n): Pair => [(n + 1) / count, left]),
    ];
    return [theoryCurve(`N = ${count}`, over(sequentialKyle(count).steps)), measuredDots(`N = ${count}`, over(steps))];
  });
  const title = "What the market does not know yet";
  return curvesPicture({
    title,
    across: "part of the session",
    up: "variance left, of σ_v²",
    curves,
    least: { low: 0, high: 1 },
  });
}
