/** Slanted lines over what cannot be: seen without colour, and in print. */
import type { PathMark, RectMark } from "./marks.js";

const APART = 8;

type Box = Pick<RectMark, "x" | "y" | "width" | "height">;

/** @returns undefined if the box has no inside */
export function hatching({ x, y, width, height }: Box, title: string): PathMark | undefined {
  if (width <= 0 || height <= 0) return undefined;
  const lines: string[] = [];
  // Each line rises from the left or lower edge to the upper or right one; `at` is where it would leave the lower edge.
  for (let at = APART - height; at < width; at += APART) {
    const [fromX, toX] = [Math.max(0, at), Math.min(width, at + height)];
    const [fromY, toY] = [height - (fromX - at), height - (toX - at)];
    lines.push(`M${pixel(x + fromX)} ${pixel(y + fromY)}L${pixel(x + toX)} ${pixel(y + toY)}`);
  }
  return { kind: "path", d: lines.join(""), tone: "impossible", title };
}

/** To a hundredth. */
export function pixel(value: number): string {
  return value.toFixed(2);
}
