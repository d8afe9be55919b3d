/** What a part of the benchmark is, and what it gives: figures with what exactly was done, and curves for the pictures. */

/** A part of what a figure is made of, in its unit. */
export interface Item {
  readonly name: string;
  readonly measured: number;
  /** What it takes at least, however well the code is written, */
  readonly floor: number;
  /** and why. */
  readonly why: string;
}

/** A measured figure. `aim` is what it should stay at or below, or for `atLeast` reach. */
export interface Row {
  /** Stable name, unique in its part. */
  readonly id: string;
  /** What exactly was done. */
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly aim?: number;
  /** Where it may get one day: shown beside the aim, and never asked for. */
  readonly moonshot?: number;
  /** Whether more is better; less by default. */
  readonly atLeast?: boolean;
  /** The same as first use, where storage was empty before; same unit. */
  readonly firstUse?: number;
  /** What bounds it: where it goes, measured beside it. */
  readonly items?: readonly Item[];
  /** What was tried, and what is known that would help, where it misses its aim. */
  readonly tried?: string;
}

/** One line of a picture. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Picture {
  /** File name without ending. */
  readonly id: string;
  readonly title: string;
  readonly x: { readonly label: string; readonly scale: "linear" | "log" };
  readonly y: { readonly label: string; readonly scale: "linear" | "log" };
  readonly series: readonly Series[];
}

export interface PartResult {
  readonly rows: readonly Row[];
  readonly pictures: readonly Picture[];
  /** What a reader must know to compare: what was not run, what others do not do. */
  readonly notes: readonly string[];
}

export interface PartOptions {
  /** Fewer sizes and repetitions, for a test of the benchmark itself. */
  readonly quick: boolean;
  /** Where it stands, a line each. */
  readonly onProgress: (line: string) => void;
}

export interface Part {
  readonly name: string;
  readonly title: string;
  readonly run: (options: PartOptions) => Promise<PartResult>;
}

/** Whether a row meets its aim; undefined without one. */
export function meetsAim({ value, aim, atLeast = false }: Row): boolean | undefined {
  if (aim === undefined) return undefined;
  return atLeast ? value >= aim : value <= aim;
}
