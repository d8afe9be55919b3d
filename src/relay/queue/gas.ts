/** How much gas a batch may need, from what the mirror expects of it. */
import { FORESEEN, gasOfBatch, gasOfOrder, gasOfWallet } from "../../bindings/gas.js";
import type { Batch, Expected } from "../follow/batch.js";
import { MOST_PLACES } from "../follow/cancelling.js";
import type { Signers } from "./signers.js";

type Contents = Pick<Batch, "cancellations" | "expected">;

export interface GasEstimate {
  /** Gas of one package in a batch. */
  of(one: Expected): bigint;
  /** Gas of a cancellation with that many orders. */
  ofCancellation(orders: number): bigint;
  /** Gas that a batch should be sent with. */
  wanted(contents: Contents): bigint;
  /** The same, at most `cap`. */
  limitOf(contents: Contents, cap: bigint): bigint;
  /** Orders of one cancellation that a transaction can take out. */
  mostPlaces(cap: bigint): number;
}

/** A cancellation: signature, log, the trader's word; and each order that it takes out, of a trader and a queue that nothing has touched. */
const CANCELLATION = { call: 100_000n, order: 60_000n } as const;

export function createGasEstimate(signers: Signers): GasEstimate {
  const of = (one: Expected): bigint =>
    gasOfOrder(FORESEEN, one.steps, signers.isOwnKey(one) ? 0n : gasOfWallet(one.signed.signature));
  const ofCancellation = (orders: number): bigint => CANCELLATION.call + BigInt(orders) * CANCELLATION.order;
  const wallet = ({ cancellations }: Contents): bigint => {
    const [first] = cancellations;
    if (first === undefined || signers.isOwnCancellation(first)) return 0n;
    return gasOfWallet(first.signed.signature);
  };
  const limitOf = (contents: Contents, cap: bigint): bigint => {
    const { cancellations, expected } = contents;
    const each = [...cancellations.map(({ orders }) => ofCancellation(orders.length)), ...expected.map(of)];
    return gasOfBatch(FORESEEN, [...each, wallet(contents)], cap);
  };
  return {
    of,
    ofCancellation,
    limitOf,
    wanted: (contents) => limitOf(contents, MOST_GAS),
    mostPlaces(cap) {
      const left = cap - gasOfBatch(FORESEEN, [], cap) - ofCancellation(0);
      return Math.max(1, Math.min(MOST_PLACES, Number(left / CANCELLATION.order)));
    },
  };
}

/** No bound: 2^64 - 1, as much as a transaction can name. */
const MOST_GAS = 2n ** 64n - 1n;
