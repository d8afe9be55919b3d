/** A trader's nonces (R26): all below a floor are void, and of the next 32 each is known to be used or not. */
import { MAX_FLOOR, NONCE_REACH, NONCE_WINDOW } from "../amounts/limits.js";

export interface NonceWindow {
  readonly floor: bigint;
  /** Bit i: whether floor + i is used. */
  readonly used: bigint;
}

export const FRESH_NONCES: NonceWindow = { floor: 0n, used: 0n };

/** The first nonce too far ahead. */
export function nonceLimit({ floor }: NonceWindow): bigint {
  const limit = floor + NONCE_REACH;
  return limit < MAX_FLOOR ? limit : MAX_FLOOR;
}

/** Whether a nonce below the limit was used or made void. */
export function isNonceUsed({ floor, used }: NonceWindow, nonce: bigint): boolean {
  const ahead = nonce - floor;
  return ahead < 0n || (ahead < NONCE_WINDOW && ((used >> ahead) & 1n) === 1n);
}

/** The lowest unused nonce that is at least `start`; undefined if there is none within the book's reach. */
export function firstUnused(window: NonceWindow, start = window.floor): bigint | undefined {
  for (let nonce = start > window.floor ? start : window.floor; nonce < nonceLimit(window); nonce++) {
    if (!isNonceUsed(window, nonce)) return nonce;
  }
  return undefined;
}

/** So many unused nonces, rising: above `start` as far as the book's reach goes, and else from the lowest unused one on. */
export function nextNonces(window: NonceWindow, count: number, start = window.floor): bigint[] {
  const nonces: bigint[] = [];
  let from = start;
  while (nonces.length < count) {
    const next = firstUnused(window, from) ?? firstUnused(window) ?? window.floor;
    nonces.push(next);
    from = next + 1n;
  }
  return nonces;
}

/** Marks an unused nonce below the limit. One beyond the window pulls the window along. */
export function withNonce({ floor, used }: NonceWindow, nonce: bigint): NonceWindow {
  const ahead = nonce - floor;
  const last = NONCE_WINDOW - 1n;
  if (ahead <= last) return advanced(floor, used | (1n << ahead));
  const shift = ahead - last;
  return advanced(floor + shift, (used >> shift) | (1n << last));
}

/** Voids every nonce below `floor`, which is higher than today's and at most the last nonce. */
export function withNonceFloor(window: NonceWindow, floor: bigint): NonceWindow {
  const shift = floor - window.floor;
  return advanced(floor, shift >= NONCE_WINDOW ? 0n : window.used >> shift);
}

/** Used nonces at the bottom only raise the floor. */
function advanced(floor: bigint, used: bigint): NonceWindow {
  let [lowest, bits] = [floor, used];
  while ((bits & 1n) === 1n) [lowest, bits] = [lowest + 1n, bits >> 1n];
  return { floor: lowest, used: bits };
}
