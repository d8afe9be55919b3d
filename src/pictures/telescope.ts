/** How the bounds of a root have closed in, record by record: a band of steps, strikes as rules, and below it what each step set free. */
import { area, curveStepAfter, line } from "d3-shape";

import { countText, extremesText, sentences } from "./caption.js";
import { type LineMark, type Mark, type Picture, textAt, titleAt, type Told } from "./marks.js";
import { type Place, placeOn, type PlotAxis, rangeOf } from "./scales.js";

/** Bounds as a record left them. */
export interface BoundsStep {
  /** Of the record: any measure that rises (value), and as readers know it (text). */
  readonly when: Told;
  readonly lower: Told;
  readonly upper: Told;
  /** Collateral that the record set free in all accounts; undefined if nobody has counted. */
  readonly freed?: Told | undefined;
  /** What the record was, and what it determined. */
  readonly what: string;
}

export interface TelescopeData {
  readonly title: string;
  readonly unit: string;
  /** By rising time; the first is the root as it was made. */
  readonly steps: readonly BoundsStep[];
  /** Until when it is drawn: now, or when it was settled. */
  readonly until: Told;
  readonly strikes?: readonly Told[];
  /** What the market thinks of the outcome, by time. */
  readonly price?: readonly { readonly when: Told; readonly value: Told }[];
}

const SIZE = { width: 640, height: 400 };
const PLOT = { left: 80, right: 620, top: 44, bottom: 270 };
const FREED = { top: 296, bottom: 360 };

/** Where outcomes lie in it, upwards. */
export function boundsAxis({ steps }: Pick<TelescopeData, "steps">): PlotAxis {
  return { ...PLOT, ...rangeOf(steps.flatMap(({ lower, upper }) => [lower.value, upper.value])) };
}

export function telescopePicture(data: TelescopeData): Picture {
  const { title, unit, steps, until, strikes = [] } = data;
  const times = rangeOf([...steps.map(({ when }) => when.value), until.value]);
  const x = placeOn(times, PLOT.left, PLOT.right);
  const y = placeOn(rangeOf(steps.flatMap(({ lower, upper }) => [lower.value, upper.value])), PLOT.bottom, PLOT.top);
  return {
    ...SIZE,
    title,
    caption: captionOf(data),
    marks: [
      titleAt(title, 12),
      textAt(unit, PLOT.left, PLOT.top - 6, { tone: "quiet" }),
      ...(steps.length === 0 ? [] : band(data, x, y)),
      ...strikes.map((strike) => rule(strike, y(strike.value))),
      ...priceLine(data, x, y),
      ...steps.map((step): Mark => recordAt(step, x(step.when.value), y)),
      ...freedBars(data, x),
      ...axis(data, x, y),
    ],
    table: {
      columns: ["when", "lower", "upper", "collateral set free", "record"],
      rows: steps.map(({ when, lower, upper, freed, what }) => [
        ...[when.text, lower.text, upper.text],
        ...[freed?.text ?? "", what],
      ]),
    },
  };
}

/** Steps hold until the next record, the last one until the end. */
function withEnd({ steps, until }: TelescopeData): BoundsStep[] {
  const last = steps.at(-1);
  return last === undefined || until.value <= last.when.value ? [...steps] : [...steps, { ...last, when: until }];
}

function band(data: TelescopeData, x: Place, y: Place): Mark[] {
  const all = withEnd(data);
  const at = (step: BoundsStep): number => x(step.when.value);
  const inside = area<BoundsStep>(
    at,
    ({ lower }) => y(lower.value),
    ({ upper }) => y(upper.value),
  );
  const edge = (of: (step: BoundsStep) => Told) =>
    line<BoundsStep>(at, (step) => y(of(step).value))
      .curve(curveStepAfter)
      .digits(2)(all) ?? "";
  return [
    { kind: "path", d: inside.curve(curveStepAfter).digits(2)(all) ?? "", tone: "own", filled: true, strength: 0.18 },
    { kind: "path", d: edge(({ upper }) => upper), tone: "own", width: 2, title: "upper bound" },
    { kind: "path", d: edge(({ lower }) => lower), tone: "own", width: 2, title: "lower bound" },
  ];
}

