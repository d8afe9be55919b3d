/** What a position pays for each outcome: a line over an interval, bars over the outcomes of an event. What cannot come true is hatched. */
import { extremesText, type Placed, sentences } from "./caption.js";
import { hatching, pixel } from "./hatching.js";
import {
  type LineMark,
  type Mark,
  type PathMark,
  type Picture,
  shortened,
  textAt,
  titleAt,
  type Told,
} from "./marks.js";
import { type Place, placeOn, type PlotAxis, rangeOf } from "./scales.js";

/** What comes of an outcome. */
export interface PayoffPoint {
  readonly outcome: Told;
  readonly pays: Told;
}

export interface PayoffData {
  readonly title: string;
  /** Of the outcomes and of what is paid, as words at the axes. */
  readonly outcomeUnit: string;
  readonly payUnit: string;
  /** Corners of the position as it is, by rising outcome: straight lines in between. */
  readonly now: readonly PayoffPoint[];
  /** The same with the order that is being thought of. */
  readonly withOrder?: readonly PayoffPoint[];
  /** Outcomes that can still come true. */
  readonly possible: { readonly lower: Told; readonly upper: Told };
  /** The outcome by which collateral is counted. */
  readonly binding?: PayoffPoint | undefined;
  /** The same with the order. */
  readonly bindingWithOrder?: PayoffPoint | undefined;
  readonly strikes?: readonly Told[];
}

const SIZE = { width: 640, height: 360 };
const PLOT = { left: 80, right: 620, top: 44, bottom: 300 };

/** Where outcomes lie in it, to the right. */
export function outcomeAxis(data: Pick<PayoffData, "now" | "withOrder">): PlotAxis {
  const { low, high } = rangeOf([...data.now, ...(data.withOrder ?? [])].map(({ outcome }) => outcome.value));
  return { ...PLOT, low, high };
}

export function payoffPicture(data: PayoffData): Picture {
  const { title, now, withOrder = [], binding, bindingWithOrder } = data;
  const all = [...now, ...withOrder, ...[binding, bindingWithOrder].filter((point) => point !== undefined)];
  const range = rangeOf(all.map(({ outcome }) => outcome.value));
  const x = placeOn(range, PLOT.left, PLOT.right);
  const y = placeOn(rangeOf([0, ...all.map(({ pays }) => pays.value)]), PLOT.bottom, PLOT.top);
  return {
    ...SIZE,
    title,
    caption: captionOf(data),
    marks: [
      titleAt(title, 12),
      ...impossible(data, x, range),
      ...axes(data, x, y),
      ...lineOf(now, x, y, { tone: "own", width: 2, title: "as it is" }),
      ...lineOf(withOrder, x, y, { tone: "ink", dashed: true, title: "with the order" }),
      ...bindingAt(binding, x, y, "▼", "binds"),
      ...bindingAt(bindingWithOrder, x, y, "▽", "then"),
      textAt("── as it is", PLOT.left, 350, { tone: "own" }),
      ...(withOrder.length === 0 ? [] : [textAt("╌╌ with the order", PLOT.left + 110, 350)]),
    ],
    table: tableOf(data),
  };
}

function impossible(
  { possible, now }: PayoffData,
  x: Place,
  range: { readonly low: number; readonly high: number },
): Mark[] {
  if (now.length === 0) return [];
  const { lower, upper } = possible;
  const [y, height] = [PLOT.top, PLOT.bottom - PLOT.top];
  const [least, most] = [x(lower.value), x(upper.value)];
  const below = range.low < lower.value ? hatching({ x: PLOT.left, y, width: least - PLOT.left, height }, `below ${lower.text}: impossible`) : undefined; // prettier-ignore
  const above = range.high > upper.value ? hatching({ x: most, y, width: PLOT.right - most, height }, `above ${upper.text}: impossible`) : undefined; // prettier-ignore
  return [below, above].filter((mark) => mark !== undefined);
}

