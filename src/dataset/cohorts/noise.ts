/** Noise over the sums of cohorts: two-sided geometric, which is Laplace's on whole numbers. */
import type { Deeds } from "./activity.js";

export interface Noise {
  /** For each number by itself. */
  readonly epsilon: number;
  /** What one trader counts at most in a bin. */
  readonly clipEvents: bigint;
  readonly clipLots: bigint;
}

/** A number from 0 to 1, 1 excluded. */
export type Uniform = () => number;

/** Of one trader no more than that counts: else no noise would cover it. */
export function clipped(deeds: Deeds, { clipEvents, clipLots }: Noise): Deeds {
  const within = (value: bigint, most: bigint): bigint => (value > most ? most : value < -most ? -most : value);
  return {
    events: within(deeds.events, clipEvents),
    orders: within(deeds.orders, clipEvents),
    trades: within(deeds.trades, clipEvents),
    signedLots: within(deeds.signedLots, clipLots),
    lots: within(deeds.lots, clipLots),
  };
}

/** The sums with noise of the scale that one trader's part needs. */
export function noisy(sums: Deeds & { readonly traders: bigint }, noise: Noise, uniform: Uniform): typeof sums {
  const { epsilon, clipEvents, clipLots } = noise;
  const add = (value: bigint, most: bigint): bigint => value + geometric(epsilon / Number(most), uniform);
  return {
    traders: add(sums.traders, 1n),
    events: add(sums.events, clipEvents),
    orders: add(sums.orders, clipEvents),
    trades: add(sums.trades, clipEvents),
    signedLots: add(sums.signedLots, clipLots),
    lots: add(sums.lots, clipLots),
  };
}

/** P(k) ∝ e^(-rate·|k|): the difference of two geometric numbers. */
function geometric(rate: number, uniform: Uniform): bigint {
  const one = (): number => Math.floor(Math.log(1 - uniform()) / -rate);
  return BigInt(one() - one());
}
