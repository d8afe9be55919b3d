/** How much gas a batch may need, from what the mirror expects of it. */
import { FORESEEN, gasOfBatch, gasOfOrder, gasOfWallet } from "../../bindings/gas.js";
import type { Expected } from "../follow/batch.js";
import type { Signers } from "./signers.js";

export interface GasEstimate {
  /** Gas of one package in a batch. */
  of(one: Expected): bigint;
  /** Gas to send a batch with, at most `cap`. */
  limitOf(expected: readonly Expected[], cap: bigint): bigint;
}

export function createGasEstimate(signers: Signers): GasEstimate {
  const of = (one: Expected): bigint =>
    gasOfOrder(FORESEEN, one.steps, signers.isOwnKey(one) ? 0n : gasOfWallet(one.signed.signature));
  return { of, limitOf: (expected, cap) => gasOfBatch(FORESEEN, expected.map(of), cap) };
}
