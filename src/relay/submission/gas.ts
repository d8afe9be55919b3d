/** How much gas a batch may need, from what the mirror expects of it. Generous: what is not used is not paid for. */
import type { Expected } from "../mirror/batch.js";

/** 21 000, the head, the checkpoint, the lock. */
const CALL = 150_000n;
/** Calldata, signature, one order's and one trader's slots, all fresh. */
const ORDER = 200_000n;
/** A trader's and an order's slots again, on both sides of a fill, or an order taken out. */
const STEP = 110_000n;
/** More than the 500 000 that a contract wallet may use to check a signature, and the signature itself in calldata and log. */
const WALLET = 600_000n;
const SIGNATURE_BYTE = 50n;
/** Signatures of keys are 64 or 65 bytes: as hex no longer than this. */
const KEY_SIGNATURE = 132;

/** Gas of one package in a batch. */
export function gasOf({ steps, signed }: Pick<Expected, "steps" | "signed">): bigint {
  const { length } = signed.signature;
  const wallet = length > KEY_SIGNATURE ? WALLET + (BigInt(length) / 2n) * SIGNATURE_BYTE : 0n;
  return ORDER + BigInt(steps) * STEP + wallet;
}

/** Gas to send a batch with, at most `cap`. */
export function gasLimitOf(expected: readonly Expected[], cap: bigint): bigint {
  const wanted = expected.reduce((sum, one) => sum + gasOf(one), CALL);
  return wanted < cap ? wanted : cap;
}
