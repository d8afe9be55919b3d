/** Where amounts stand in pixels. */
import { scaleLinear } from "d3-scale";

/** Beyond it, sums and differences of places would be no numbers any more. */
const MOST = 1e300;

export type Place = (value: number) => number;

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** What is no number stands at 0. */
function finite(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(MOST, Math.max(-MOST, value));
}

/** The box of a plot and the values at its ends, for whoever puts something over it that can be dragged: pixels of the picture. */
export interface PlotAxis extends Range {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The least and the greatest of some values; `otherwise` if there are none. */
export function rangeOf(values: readonly number[], otherwise: Range = { low: 0, high: 1 }): Range {
  if (values.length === 0) return otherwise;
  return values
    .map(finite)
    .reduce(({ low, high }, value) => ({ low: Math.min(low, value), high: Math.max(high, value) }), {
      low: Infinity,
      high: -Infinity,
    });
}

/** Linear from one pixel to the other, and never beyond them; of a range without width everything stands in the middle. */
export function placeOn({ low, high }: Range, from: number, to: number): Place {
  const scale = scaleLinear()
    .domain([finite(low), finite(high)])
    .range([from, to])
    .clamp(true);
  return (value) => scale(finite(value));
}

/** Parts of a whole, 0 to 1; negative parts count as none. @returns undefined if there is nothing to share */
export function sharesOf(parts: readonly number[]): number[] | undefined {
  const positive = parts.map((part) => Math.max(0, finite(part)) / Math.max(1, parts.length)); // so that their sum is finite
  const sum = positive.reduce((total, part) => total + part, 0);
  return sum > 0 ? positive.map((part) => part / sum) : undefined;
}
