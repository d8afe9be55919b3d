/**
 * What somebody would be paid of each asset. Of two assets a place on a line, of three a place in a triangle, of more a bar for each;
 * beside it what others have to compare it with: the slice of who has never traded, and what the market thinks.
 */
import { extremesText, sentences } from "./caption.js";
import { pixel } from "./hatching.js";
import { type Mark, type Picture, shortened, textAt, titleAt, type Told } from "./marks.js";
import { placeOn, rangeOf, sharesOf } from "./scales.js";

/** Whose it is: each has a sign of its own. */
export type Whose = "own" | "passive" | "market";

export interface AllocationMark {
  readonly whose: Whose;
  readonly name: string;
  /** Of each asset, in one measure for all (value), and in its own unit (text). */
  readonly parts: readonly Told[];
}

export interface AllocationData {
  readonly title: string;
  readonly assets: readonly string[];
  readonly marks: readonly AllocationMark[];
  /** How one's own was before, oldest first: values as in `parts`. Shown in the triangle. */
  readonly trail?: readonly (readonly number[])[];
}

const SIGN = { own: "●", passive: "│", market: "◇" } as const;
const TONE = { own: "own", passive: "quiet", market: "compared" } as const;
const WIDTH = 640;
const LINE = { left: 60, right: 580, y: 84, height: 150 };
const TRIANGLE = { height: 420, left: 120, right: 520, base: 350, top: 350 - 400 * (Math.sqrt(3) / 2) + 40 };
const BARS = { left: 140, width: 360, top: 56, row: 34, height: 16 };

export function allocationPicture(data: AllocationData): Picture {
  const { title, assets } = data;
  const shape = assets.length === 2 ? onLine(data) : assets.length === 3 ? inTriangle(data) : asBars(data);
  return {
    width: WIDTH,
    height: shape.height,
    title,
    caption: captionOf(data),
    marks: [titleAt(title, 12), ...shape.marks],
    table: {
      columns: ["asset", ...data.marks.map(({ name }) => name)],
      rows: assets.map((asset, k) => [asset, ...data.marks.map(({ parts }) => parts[k]?.text ?? "–")]),
    },
  };
}

interface Shape {
  readonly height: number;
  readonly marks: readonly Mark[];
}

/** At the left all of the first asset, at the right all of the second. */
function onLine({ assets, marks }: AllocationData): Shape {
  const x = placeOn({ low: 0, high: 1 }, LINE.left, LINE.right);
  const { y } = LINE;
  const at = marks.flatMap((mark, index) => {
    const shares = sharesOf(valuesOf(mark));
    return shares === undefined ? [] : [signAt(mark, x(shares[1] ?? 0), y, index)];
  });
  return {
    height: LINE.height,
    marks: [
      { kind: "line", x1: LINE.left, y1: y, x2: LINE.right, y2: y, tone: "frame" },
      textAt(`all ${shortened(assets[0] ?? "", 20)}`, LINE.left, y - 24),
      textAt(`all ${shortened(assets[1] ?? "", 20)}`, LINE.right, y - 24, { anchor: "end" }),
      ...at,
      ...legend(marks, 138),
    ],
  };
}

/** At each corner all of one asset. */
function inTriangle({ assets, marks, trail = [] }: AllocationData): Shape {
  const { left, right, base, top } = TRIANGLE;
  const corners = [
    [left, base],
    [right, base],
    [(left + right) / 2, top],
  ] as const;
  const place = (values: readonly number[]): [number, number] | undefined => {
    const shares = sharesOf(values);
    if (shares === undefined) return undefined;
    const sum = (axis: 0 | 1): number => corners.reduce((all, corner, k) => all + corner[axis] * (shares[k] ?? 0), 0);
    return [sum(0), sum(1)];
  };
  const was = trail.flatMap((values) => {
    const found = place(values);
    return found === undefined ? [] : [found];
  });
  const at = marks.flatMap((mark, index) => {
    const found = place(valuesOf(mark));
    return found === undefined ? [] : [signAt(mark, found[0], found[1], index)];
  });
  return {
    height: TRIANGLE.height,
    marks: [
      { kind: "path", d: `${pathThrough(corners)}Z`, tone: "frame" },
      ...corners.map(([x, y], k) =>
        textAt(`all ${shortened(assets[k] ?? "", 16)}`, x, k === 2 ? y - 10 : y + 20, { anchor: "middle" }),
      ),
      ...(was.length < 2 ? [] : [{ kind: "path", d: pathThrough(was), tone: "own", strength: 0.4 } as const]),
      ...at,
      ...legend(marks, TRIANGLE.height - 12),
    ],
  };
}

