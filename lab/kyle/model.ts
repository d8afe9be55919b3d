/** Kyle's world in ticks and lots: a number from 0 to 10 000, expected at its middle. */
import { kyleAuction } from "../../src/measures/theory/kyle.js";
import type { Range } from "../laboratory/auction.js";

/** What a root can pay. A value beyond twelve deviations does not occur. */
export const RANGE: Range = { low: 0n, high: 10_000n };
/** p₀, ticks. */
export const MIDDLE = 5_000n;
/** σ_v, ticks. */
export const SIGMA_V = 400;
/** σ_u, lots, of all auctions together. */
export const SIGMA_U = 1_000;

export const BEST = kyleAuction(SIGMA_V, SIGMA_U);
/** Tolerance of what a whole distribution gives, a part: rounding to ticks and lots is all that is left. */
export const EXACT = 0.005;

/** Behind the maker. */
export const INSIDER = 1;
export const NOISE = 2;
export const PEOPLE = 3;

/** How much of everything a run does. */
export interface Size {
  /** Values, and as many noises: all pairs of them. */
  readonly grid: number;
  /** The same of the auctions from which a maker learns, five rounds of them. */
  readonly learned: number;
  /** Draws for what has more dimensions; pairs of opposite ones. */
  readonly pairs: number;
  /** Values and noises for what takes many orders each. */
  readonly coarse: number;
  /** Auctions of the draw at random. */
  readonly random: number;
  /** Values, and as many noises, on a chain. */
  readonly onChain: number;
}

export const FULL: Size = { grid: 70, learned: 70, pairs: 100, coarse: 16, random: 4_800, onChain: 8 };
/** In seconds, for the tests: single auctions, and those on a chain, are all there. */
export const SHORT: Size = { grid: 70, learned: 16, pairs: 16, coarse: 6, random: 256, onChain: 8 };
