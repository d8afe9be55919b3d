/** The sentences under a picture. */
import type { Told } from "./marks.js";

/** An amount and where it is, with the word that goes before: "for ann in fall", "at 60.0 mm". */
export interface Placed extends Told {
  readonly where: string;
}

/** "Least: … Greatest: …"; nothing of nothing. Of equal ones the first is named. */
export function extremesText(all: readonly Placed[]): string {
  const [first] = all;
  if (first === undefined) return "";
  const least = all.reduce((low, one) => (one.value < low.value ? one : low), first);
  const greatest = all.reduce((high, one) => (one.value > high.value ? one : high), first);
  return `Least: ${least.text} ${least.where}. Greatest: ${greatest.text} ${greatest.where}.`;
}

/** Sentences in one line; those that are empty are left out. */
export function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

/** "1 record", "2 records". */
export function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
