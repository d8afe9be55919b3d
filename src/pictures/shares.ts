/** Largest share and concentration of each asset as bars: the longer, the fewer hands. */
import { extremesText, sentences } from "./caption.js";
import { type Mark, type Picture, textAt, titleAt, type Told, type Tone } from "./marks.js";
import { placeOn } from "./scales.js";

export interface ShareBars {
  readonly name: string;
  /** From 0 to 1, for the bars alone. */
  readonly largest: Told;
  readonly herfindahl: Told;
  readonly holders: number;
}

const WIDTH = 640;
const LEFT = 120;
const BAR = 400;
const ROW = 58;
const TOP = 64;
const HEIGHT = 14;

export function sharesPicture(title: string, legs: readonly ShareBars[]): Picture {
  const described = legs.map(
    ({ name, largest, herfindahl }) => `${name}: largest share ${largest.text}, Herfindahl ${herfindahl.text}`,
  );
  const all = legs.map(({ name, largest }) => ({ ...largest, where: `of ${name} in one hand` }));
  return {
    width: WIDTH,
    height: TOP + ROW * Math.max(1, legs.length) + 12,
    title,
    caption: sentences(`${described.join("; ") || "no claims"}.`, extremesText(all)),
    marks: [
      titleAt(title, 12, 22),
      textAt("largest share of the claims", LEFT, 44, { tone: "compared" }),
      textAt("sum of squared shares", LEFT + BAR / 2, 44, { tone: "own" }),
      ...legs.flatMap(rowOf),
    ],
    table: {
      columns: ["asset", "largest share", "sum of squared shares", "holders"],
      rows: legs.map(({ name, largest, herfindahl, holders }) => [
        name,
        largest.text,
        herfindahl.text,
        String(holders),
      ]),
    },
  };
}

function rowOf({ name, largest, herfindahl, holders }: ShareBars, index: number): Mark[] {
  const y = TOP + ROW * index;
  return [
    textAt(name, 12, y + HEIGHT),
    textAt(`${String(holders)} holders`, 12, y + 2 * HEIGHT + 6, { tone: "quiet" }),
    ...bar(y, largest, "compared"),
    ...bar(y + HEIGHT + 8, herfindahl, "own"),
  ];
}

function bar(y: number, { text, value }: Told, tone: Tone): Mark[] {
  const frame = { kind: "rect", x: LEFT, y, height: HEIGHT } as const;
  const width = placeOn({ low: 0, high: 1 }, 0, BAR)(value);
  return [
    { ...frame, width: BAR, tone: "trough" },
    { ...frame, width, tone, title: text },
    textAt(text, LEFT + BAR + 8, y + HEIGHT - 2),
  ];
}
