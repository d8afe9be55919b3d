/**
 * Prices after every number of buys and sales. They do not depend on the order, so one market for each number of buys is enough:
 * first they come, and then sales, and on its way it passes every number of these. Weighted by how often each occurs,
 * sums over them are expectations, with nothing left to chance.
 */
import { probabilityOf } from "../../src/measures/theory/glosten-milgrom.js";
import type { Laboratory } from "../laboratory/laboratory.js";
import { walk } from "./walk.js";

/** The price after `buys` buys and so many sales, by both. */
export type Lattice = ReadonlyMap<string, number>;

const keyOf = (buys: number, sales: number): string => `${buys}/${sales}`;

export async function priceLattice(laboratory: Laboratory, informed: number, trades: number): Promise<Lattice> {
  const lattice = new Map<string, number>();
  for (let buys = 0; buys <= trades; buys += 1) {
    const path = Array.from({ length: trades }, (_, step) => step < buys);
    const { prices } = await walk(laboratory, informed, path, true);
    prices.forEach((price, step) => {
      const bought = Math.min(step + 1, buys);
      lattice.set(keyOf(bought, step + 1 - bought), price);
    });
  }
  return lattice;
}

export interface MeasuredError {
  readonly brier: number;
  readonly information: number;
  readonly logScore: number;
}

/** After so many trades, as `forecastError` has it by theory. */
export function measuredError(lattice: Lattice, informed: number, trades: number): MeasuredError {
  let [brier, logScore] = [0, 0];
  for (let buys = 0; buys <= trades; buys += 1) {
    const price = lattice.get(keyOf(buys, trades - buys)) ?? NaN;
    const weight = probabilityOf(informed, trades, buys);
    brier += weight * (1 - price) ** 2;
    if (weight > 0 && price > 0) logScore -= weight * Math.log(price);
  }
  return { brier, information: 1 - 4 * brier, logScore };
}

/** What the maker gains, expected: every path of so many trades, and either outcome, by how often they occur; in lots at a weight of 1. */
export async function expectedGain(laboratory: Laboratory, informed: number, trades: number): Promise<number> {
  let sum = 0;
  for (let path = 0; path < 2 ** trades; path += 1) {
    const buys = Array.from({ length: trades }, (_, step) => ((path >> step) & 1) === 1);
    const [count, up, down] = [buys.filter(Boolean).length, (1 + informed) / 2, (1 - informed) / 2];
    for (const happens of [true, false]) {
      const [buying, selling] = happens ? [up, down] : [down, up];
      const { makerGain } = await walk(laboratory, informed, buys, happens);
      sum += 0.5 * buying ** count * selling ** (trades - count) * makerGain;
    }
  }
  return sum;
}
