/** Largest share and concentration of each asset as bars: the longer, the fewer hands. */
import { element, label, picture, tooltip } from "./element.js";

export interface ShareBars {
  readonly name: string;
  /** From 0 to 1, for the bars alone; the texts are exact as far as they go. */
  readonly largest: { readonly text: string; readonly value: number };
  readonly herfindahl: { readonly text: string; readonly value: number };
  readonly holders: number;
}

const WIDTH = 640;
const LEFT = 120;
const BAR = 400;
const ROW = 58;
const TOP = 64;
const HEIGHT = 14;
const COLOURS = { largest: "#b2182b", herfindahl: "#2166ac" } as const;

export function sharesPicture(title: string, legs: readonly ShareBars[]): string {
  const described = legs.map(
    ({ name, largest, herfindahl }) => `${name}: largest share ${largest.text}, Herfindahl ${herfindahl.text}`,
  );
  const heading = [
    label(title, 12, 22, { "font-size": 15, "font-weight": "bold" }),
    label("largest share of the claims", LEFT, 44, { fill: COLOURS.largest }),
    label("sum of squared shares", LEFT + BAR / 2, 44, { fill: COLOURS.herfindahl }),
  ];
  const size = { width: WIDTH, height: TOP + ROW * Math.max(1, legs.length) + 12 };
  return picture(size, title, described.join("; ") || "no claims", ...heading, ...legs.flatMap(rowOf));
}

function rowOf({ name, largest, herfindahl, holders }: ShareBars, index: number): string[] {
  const y = TOP + ROW * index;
  return [
    label(name, 12, y + HEIGHT),
    label(`${String(holders)} holders`, 12, y + 2 * HEIGHT + 6, { fill: "#555555" }),
    ...bar(y, largest, COLOURS.largest),
    ...bar(y + HEIGHT + 8, herfindahl, COLOURS.herfindahl),
  ];
}

function bar(y: number, { text, value }: ShareBars["largest"], fill: string): string[] {
  const frame = { x: LEFT, y, width: BAR, height: HEIGHT, fill: "#eeeeee" };
  return [
    element("rect", frame),
    element("rect", { ...frame, width: BAR * Math.min(1, Math.max(0, value)), fill }, tooltip(text)),
    label(text, LEFT + BAR + 8, y + HEIGHT - 2),
  ];
}
