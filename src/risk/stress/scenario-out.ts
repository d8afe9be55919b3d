/** Moves that were found, as a file that `session stress --scenarios` reads. */
import { SHOCK_SCALE } from "../../protocol/value/stress-scenarios.js";
import { fixed } from "../../protocol/amounts/decimals.js";
import type { FoundMoves } from "../found-moves.js";
import type { ToldMove } from "../told-move.js";

export interface NamedMove {
  readonly name: string;
  readonly move: ToldMove;
  readonly source: string;
}

/** Of one holder, each kind that was found. */
export function namedMoves({ name, worst, likeliest, box }: FoundMoves): NamedMove[] {
  const named = (what: string, move: ToldMove | undefined): NamedMove[] =>
    move === undefined ? [] : [{ name: `${what} of ${name}`, move, source: "session stress reverse" }];
  return [...named("worst", worst), ...named("likeliest loss", likeliest?.move), ...named("worst in the box", box)];
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