function rule(strike: Told, y: number): LineMark {
  const title = `strike ${strike.text}`;
  return { kind: "line", x1: PLOT.left, y1: y, x2: PLOT.right, y2: y, tone: "quiet", dashed: true, title };
}

function priceLine({ price = [] }: TelescopeData, x: Place, y: Place): Mark[] {
  if (price.length < 2) return [];
  const path = line<(typeof price)[number]>(
    ({ when }) => x(when.value),
    ({ value }) => y(value.value),
  );
  const d = path.curve(curveStepAfter).digits(2)([...price]) ?? "";
  return [{ kind: "path", d, tone: "compared", title: "price" }];
}

/** What a pointer finds at a record: a thin line from bound to bound. */
function recordAt({ when, lower, upper, what }: BoundsStep, x: number, y: Place): LineMark {
  const title = `${when.text}: ${what}, ${lower.text} to ${upper.text}`;
  return { kind: "line", x1: x, y1: y(lower.value), x2: x, y2: y(upper.value), tone: "frame", title };
}

function freedBars({ steps }: TelescopeData, x: Place): Mark[] {
  const freed = steps.flatMap(({ when, freed: told }) => (told === undefined ? [] : [{ when, told }]));
  if (freed.length === 0) return [];
  const y = placeOn(
    { low: 0, high: Math.max(0, ...freed.map(({ told }) => told.value)) || 1 },
    FREED.bottom,
    FREED.top,
  );
  return [
    textAt("set free", PLOT.left - 6, FREED.bottom, { anchor: "end", tone: "quiet" }),
    { kind: "line", x1: PLOT.left, y1: FREED.bottom, x2: PLOT.right, y2: FREED.bottom, tone: "frame" },
    ...freed.map(({ when, told }): Mark => {
      const top = y(told.value);
      const title = `${when.text}: ${told.text} set free`;
      const left = Math.min(PLOT.right - 6, Math.max(PLOT.left, x(when.value) - 3));
      return { kind: "rect", x: left, y: top, width: 6, height: FREED.bottom - top, tone: "gain", title };
    }),
  ];
}

function axis({ steps, until }: TelescopeData, x: Place, y: Place): Mark[] {
  const first = steps[0];
  if (first === undefined) return [textAt("no records", PLOT.left, (PLOT.top + PLOT.bottom) / 2, { tone: "quiet" })];
  return [
    { kind: "path", d: `M${PLOT.left} ${PLOT.top}V${PLOT.bottom}H${PLOT.right}`, tone: "frame" },
    textAt(first.upper.text, PLOT.left - 6, y(first.upper.value) + 4, { anchor: "end" }),
    ...(first.upper.value === first.lower.value
      ? []
      : [textAt(first.lower.text, PLOT.left - 6, y(first.lower.value) + 4, { anchor: "end" })]),
    textAt(first.when.text, PLOT.left, 384),
    ...(x(until.value) > PLOT.left ? [textAt(until.text, PLOT.right, 384, { anchor: "end" })] : []),
  ];
}

function captionOf({ steps, until }: TelescopeData): string {
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return "No records.";
  const freed = steps.flatMap(({ when, freed: told }) =>
    told ? [{ ...told, where: `set free on ${when.text}` }] : [],
  );
  const isSettled = last.lower.value === last.upper.value;
  const now = isSettled ? `determined at ${last.lower.text}` : `between ${last.lower.text} and ${last.upper.text}`;
  const begun = `${countText(steps.length, "record")}. At first between ${first.lower.text} and ${first.upper.text}.`;
  return sentences(begun, extremesText(freed), `Now (${until.text}): ${now}.`);
}
