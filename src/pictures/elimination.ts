/** The outcomes of an event by price: between which weights each can still lie, what it costs, and which are struck out. */
import { countText, extremesText, sentences } from "./caption.js";
import { hatching } from "./hatching.js";
import { type Mark, type Picture, shortened, textAt, titleAt, type Told } from "./marks.js";
import { type Place, placeOn } from "./scales.js";

export interface EventOutcome {
  readonly name: string;
  /** Weights that it can still get, 0 to 1, as they follow from all bounds (R38). */
  readonly lower: Told;
  readonly upper: Told;
  /** What the market gives for it, 0 to 1; undefined without a bid or offer. */
  readonly price?: Told | undefined;
  /** Own lots, in words. */
  readonly own?: string;
  /** When it was struck out, in words; undefined if it was not. */
  readonly struckOut?: string | undefined;
}

const WIDTH = 640;
const BAR = { left: 150, right: 470, top: 60, row: 28, height: 14 };

/** Dearest first; without a price behind those with one, struck out last; else in the order that was given. */
export function eliminationPicture(title: string, outcomes: readonly EventOutcome[]): Picture {
  const sorted = [...outcomes].sort((a, b) => rankOf(b) - rankOf(a));
  const x = placeOn({ low: 0, high: 1 }, BAR.left, BAR.right);
  const struck = outcomes.filter(({ struckOut }) => struckOut !== undefined).length;
  const head = `${outcomes.length} → ${outcomes.length - struck} left · ${struck} struck out`;
  return {
    width: WIDTH,
    height: BAR.top + BAR.row * Math.max(1, outcomes.length) + 12,
    title,
    caption: captionOf(sorted, struck),
    marks: [
      titleAt(title, 12),
      textAt(head, 12, 44, { tone: "quiet" }),
      ...sorted.flatMap((outcome, k) => rowOf(outcome, BAR.top + BAR.row * k, x)),
    ],
    table: {
      columns: ["outcome", "least weight", "greatest weight", "price", "own", "struck out"],
      rows: sorted.map(({ name, lower, upper, price, own = "", struckOut = "" }) => [
        ...[name, lower.text, upper.text],
        ...[price?.text ?? "", own, struckOut],
      ]),
    },
  };
}

function rankOf({ price, struckOut }: EventOutcome): number {
  return struckOut !== undefined ? -2 : (price?.value ?? -1);
}

function rowOf(outcome: EventOutcome, y: number, x: Place): Mark[] {
  const { name, own = "", struckOut } = outcome;
  const isOut = struckOut !== undefined;
  const box = { x: BAR.left, y, width: BAR.right - BAR.left, height: BAR.height };
  const hatched = isOut ? hatching(box, `${name}: struck out ${struckOut}`) : undefined;
  return [
    textAt(shortened(name, 18), BAR.left - 8, y + 11, { anchor: "end", struck: isOut, tone: isOut ? "quiet" : "ink" }),
    { kind: "rect", ...box, tone: "trough" },
    ...(hatched === undefined ? spanOf(outcome, y, x) : [hatched]),
    textAt(isOut ? `struck out ${struckOut}` : own, BAR.right + 8, y + 11, { tone: "quiet" }),
  ];
}

function spanOf({ name, lower, upper, price }: EventOutcome, y: number, x: Place): Mark[] {
  const [from, to] = [x(lower.value), x(upper.value)];
  const title = `${name}: ${lower.text} to ${upper.text}`;
  const span = { kind: "rect", x: from, y, width: Math.max(2, to - from), height: BAR.height } as const;
  if (price === undefined) return [{ ...span, tone: "own", strength: 0.35, title }];
  const [at, y1, y2] = [x(price.value), y - 3, y + BAR.height + 3];
  return [
    { ...span, tone: "own", strength: 0.35, title },
    { kind: "line", x1: at, y1, x2: at, y2, tone: "ink", title: `${name}: price ${price.text}` },
  ];
}

function captionOf(outcomes: readonly EventOutcome[], struck: number): string {
  if (outcomes.length === 0) return "No outcomes.";
  const priced = outcomes.flatMap(({ name, price, struckOut }) =>
    price === undefined || struckOut !== undefined ? [] : [{ ...price, where: `for ${name}` }],
  );
  const left = outcomes.length - struck;
  const counted = `${countText(outcomes.length, "outcome")}.`;
  return sentences(counted, extremesText(priced) || "No prices.", `Now: ${left} left, ${struck} struck out.`);
}
