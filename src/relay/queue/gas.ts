/** How much gas a batch may need, from what the mirror expects of it. */
import { FORESEEN, gasOfBatch, gasOfHouse, gasOfOrder, gasOfWallet, leastGasOfBatch } from "../../bindings/gas.js";
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
  /**
   * The same, with what the chain charges as gas besides what a batch itself takes, such as the publishing of its bytes: that is in
   * the node's estimate and in no table.
   */
  withEstimate(contents: Contents, estimate: bigint | undefined, cap: bigint): bigint;
  /** As many of a batch's packages, from the first on, as a transaction can take; at least one if there is nothing else. */
  fittingIn(batch: Batch, cap: bigint): Batch;
  /** Orders of one cancellation that a transaction can take out. */
  mostPlaces(cap: bigint): number;
}

/** A cancellation: signature, log, the trader's word; and each order that it takes out, of a trader and a queue that nothing has touched. */
const CANCELLATION = { call: 100_000n, order: 60_000n } as const;

export function createGasEstimate(signers: Signers): GasEstimate {
  const of = (one: Expected): bigint =>
    gasOfOrder(FORESEEN, one.steps, signers.isOwnKey(one) ? 0n : gasOfWallet(one.signed.signature)) +
    (one.through === undefined ? 0n : gasOfHouse(one.through.kind, one.ownOrders));
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
  const wanted = (contents: Contents): bigint => limitOf(contents, MOST_GAS);
  return {
    withEstimate(contents, estimate, cap) {
      const { cancellations, expected } = contents;
      const wallets = expected.filter((one) => !signers.isOwnKey(one)).length;
      const cancelling = cancellations.reduce((sum, { orders }) => sum + ofCancellation(orders.length), 0n);
      const least = leastGasOfBatch(expected.length, wallets) + cancelling;
      const besides = estimate !== undefined && estimate > least ? estimate - least : 0n;
      const whole = wanted(contents) + besides;
      return whole < cap ? whole : cap;
    },
    fittingIn(batch, cap) {
      const { cancellations, expected } = batch;
      let count = expected.length;
      const least = cancellations.length > 0 ? 0 : 1;
      while (count > least && wanted({ cancellations, expected: expected.slice(0, count) }) > cap) count -= 1;
      return { ...batch, expected: expected.slice(0, count) };
    },
    of,
    ofCancellation,
    limitOf,
    wanted,
    mostPlaces(cap) {
      const left = cap - gasOfBatch(FORESEEN, [], cap) - ofCancellation(0);
      return Math.max(1, Math.min(MOST_PLACES, Number(left / CANCELLATION.order)));
    },
  };
}

/** No bound: 2^64 - 1, as much as a transaction can name. */
const MOST_GAS = 2n ** 64n - 1n;
