/** What the capacity page is made of: figures that benches and trials have kept, and settings of the code. Text of a document is read where a trial has no file. */
import type { Results } from "../document.js";

/** Figures of trials, as `trials/kept.ts` writes them. */
export interface KeptTrials {
  readonly "venue sessions": Kept<
    { readonly sessions: number; readonly traders: number; readonly orders: number; readonly database: string },
    {
      readonly resting: number;
      readonly memory: { readonly grown: number; readonly restarted: number };
      readonly startMs: number;
      readonly perBlock: { readonly one: number; readonly all: number };
    }
  >;
  readonly "venue history": Kept<
    object,
    {
      readonly orders: number;
      readonly written: number;
      readonly bytesPerOrder: number;
      readonly tables: readonly { readonly table: string; readonly bytesPerOrder: number }[];
      readonly page: { readonly median: number; readonly p99: number };
      readonly start: { readonly process: number; readonly index: number };
    }
  >;
}

interface Kept<Plan, Result> {
  readonly day: string;
  readonly machine: { readonly processor: string; readonly cores: number };
  readonly plan: Plan;
  readonly result: Result;
}

export interface CapacityInputs {
  readonly results: Results;
  readonly trials: KeptTrials;
  /** `docs/relay.md`, whose table of what a relay bears is written by hand from `npm run trial relay load`. */
  readonly relayPage: string;
}

/** Gas of an order by how it comes. @throws Error if one was not measured */
export function gasOf(results: Results, id: string): number {
  const row = results.gas?.rows.find((found) => found.id === id);
  if (row === undefined) throw new Error(`the capacity page needs "${id}", which was not measured`);
  return row.value;
}

/** Packages that one relay accepts a second with the aim of answers met: the first line of the page's table. @throws Error if it is not there */
export function acceptedASecond(relayPage: string): number {
  const found = /^\| \d+ \| \d+ \| ([\d ]+) \| \d+ ms \| \d+ ms \|$/m.exec(relayPage)?.[1];
  if (found === undefined) throw new Error("docs/relay.md has lost its table of what a relay bears");
  return Number(found.replaceAll(" ", ""));
}