function axes(data: PayoffData, x: Place, y: Place): Mark[] {
  const { now, withOrder = [], outcomeUnit, payUnit, strikes = [] } = data;
  const zero = y(0);
  const ends = [now[0], now.at(-1)].flatMap((point) => (point === undefined ? [] : [point.outcome]));
  const pays = [...now, ...withOrder].map(({ pays: told }) => told);
  const heights = [pays.reduce(least, pays[0]), pays.reduce(greatest, pays[0])];
  return [
    { kind: "line", x1: PLOT.left, y1: zero, x2: PLOT.right, y2: zero, tone: "frame" },
    textAt("0", PLOT.left - 6, zero + 4, { anchor: "end" }),
    ...strikes.map((strike): LineMark => {
      const at = x(strike.value);
      const title = `strike ${strike.text}`;
      return { kind: "line", x1: at, y1: PLOT.top, x2: at, y2: PLOT.bottom, tone: "quiet", dashed: true, title };
    }),
    ...distinct(ends).map((end, k) =>
      textAt(end.text, x(end.value), PLOT.bottom + 18, { anchor: k === 0 ? "middle" : "end" }),
    ),
    ...distinct(heights.filter((told) => told !== undefined && told.value !== 0)).map((told) =>
      textAt(told.text, PLOT.left - 6, y(told.value) + 4, { anchor: "end" }),
    ),
    textAt(outcomeUnit, PLOT.right, PLOT.bottom + 34, { anchor: "end", tone: "quiet" }),
    textAt(payUnit, PLOT.left, PLOT.top - 6, { tone: "quiet" }),
  ];
}

const least = (one: Told | undefined, other: Told): Told =>
  one === undefined || other.value < one.value ? other : one;
const greatest = (one: Told | undefined, other: Told): Told =>
  one === undefined || other.value > one.value ? other : one;

function distinct(some: readonly (Told | undefined)[]): Told[] {
  return [...new Map(some.flatMap((told) => (told === undefined ? [] : [[told.value, told] as const]))).values()];
}

/** A position at one outcome alone is a dot. */
function lineOf(points: readonly PayoffPoint[], x: Place, y: Place, style: Omit<PathMark, "kind" | "d">): PathMark[] {
  const [first] = points;
  if (first === undefined) return [];
  const corners = points.map(
    ({ outcome, pays }, k) => `${k === 0 ? "M" : "L"}${pixel(x(outcome.value))} ${pixel(y(pays.value))}`,
  );
  const dot = points.length === 1 ? "h0.01" : "";
  return [{ kind: "path", d: `${corners.join("")}${dot}`, ...style }];
}

function bindingAt(binding: PayoffPoint | undefined, x: Place, y: Place, sign: "▼" | "▽", word: string): Mark[] {
  if (binding === undefined) return [];
  const { outcome, pays } = binding;
  const title = `binding outcome${sign === "▽" ? " with the order" : ""} ${outcome.text}: ${pays.text}`;
  const [at, height] = [x(outcome.value), y(pays.value)];
  const anchor = at > (PLOT.left + PLOT.right) / 2 ? "end" : "start";
  return [
    {
      kind: "group",
      title,
      marks: [
        textAt(sign, at, height - 4, { anchor: "middle", tone: "loss" }),
        textAt(`${word}: ${outcome.text}`, at, height - 18, { anchor, tone: "loss" }),
      ],
    },
  ];
}

function placedOf(points: readonly PayoffPoint[]): Placed[] {
  return points.map(({ outcome, pays }) => ({ ...pays, where: `at ${outcome.text}` }));
}

function captionOf({ now, withOrder, possible, binding, bindingWithOrder }: PayoffData): string {
  if (now.length === 0) return "No position.";
  const changed = withOrder === undefined ? "" : `With the order: ${extremesText(placedOf(withOrder))}`;
  const binds = binding === undefined ? "nothing binds" : `${binding.outcome.text} binds with ${binding.pays.text}`;
  const span = `Outcomes from ${possible.lower.text} to ${possible.upper.text} are possible.`;
  const then = bindingWithOrder === undefined ? "" : `With the order: ${bindingWithOrder.outcome.text} binds with ${bindingWithOrder.pays.text}.`; // prettier-ignore
  return sentences(extremesText(placedOf(now)), changed, span, `Now: ${binds}.`, then);
}

/** A row for each corner of either line; where one has none, the other's text stands alone. */
function tableOf({ now, withOrder = [], possible, binding, bindingWithOrder }: PayoffData): Picture["table"] {
  const rows = new Map<number, { outcome: Told; now?: string; then?: string }>();
  for (const { outcome, pays } of now) rows.set(outcome.value, { outcome, now: pays.text });
  for (const { outcome, pays } of withOrder) {
    rows.set(outcome.value, { outcome, ...rows.get(outcome.value), then: pays.text });
  }
  const noteOf = (value: number): string => {
    if (value < possible.lower.value || value > possible.upper.value) return "impossible";
    const binds = value === binding?.outcome.value ? ["binds"] : [];
    return [...binds, ...(value === bindingWithOrder?.outcome.value ? ["binds with the order"] : [])].join(", ");
  };
  const sorted = [...rows.values()].sort((a, b) => a.outcome.value - b.outcome.value);
  return {
    columns: ["outcome", "as it is", "with the order", "note"],
    rows: sorted.map(({ outcome, now: pays = "", then = "" }) => [outcome.text, pays, then, noteOf(outcome.value)]),
  };
}

