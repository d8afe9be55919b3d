import { isHexString } from "ethers";

/** Where providers and wrappers put a revert's data: ethers, Hardhat, anvil and geth each in a place of their own. */
const PLACES = ["data", "error", "info", "cause", "revert"] as const;
const MAX_DEPTH = 8;
/** A selector of four bytes, as hex digits with 0x. */
const SELECTOR_LENGTH = 10;

/**
 * Looks for the ABI-encoded reason of a failed call in whatever was thrown.
 * @returns 0x-hex of at least a selector, or undefined if the error carries none
 */
export function findRevertData(thrown: unknown, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (typeof thrown === "string") return isRevertData(thrown) ? thrown : undefined;
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const holder = thrown as Partial<Record<(typeof PLACES)[number], unknown>>; // each member is looked at before it is used
  for (const place of PLACES) {
    const found = findRevertData(holder[place], depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Transaction hashes and calldata are hex too: revert data is a selector and whole words. */
function isRevertData(text: string): boolean {
  return isHexString(text) && text.length >= SELECTOR_LENGTH && (text.length - SELECTOR_LENGTH) % 64 === 0;
}
