/** How much gas a batch may need, from what the mirror expects of it. Generous: what is not used is not paid for. */
import type { Expected } from "../follow/batch.js";
import type { Signers } from "./signers.js";

/** 21 000, the head, the checkpoint, the lock. */
const CALL = 150_000n;
/** Calldata, signature, one order's and one trader's slots, all fresh. */
const ORDER = 200_000n;
/** A trader's and an order's slots again, on both sides of a fill, or an order taken out. */
const STEP = 110_000n;
/** More than the 500 000 that a contract wallet may use to check a signature, and the signature itself in calldata and log. */
const WALLET = 600_000n;
const SIGNATURE_BYTE = 50n;

export interface GasEstimate {
  /** Gas of one package in a batch. */
  of(one: Expected): bigint;
  /** Gas to send a batch with, at most `cap`. */
  limitOf(expected: readonly Expected[], cap: bigint): bigint;
}

export function createGasEstimate(signers: Signers): GasEstimate {
  const of = (one: Expected): bigint => {
    const { length } = one.signed.signature;
    const wallet = signers.isOwnKey(one) ? 0n : WALLET + (BigInt(length) / 2n) * SIGNATURE_BYTE;
    return ORDER + BigInt(one.steps) * STEP + wallet;
  };
  return {
    of,
    limitOf(expected, cap) {
      const wanted = expected.reduce((sum, one) => sum + of(one), CALL);
      return wanted < cap ? wanted : cap;
    },
  };
}
