/** Words of a log as hex digits, each read only if it is written as a contract writes a value of that width. */

/** Hex digits of a word. */
const WORD = 64;

/** Where a word of the data begins. */
export function at(word: number): number {
  return 2 + word * WORD;
}

/** The last digits of a word, if those before are zeros. */
export function unsignedDigits(text: string | undefined, from: number, bits: number): string | undefined {
  if (text === undefined || text.length < from + WORD) return undefined;
  const start = from + WORD - bits / 4;
  return text.startsWith(ZEROS.slice(0, start - from), from) ? text.slice(start, from + WORD) : undefined;
}

export function unsignedIn(text: string | undefined, from: number, bits: number): bigint | undefined {
  const digits = unsignedDigits(text, from, bits);
  return digits === undefined ? undefined : BigInt(`0x${digits}`);
}

/** @param bits at most 32 */
export function numberIn(text: string | undefined, from: number, bits: number): number | undefined {
  const digits = unsignedDigits(text, from, bits);
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** Two's complement: a number below zero has the digit f in front, all through. */
export function signedIn(text: string, from: number, bits: number): bigint | undefined {
  const start = from + WORD - bits / 4;
  const value = BigInt.asIntN(bits, BigInt(`0x${text.slice(start, from + WORD) || "0"}`));
  const fill = (value < 0n ? EFFS : ZEROS).slice(0, start - from);
  return text.slice(from, start).toLowerCase() === fill ? value : undefined;
}

const ZEROS = "0".repeat(WORD);
const EFFS = "f".repeat(WORD);
