/** Moves that were found, as a file that `session stress --scenarios` reads. */
import { SHOCK_SCALE } from "../../protocol/value/stress-scenarios.js";
import type { ToldMove } from "../../risk/told-move.js";
import { fixed } from "../../protocol/amounts/decimals.js";

export interface NamedMove {
  readonly name: string;
  readonly move: ToldMove;
  readonly source: string;
}

/** CSV with a header; those that take a price below zero are left out, for no table could price them. */
export function scenarioFile(symbols: readonly string[], moves: readonly NamedMove[]): string {
  const DIGITS = 6;
  const header = ["scenario", "kind", "source", ...symbols.map((_, k) => String(k + 1))];
  const lines = moves
    .filter(({ move }) => move.isPossible)
    .map(({ name, move, source }) => [
      quoted(name),
      "relative",
      quoted(source),
      ...move.shocks.map((shock) => fixed(shock, SHOCK_SCALE, DIGITS)),
    ]);
  return [header, ...lines].map((cells) => `${cells.join(",")}\n`).join("");
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