// ------------------------------------------------------------------ events

export interface OutcomePayoff {
  readonly name: string;
  readonly now: Told;
  readonly withOrder?: Told | undefined;
  readonly isPossible: boolean;
  readonly isBinding: boolean;
  /** With the order. */
  readonly bindsThen?: boolean;
}

const BARS = { left: 150, right: 520, top: 56, row: 30, height: 16 };
/** Room for two amounts beside the bars. */
const NARROW = 420;

/** A bar for each outcome: to the right what is paid, to the left what is owed. */
export function outcomePayoffs(title: string, outcomes: readonly OutcomePayoff[]): Picture {
  const values = outcomes.flatMap(({ now, withOrder }) => [now.value, ...(withOrder ? [withOrder.value] : [])]);
  const right = outcomes.some(({ withOrder }) => withOrder !== undefined) ? NARROW : BARS.right;
  const x = placeOn(rangeOf([0, ...values]), BARS.left, right);
  const placed = outcomes.map(({ name, now }) => ({ ...now, where: `for ${name}` }));
  const binding = outcomes.find(({ isBinding }) => isBinding);
  const left = outcomes.filter(({ isPossible }) => isPossible).length;
  const binds = binding === undefined ? "nothing binds" : `${binding.name} binds with ${binding.now.text}`;
  const changed = outcomes.flatMap(({ name, withOrder }) =>
    withOrder ? [{ ...withOrder, where: `for ${name}` }] : [],
  );
  const then = changed.length === 0 ? "" : `With the order: ${extremesText(changed)}`;
  const height = BARS.top + BARS.row * Math.max(1, outcomes.length) + 10;
  return {
    ...{ width: SIZE.width, height, title },
    caption: sentences(
      extremesText(placed),
      then,
      `${left} of ${outcomes.length} outcomes are possible.`,
      `Now: ${binds}.`,
    ),
    marks: [
      titleAt(title, 12),
      { kind: "line", x1: x(0), y1: BARS.top - 6, x2: x(0), y2: height - 8, tone: "frame" },
      ...outcomes.flatMap((outcome, k) => outcomeRow(outcome, BARS.top + BARS.row * k, x, right)),
    ],
    table: {
      columns: ["outcome", "as it is", "with the order", "note"],
      rows: outcomes.map(({ name, now, withOrder, isPossible, isBinding, bindsThen = false }) => [
        ...[name, now.text, withOrder?.text ?? ""],
        isPossible
          ? [...(isBinding ? ["binds"] : []), ...(bindsThen ? ["binds with the order"] : [])].join(", ")
          : "impossible",
      ]),
    },
  };
}

function outcomeRow(outcome: OutcomePayoff, y: number, x: Place, right: number): Mark[] {
  const { name, now, withOrder, isPossible, isBinding, bindsThen = false } = outcome;
  const bar = { x: Math.min(x(0), x(now.value)), y, width: Math.abs(x(now.value) - x(0)), height: BARS.height };
  const hatched = isPossible ? undefined : hatching({ ...bar, x: BARS.left, width: right - BARS.left }, `${name}: impossible`); // prettier-ignore
  const then = withOrder === undefined ? undefined : x(withOrder.value);
  return [
    textAt(`${isBinding ? "▼ " : ""}${bindsThen ? "▽ " : ""}${shortened(name, 18)}`, BARS.left - 8, y + 12, {
      anchor: "end",
      struck: !isPossible,
    }),
    ...(isPossible ? [{ kind: "rect", ...bar, tone: now.value < 0 ? "loss" : "gain", title: now.text } as const] : []),
    ...(hatched === undefined ? [] : [hatched]),
    ...(then === undefined || !isPossible ? [] : changed(then, x(0), y, withOrder)),
    textAt(isPossible ? changeText(now, withOrder) : "impossible", right + 8, y + 12, {
      tone: isPossible ? "ink" : "quiet",
    }),
  ];
}

/** Faint, so that what is there already is seen through it; its end is marked. */
function changed(then: number, zero: number, y: number, withOrder: Told | undefined): Mark[] {
  const title = `with the order: ${withOrder?.text ?? ""}`;
  const span = { x: Math.min(zero, then), y: y + 4, width: Math.abs(then - zero), height: BARS.height - 8 };
  return [
    { kind: "rect", ...span, tone: then < zero ? "loss" : "gain", strength: 0.35, title },
    { kind: "line", x1: then, y1: y - 3, x2: then, y2: y + BARS.height + 3, tone: "ink", dashed: true, title },
  ];
}

function changeText(now: Told, withOrder: Told | undefined): string {
  return withOrder === undefined ? now.text : `${now.text} → ${withOrder.text}`;
}
