/** Figures of a study as curves: theory as lines, what was measured as dots. */
import type { Curve, CurvePoint } from "../../src/pictures/curves.js";
import { shown } from "./figures.js";

export type Pair = readonly [x: number, y: number];

export function theoryCurve(name: string, pairs: readonly Pair[]): Curve {
  return { name, kind: "line", tone: "own", points: pairs.map(pointOf) };
}

export function measuredDots(name: string, pairs: readonly Pair[]): Curve {
  return { name, kind: "dots", tone: "compared", points: pairs.map(pointOf) };
}

function pointOf([x, y]: Pair): CurvePoint {
  return { x: { text: shown(x), value: x }, y: { text: shown(y), value: y } };
}
