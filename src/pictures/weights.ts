/** What the book thinks each asset weighs, against what prices elsewhere say: two bars of the same length, one below the other. */
import { extremesText, sentences } from "./caption.js";
import { CHARACTER, type Mark, type Picture, shortened, textAt, titleAt, type Told } from "./marks.js";
import { sharesOf } from "./scales.js";

export interface LegWeight {
  readonly name: string;
  /** Weight by the book's prices; undefined where nothing is offered or bid. Any measure: bars show parts of the sum. */
  readonly implied: Told | undefined;
  /** By prices outside the book. */
  readonly spot?: Told | undefined;
}

const SIZE = { width: 640, height: 140 };
const LEFT = 80;
const BAR = { width: 540, height: 28 };
/** Neighbours differ in strength, and a line stands between them. */
const STRENGTHS = [0.9, 0.55] as const;
/** From here on white is easier to read than black. */
const DARK = 0.85;
const NOTHING = { text: "–", value: 0 };

export function weightsPicture(title: string, legs: readonly LegWeight[]): Picture {
  const hasSpot = legs.some(({ spot }) => spot !== undefined);
  return {
    ...SIZE,
    title,
    caption: captionOf(legs),
    marks: [
      titleAt(title, 12),
      ...bar("implied", 44, legs, ({ implied }) => implied ?? NOTHING),
      ...(hasSpot ? bar("by spot", 88, legs, ({ spot }) => spot ?? NOTHING) : []),
    ],
    table: {
      columns: ["asset", "implied", "by spot"],
      rows: legs.map(({ name, implied = NOTHING, spot = NOTHING }) => [name, implied.text, spot.text]),
    },
  };
}

function bar(name: string, y: number, legs: readonly LegWeight[], toldOf: (leg: LegWeight) => Told): Mark[] {
  const heading = textAt(name, LEFT - 8, y + BAR.height * 0.65, { anchor: "end" });
  const shares = sharesOf(legs.map((leg) => toldOf(leg).value));
  if (shares === undefined) return [heading, textAt("no prices", LEFT, y + BAR.height * 0.65, { tone: "quiet" })];
  let x = LEFT;
  const parts = legs.flatMap((leg, k): Mark[] => {
    const width = (shares[k] ?? 0) * BAR.width;
    const part = segment(leg.name, toldOf(leg).text, { x, y, width, strength: STRENGTHS[k % 2] ?? 1 });
    x += width;
    return width > 0 ? [part] : [];
  });
  return [heading, ...parts];
}

function segment(
  name: string,
  text: string,
  {
    x,
    y,
    width,
    strength,
  }: { readonly x: number; readonly y: number; readonly width: number; readonly strength: number },
): Mark {
  const words = `${name} ${text}`;
  const fits = Math.floor(width / CHARACTER) - 1;
  const said = words.length <= fits ? words : shortened(name, Math.max(1, fits));
  const tone = strength > DARK ? "ground" : "ink";
  const shown = fits < 2 ? [] : [textAt(said, x + width / 2, y + BAR.height * 0.65, { anchor: "middle", tone })];
  return {
    kind: "group",
    title: words,
    marks: [{ kind: "rect", x, y, width: Math.max(0, width - 1), height: BAR.height, tone: "own", strength }, ...shown],
  };
}

function captionOf(legs: readonly LegWeight[]): string {
  const implied = legs.flatMap(({ name, implied: told }) =>
    told === undefined ? [] : [{ ...told, where: `for ${name}` }],
  );
  const now = legs.map(
    ({ name, implied: told = { text: "no price" }, spot }) =>
      `${name} ${told.text}${spot === undefined ? "" : ` (${spot.text} by spot)`}`,
  );
  return sentences(extremesText(implied), now.length === 0 ? "No assets." : `Now: ${now.join(", ")}.`);
}
