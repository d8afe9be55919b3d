/** Cohorts of a bin, of which none has fewer than five active traders. */
import { added, type Bin, type Deeds, LEAST_TRADERS } from "./activity.js";

export const OTHER = "other";
/** Of traders who are in no cohort. */
export const UNLABELLED = "all";

export interface Cohort {
  readonly name: string;
  readonly traders: readonly Deeds[];
}

/**
 * Those that are too small are merged, and if that is too small as well the smallest of the others join until it is not. What is
 * left out can so not be had by taking the rest from the whole.
 * @param labelOf a trader's cohort
 */
export function cohortsOf({ traders }: Pick<Bin, "traders">, labelOf: (trader: number) => string): Cohort[] {
  const groups = new Map<string, Deeds[]>();
  for (const [trader, deeds] of traders) {
    const label = labelOf(trader);
    groups.set(label, [...(groups.get(label) ?? []), deeds]);
  }
  const bySize = [...groups].sort(([a, x], [b, y]) => x.length - y.length || (a < b ? -1 : 1));
  const merged: Deeds[] = [];
  while (bySize[0] !== undefined) {
    const [, smallest] = bySize[0];
    const isDone = smallest.length >= LEAST_TRADERS && (merged.length === 0 || merged.length >= LEAST_TRADERS);
    if (isDone) break;
    merged.push(...smallest);
    bySize.shift();
  }
  const all = [...bySize.map(([name, own]) => ({ name, traders: own }))];
  if (merged.length > 0) all.push({ name: OTHER, traders: merged });
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function sumOf(deeds: readonly Deeds[]): Deeds {
  return deeds.reduce(added, { events: 0n, orders: 0n, trades: 0n, signedLots: 0n, lots: 0n });
}
