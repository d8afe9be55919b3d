/**
 * What a picture is made of: plain marks in pixels, so that one geometry is printed as SVG by the command line and drawn by a page.
 * Text that a mark bears is exact; numbers only place it. Whoever draws chooses what a tone looks like (`TONES` on white).
 */

/** What a mark means. No meaning is told by colour alone: signs, words or places say it as well. */
export type Tone =
  | "ink"
  | "quiet"
  | "frame"
  | "ground"
  | "trough"
  | "bid"
  | "offer"
  | "gain"
  | "loss"
  | "own"
  | "compared"
  | "impossible";

/** On a white ground. Two colours apart for any eye: bids, gains and what is one's own blue, their opposites red. */
export const TONES: Readonly<Record<Tone, string>> = {
  ink: "#000000",
  quiet: "#444444",
  frame: "#444444",
  ground: "#ffffff",
  trough: "#eeeeee",
  bid: "#2166ac",
  offer: "#b2182b",
  gain: "#2166ac",
  loss: "#b2182b",
  own: "#2166ac",
  compared: "#b2182b",
  impossible: "#767676",
};

/** Beside a bid, and beside an offer, wherever they are drawn. */
export const SIGNS = { bid: "▲", offer: "▼" } as const;

interface Common {
  /** What a pointer that rests on it shows, and a screen reader says. */
  readonly title?: string;
}

export interface RectMark extends Common {
  readonly kind: "rect";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly tone: Tone;
  /** From 0, the ground's colour, to 1, the tone's; 1 by default. */
  readonly strength?: number;
}

export interface LineMark extends Common {
  readonly kind: "line";
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly tone: Tone;
  readonly dashed?: boolean;
}

export interface PathMark extends Common {
  readonly kind: "path";
  /** As SVG has it: M, L, H, V, A and Z with numbers. */
  readonly d: string;
  readonly tone: Tone;
  /** An area instead of a line. */
  readonly filled?: boolean;
  readonly strength?: number;
  readonly dashed?: boolean;
  /** Of the line, pixels; 1 by default. */
  readonly width?: number;
}

export interface TextMark extends Common {
  readonly kind: "text";
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly tone?: Tone;
  readonly role?: "title" | "heading";
  /** Struck through: of what is no more. */
  readonly struck?: boolean;
}

/** Marks that are one thing to whoever points at it. */
export interface GroupMark extends Common {
  readonly kind: "group";
  readonly marks: readonly Mark[];
}

export type Mark = RectMark | LineMark | PathMark | TextMark | GroupMark;

/** The same data as rows of text. */
export interface PictureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Sentences for whoever does not see it: what it is of, the least, the greatest, and how it stands now. */
  readonly caption: string;
  readonly marks: readonly Mark[];
  readonly table: PictureTable;
}

/** An amount: its text is exact as far as it goes, its value only chooses a place or a colour. */
export interface Told {
  readonly text: string;
  readonly value: number;
}

type TextStyle = Omit<TextMark, "kind" | "x" | "y" | "text">;

export function textAt(text: string, x: number, y: number, style: TextStyle = {}): TextMark {
  return { kind: "text", x, y, text, ...style };
}

/** The picture's own heading. */
export function titleAt(title: string, x: number, y = 24): TextMark {
  return textAt(title, x, y, { role: "title" });
}

/** Of one character, about, pixels. */
export const CHARACTER = 7;

export function shortened(name: string, most = 28): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
