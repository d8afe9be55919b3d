/**
 * Text that anybody may have written: shown as it is, as text alone, with the signs that turn or hide what stands beside them made
 * visible, and not without end.
 */

/** Of a description that is shown at once. */
export const MOST_SHOWN = 2_000;

export interface TextPiece {
  /** `sign`: stands for a character that cannot be seen. */
  readonly kind: "text" | "sign";
  readonly text: string;
}

export interface ShownText {
  readonly pieces: readonly TextPiece[];
  /** Characters that are not shown; 0 if all are. */
  readonly left: number;
}

/** Controls but line ends and tabs, what turns the direction of writing, what has no width, halves of letters. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u;

/** @param most characters, counted as readers see them written: half of a letter is never kept */
export function shownText(text: string, most = MOST_SHOWN): ShownText {
  const characters = Array.from(text.replace(/\r\n?/g, "\n"));
  const pieces: { kind: "text" | "sign"; text: string }[] = [];
  for (const character of characters.slice(0, most)) {
    const isSign = UNSEEN.test(character);
    const last = pieces.at(-1);
    if (isSign) pieces.push({ kind: "sign", text: signName(character) });
    else if (last?.kind === "text") last.text += character;
    else pieces.push({ kind: "text", text: character });
  }
  return { pieces, left: Math.max(0, characters.length - most) };
}

/** Whether there is something in it that nobody would see, or that turns what stands beside it. */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text) || /[\n\t]/.test(text);
}

/** `U+202E`. */
function signName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
