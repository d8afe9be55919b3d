/** Keys of the trading view. None of them does anything while text is typed. */

export type KeyAct =
  | { readonly kind: "side"; readonly side: "buy" | "sell" }
  | { readonly kind: "focus"; readonly field: "price" | "lots" }
  | { readonly kind: "step"; readonly ticks: bigint }
  | { readonly kind: "join" }
  | { readonly kind: "cross" }
  | { readonly kind: "leg"; readonly leg: number }
  | { readonly kind: "review" }
  | { readonly kind: "row"; readonly by: 1 | -1 }
  | { readonly kind: "cancel" }
  | { readonly kind: "cancelAll" }
  | { readonly kind: "activity" }
  | { readonly kind: "help" };

export const KEY_WORDS: readonly (readonly [keys: string, words: string])[] = [
  ["b / s", "buy or sell"],
  ["l", "to the limit"],
  ["z", "to the size"],
  ["↑ / ↓", "limit one tick up or down; with Shift ten"],
  ["m", "limit: join the best of my side"],
  ["x", "limit: cross the spread"],
  ["1 – 9", "leg of the basket"],
  ["Enter", "review and sign"],
  ["Esc", "back"],
  ["j / k", "next or previous order"],
  ["c", "cancel that order"],
  ["Shift C", "cancel all"],
  ["a", "activity"],
  ["?", "this list"],
];

export interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** @param isTyping whether the focus is where text goes, or on something that has keys of its own */
export function actOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed, isTyping: boolean): KeyAct | undefined {
  if (isTyping || ctrlKey || metaKey || altKey) return undefined;
  if (/^[1-9]$/.test(key)) return { kind: "leg", leg: Number(key) };
  switch (key) {
    case "b":
      return { kind: "side", side: "buy" };
    case "s":
      return { kind: "side", side: "sell" };
    case "l":
      return { kind: "focus", field: "price" };
    case "z":
      return { kind: "focus", field: "lots" };
    case "ArrowUp":
      return { kind: "step", ticks: shiftKey ? 10n : 1n };
    case "ArrowDown":
      return { kind: "step", ticks: shiftKey ? -10n : -1n };
    case "m":
      return { kind: "join" };
    case "x":
      return { kind: "cross" };
    case "Enter":
      return { kind: "review" };
    case "j":
      return { kind: "row", by: 1 };
    case "k":
      return { kind: "row", by: -1 };
    case "c":
      return { kind: "cancel" };
    case "C":
      return { kind: "cancelAll" };
    case "a":
      return { kind: "activity" };
    case "?":
      return { kind: "help" };
    default:
      return undefined;
  }
}
