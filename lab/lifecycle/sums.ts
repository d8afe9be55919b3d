import type { Census } from "./census.js";

export function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

/** The census after something. @throws RangeError if there was none */
export function after(censuses: readonly Census[], label: string): Census {
  const found = censuses.find((census) => census.label === label);
  if (found === undefined) throw new RangeError(`nothing was counted after "${label}"`);
  return found;
}

/** Smallest units of cash that an address has. */
export function cashOf({ holdings }: Census, name: string): bigint {
  return holdings.find((holding) => holding.name === name)?.cash ?? 0n;
}

/** What came to an address between two moments, smallest units of cash; below zero what went. */
export function cashFlow(censuses: readonly Census[], name: string, from: string, to: string): bigint {
  return cashOf(after(censuses, to), name) - cashOf(after(censuses, from), name);
}
