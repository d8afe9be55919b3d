import type { Laboratory } from "./laboratory.js";

/** What some people gain while something is done; ticks · lots, in their order. No root may be open before or after it. */
export async function gainsOf<Result>(
  laboratory: Laboratory,
  people: readonly number[],
  act: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly gains: readonly number[] }> {
  const before = people.map((person) => laboratory.gainOf(person));
  const result = await act();
  return { result, gains: people.map((person, k) => Number(laboratory.gainOf(person) - (before[k] ?? 0n))) };
}
