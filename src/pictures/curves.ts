/** Lines and dots over one axis: what was measured beside what theory says, or one measure over time. */
import { extremesText, sentences } from "./caption.js";
import { pixel } from "./hatching.js";
import { type Mark, type Picture, shortened, textAt, titleAt, type Told, type Tone } from "./marks.js";
import { type Place, placeOn, type Range, rangeOf } from "./scales.js";

export interface CurvePoint {
  readonly x: Told;
  readonly y: Told;
}

export interface Curve {
  readonly name: string;
  /** A line is drawn through its points, in their order; of dots each stands for itself. */
  readonly kind: "line" | "dots";
  readonly tone: Tone;
  readonly dashed?: boolean;
  readonly points: readonly CurvePoint[];
}

export interface CurvesData {
  readonly title: string;
  /** What is counted along the axes, and in which unit. */
  readonly across: string;
  readonly up: string;
  readonly curves: readonly Curve[];
  /** What the upward axis shows at least; the points' own range by default. */
  readonly least?: Range;
}

const SIZE = { width: 720, height: 380 };
const PLOT = { left: 80, right: 560, top: 52, bottom: 320 };
const NAMES_AT = 572;
const LINE_HEIGHT = 14;
const RADIUS = 3;
const TICKS = 4;

export function curvesPicture(data: CurvesData): Picture {
  const { title, across, up, curves, least } = data;
  const all = curves.flatMap(({ points }) => points);
  const xs = rangeOf(all.map(({ x }) => x.value));
  const ys = rangeOf([...all.map(({ y }) => y.value), ...(least === undefined ? [] : [least.low, least.high])]);
  const x = placeOn(xs, PLOT.left, PLOT.right);
  const y = placeOn(ys, PLOT.bottom, PLOT.top);
  return {
    ...SIZE,
    title,
    caption: captionOf(data),
    marks: [
      titleAt(title, 12),
      textAt(up, 12, 42, { tone: "quiet" }),
      textAt(across, PLOT.right, PLOT.bottom + 36, { anchor: "end", tone: "quiet" }),
      ...axes(all, ys, x, y),
      ...curves.flatMap((curve) => drawn(curve, x, y)),
      ...names(curves, y),
      ...(all.length === 0 ? [textAt("nothing to show", PLOT.left + 12, PLOT.top + 24, { tone: "quiet" })] : []),
    ],
    table: {
      columns: ["curve", across, up],
      rows: curves.flatMap(({ name, points }) => points.map((point) => [name, point.x.text, point.y.text])),
    },
  };
}

/** The ends of the axis across, and round numbers of the axis upwards. */
function axes(all: readonly CurvePoint[], { low, high }: Range, x: Place, y: Place): Mark[] {
  const byX = [...all].sort((a, b) => a.x.value - b.x.value);
  const ends = [byX[0], byX.at(-1)].flatMap((point) => (point === undefined ? [] : [point.x]));
  const distinct = ends[0]?.value === ends[1]?.value ? ends.slice(0, 1) : ends;
  const heights = all.length === 0 ? [] : Array.from({ length: TICKS + 1 }, (_, k) => low + ((high - low) * k) / TICKS);
  return [
    { kind: "line", x1: PLOT.left, y1: PLOT.bottom, x2: PLOT.right, y2: PLOT.bottom, tone: "frame" },
    { kind: "line", x1: PLOT.left, y1: PLOT.top, x2: PLOT.left, y2: PLOT.bottom, tone: "frame" },
    ...distinct.map((end) => textAt(end.text, x(end.value), PLOT.bottom + 18, { anchor: "middle" })),
    ...[...new Set(heights)].map((height) =>
      textAt(String(Number(height.toPrecision(3))), PLOT.left - 6, y(height) + 4, { anchor: "end" }),
    ),
  ];
}

function drawn({ name, kind, tone, dashed = false, points }: Curve, x: Place, y: Place): Mark[] {
  const at = points.map((point) => [x(point.x.value), y(point.y.value)] as const);
  if (kind === "line") {
    const d = at.map(([left, top], k) => `${k === 0 ? "M" : "L"}${pixel(left)} ${pixel(top)}`).join("");
    return d === ""
      ? []
      : [{ kind: "path", d: at.length === 1 ? `${d}h0.01` : d, tone, dashed, width: 2, title: name }];
  }
  return points.map((point, k): Mark => {
    const [left = 0, top = 0] = at[k] ?? [];
    const title = `${name}: ${point.y.text} at ${point.x.text}`;
    return { kind: "path", d: dotAt(left, top), tone, filled: true, title };
  });
}

/** A diamond: it is a dot to the eye, and has corners for whoever has to see where its middle is. */
function dotAt(left: number, top: number): string {
  const corners = [[-RADIUS, 0], [0, -RADIUS], [RADIUS, 0], [0, RADIUS]] as const; // prettier-ignore
  return `${corners.map(([dx, dy], k) => `${k === 0 ? "M" : "L"}${pixel(left + dx)} ${pixel(top + dy)}`).join("")}Z`;
}

/** Beside each curve's last point, moved apart where they would cover each other. */
function names(curves: readonly Curve[], y: Place): Mark[] {
  const wanted = curves
    .flatMap(({ name, tone, kind, points }) => {
      const last = points.at(-1);
      return last === undefined ? [] : [{ name: `${kind === "dots" ? "◆" : "─"} ${name}`, tone, at: y(last.y.value) }];
    })
    .sort((a, b) => a.at - b.at);
  let free = PLOT.top;
  return wanted.map(({ name, tone, at }, k) => {
    const lowest = PLOT.bottom - LINE_HEIGHT * (wanted.length - 1 - k);
    const place = Math.max(free, Math.min(at, lowest));
    free = place + LINE_HEIGHT;
    return textAt(shortened(name, 20), NAMES_AT, place + 4, { tone });
  });
}

function captionOf({ curves, across, up }: CurvesData): string {
  const said = curves.map(({ name, points }) => {
    const placed = points.map(({ x, y }) => ({ ...y, where: `at ${x.text}` }));
    return placed.length === 0 ? `${name}: nothing.` : `${name}: ${extremesText(placed)}`;
  });
  return sentences(`${up} by ${across}.`, ...said);
}
