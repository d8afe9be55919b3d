/** How often an attack was right, beside what chance alone gives. */

export interface AttackResult {
  readonly attack: "rows" | "sequence" | "flows";
  /** Traders that were looked for, and those that were found. */
  readonly traders: number;
  readonly found: number;
  /** Part of the traders that guessing finds. */
  readonly chance: number;
  /** No more than chance and twice its standard deviation. */
  readonly isChance: boolean;
}

export function resultOf(attack: AttackResult["attack"], traders: number, found: number, chance: number): AttackResult {
  const deviation = Math.sqrt((chance * (1 - chance)) / (traders || 1));
  return { attack, traders, found, chance, isChance: found / (traders || 1) <= chance + 2 * deviation };
}