/** One's own as a bar, what it is compared with as ticks over it. Negative claims have no bar: their text says them. */
function asBars({ assets, marks }: AllocationData): Shape {
  const range = rangeOf([0, ...marks.flatMap(valuesOf)]);
  const width = placeOn({ low: 0, high: range.high > 0 ? range.high : 1 }, 0, BARS.width);
  const rows = assets.flatMap((asset, k) => {
    const y = BARS.top + BARS.row * k;
    return [
      textAt(shortened(asset, 18), BARS.left - 8, y + 12, { anchor: "end" }),
      { kind: "rect", x: BARS.left, y, width: BARS.width, height: BARS.height, tone: "trough" } as const,
      ...marks.flatMap((mark) => overBar(mark, k, y, width)),
    ];
  });
  const height = BARS.top + BARS.row * Math.max(1, assets.length) + 30;
  return { height, marks: [...rows, ...legend(marks, height - 12)] };
}

function overBar(
  { whose, name, parts }: AllocationMark,
  k: number,
  y: number,
  width: (value: number) => number,
): Mark[] {
  const told = parts[k];
  if (told === undefined) return [];
  const [title, x] = [`${name}: ${told.text}`, width(told.value)];
  if (whose !== "own") {
    const at = BARS.left + x;
    const [y1, y2] = [y - 3, y + BARS.height + 3];
    return [{ kind: "line", x1: at, y1, x2: at, y2, tone: TONE[whose], dashed: whose === "market", title }];
  }
  return [
    { kind: "rect", x: BARS.left, y, width: x, height: BARS.height, tone: "own", title },
    textAt(told.text, BARS.left + BARS.width + 8, y + 12),
  ];
}

function valuesOf({ parts }: AllocationMark): number[] {
  return parts.map(({ value }) => value);
}

function signAt({ whose, name, parts }: AllocationMark, x: number, y: number, index: number): Mark {
  const title = `${name}: ${parts.map(({ text }) => text).join(", ")}`;
  return {
    kind: "group",
    title,
    marks: [
      textAt(SIGN[whose], x, y + 4, { anchor: "middle", tone: TONE[whose] }),
      textAt(shortened(name, 14), x, y + 20 + 13 * (index % 3), { anchor: "middle", tone: TONE[whose] }),
    ],
  };
}

function legend(marks: readonly AllocationMark[], y: number): Mark[] {
  return marks.map(({ whose, name }, index) =>
    textAt(`${SIGN[whose]} ${shortened(name, 22)}`, 12 + 200 * index, y, { tone: TONE[whose] }),
  );
}

function pathThrough(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], k) => `${k === 0 ? "M" : "L"}${pixel(x)} ${pixel(y)}`).join("");
}

function captionOf({ assets, marks }: AllocationData): string {
  const own = marks.find(({ whose }) => whose === "own");
  const parts = (own?.parts ?? []).map((told, k) => ({ ...told, where: `of ${assets[k] ?? ""}` }));
  const now = marks.map(
    ({ name, parts: told }) => `${name} ${told.map(({ text }, k) => `${text} of ${assets[k] ?? ""}`).join(", ")}`,
  );
  return sentences(extremesText(parts), now.length === 0 ? "Nothing is allocated." : `Now: ${now.join("; ")}.`);
}
