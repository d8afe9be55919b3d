/** What the benchmark found, as one document: for programs, for the next run, and for the README. */
import { type Item, meetsAim, type PartResult, type Row } from "./part.js";
import type { PartName } from "./parts.js";

/** A figure with its aim beside it. */
export interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly what: string;
  readonly aim?: number;
  readonly meetsAim?: boolean;
  readonly moonshot?: number;
  readonly firstUse?: number;
  readonly items?: readonly Item[];
  readonly tried?: string;
}

/** Figures by name. A name of two words, such as "check 8", is a figure in a group. */
export interface Figures {
  readonly [name: string]: Figure | Figures;
}

export type Results = Readonly<Partial<Record<PartName, PartResult>>>;

/** The document that `--json` prints: for each part its figures by name. */
export function figuresOf(results: Results): Readonly<Partial<Record<PartName, Figures>>> {
  const entries = Object.entries(results).map(([name, { rows }]) => [name, groupRows(rows)] as const);
  return Object.fromEntries(entries); // the same keys
}

/** "check 2" and "check 8" come together under "check", as a number follows; other names stay as they are. */
function groupRows(rows: readonly Row[]): Figures {
  const figures: Record<string, Figure> = {};
  const groups: Record<string, Record<string, Figure>> = {};
  for (const row of rows) {
    const [, group, size] = /^(\S+) (\d+)$/.exec(row.id) ?? [];
    if (group === undefined || size === undefined) figures[row.id] = figureOf(row);
    else groups[group] = { ...groups[group], [size]: figureOf(row) };
  }
  return { ...figures, ...groups };
}

function figureOf(row: Row): Figure {
  const { value, unit, what, aim, moonshot, firstUse, items, tried } = row;
  const meets = meetsAim(row);
  return {
    value,
    unit,
    what,
    ...(aim === undefined ? {} : { aim }),
    ...(meets === undefined ? {} : { meetsAim: meets }),
    ...(moonshot === undefined ? {} : { moonshot }),
    ...(firstUse === undefined ? {} : { firstUse }),
    ...(items === undefined ? {} : { items }),
    ...(tried === undefined || meets !== false ? {} : { tried }),
  };
}
