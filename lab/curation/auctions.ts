/** Auctions with k informed traders, each in a root of its own. */
import { meanOf, rSquaredOf, slopeOf } from "../../src/measures/moments.js";
import { curatedAuction } from "../../src/measures/theory/curation.js";
import type { Random } from "../../stage/rng.js";
import { auction, MAKER, type Range, rounded } from "../laboratory/auction.js";
import { balancedDraws } from "../laboratory/draws.js";
import { gainsOf } from "../laboratory/gains.js";
import type { Laboratory } from "../laboratory/laboratory.js";

const RANGE: Range = { low: 0n, high: 100_000n };
const MIDDLE = 50_000n;
/** Ticks. */
const SIGMA_V = 4_000;
const NOISE = 1;
const FIRST_INSIDER = 2;
/** Maker and noise. */
export const OTHERS = 2;

/** What one gate lets in. */
export interface Gate {
  readonly traders: number;
  /** ρ. */
  readonly precision: number;
  /** σ_u, lots. */
  readonly noise: number;
  /** By how much the first of them trades more than the others, a part; 0 by default. */
  readonly deviation?: number;
}

export interface Measured {
  /** R² of flow on v. */
  readonly information: number;
  /** In units of the theory's. */
  readonly lambda: number;
  /** Of the maker, of all informed, and of the first of them; in units of σ_v·σ_u. */
  readonly maker: number;
  readonly insiders: number;
  readonly first: number;
}

/** @param pairs draws, twice; more than k + 2 */
export async function runGate(laboratory: Laboratory, gate: Gate, pairs: number, random: Random): Promise<Measured> {
  const { traders, precision, noise } = gate;
  const people = [MAKER, ...Array.from({ length: traders }, (_, k) => FIRST_INSIDER + k)];
  const values: number[] = [];
  const flows: number[] = [];
  const money: (readonly number[])[] = [];
  for (const draw of balancedDraws(traders + OTHERS, pairs, random)) {
    const { result, gains } = await gainsOf(laboratory, people, () => runOne(laboratory, gate, draw));
    values.push(result.value);
    flows.push(result.flow);
    money.push(gains);
  }
  const unit = SIGMA_V * noise;
  const meanFor = (of: (gains: readonly number[]) => number): number => meanOf(money.map(of)) / unit;
  return {
    information: rSquaredOf(flows, values),
    lambda: slopeOf(flows, values) / curatedAuction(traders, precision, SIGMA_V, noise).lambda,
    maker: meanFor(([maker = 0]) => maker),
    insiders: meanFor(([, ...others]) => others.reduce((sum, one) => sum + one, 0)),
    first: meanFor(([, first = 0]) => first),
  };
}

async function runOne(
  laboratory: Laboratory,
  { traders, precision, noise, deviation = 0 }: Gate,
  [valueDraw = 0, noiseDraw = 0, ...errors]: readonly number[],
): Promise<{ readonly value: number; readonly flow: number }> {
  const { beta, lambda } = curatedAuction(traders, precision, SIGMA_V, noise);
  const market = { marketRootId: await laboratory.openInterval(RANGE.low, RANGE.high), marketBranchId: 1 };
  const value = MIDDLE + rounded(valueDraw * SIGMA_V);
  const sigmaE = SIGMA_V * Math.sqrt((1 - precision) / precision);
  const insiders = Array.from({ length: traders }, (_, k) => {
    const signal = Number(value - MIDDLE) + (errors[k] ?? 0) * sigmaE;
    return { person: FIRST_INSIDER + k, lots: rounded(beta * signal * (k === 0 ? 1 + deviation : 1)) };
  });
  const wishes = [{ person: NOISE, lots: rounded(noiseDraw * noise) }, ...insiders].filter(({ lots }) => lots !== 0n);
  await auction(laboratory, market, RANGE, wishes, (flow) => MIDDLE + rounded(lambda * Number(flow)));
  const [held = 0n] = laboratory.positionOf(MAKER, market.marketRootId);
  await laboratory.settle(market, value);
  return { value: Number(value - MIDDLE), flow: -Number(held) };
}
