/** Random lives of automated makers in whole numbers: whatever is traded, no outcome costs more than the deposit. */
import { createRandom, type Random } from "../../stage/rng.js";
import type { Lots, TickLots, Ticks } from "../../src/protocol/amounts/units.js";
import { costOf, MOST_LOPSIDED, type Vertices, worstLoss } from "../../src/protocol/maker/cost-function.js";
import { averagePrice } from "../../src/protocol/maker/maker.js";

const TRADES_OF_A_LIFE = 40;
/** Shares of an outcome sum to this. */
const WHOLE = 1_000_000n;

export interface Losses {
  readonly trades: number;
  readonly lives: number;
  /** The greatest loss at any outcome, in millionths of its maker's deposit. */
  readonly nearest: bigint;
  /** What must not be. */
  readonly problems: readonly string[];
}

/** A maker in the middle of its life. */
interface Life {
  readonly beta: TickLots;
  readonly weights: readonly bigint[];
  /** What each branch pays at each vertex. */
  readonly branches: readonly (readonly Ticks[])[];
  readonly deposit: bigint;
  owed: TickLots[];
  /** What takers have paid, ticks · lots. */
  paid: bigint;
}

/** So many trades, in lives of forty: each partly filled at the one price of the whole, as the book may. */
export function tryLosses(trades: number, seed: bigint): Losses {
  const random = createRandom(seed, "makers");
  const problems: string[] = [];
  let [nearest, lives, done] = [0n, 0, 0];
  for (; done < trades; lives += 1) {
    const life = born(random);
    for (let i = 0; i < TRADES_OF_A_LIFE && done < trades; i += 1, done += 1) {
      trade(life, random);
      const loss = worstOf(life, random);
      const part = (loss * 1_000_000n) / life.deposit;
      if (part > nearest) nearest = part;
      if (loss > life.deposit) problems.push(`life ${lives}, trade ${i}: ${loss} of ${life.deposit} lost`);
    }
  }
  return { trades: done, lives, nearest, problems };
}

function born(random: Random): Life {
  const isInterval = random.chance(40);
  const count = random.integer(2, random.chance(70) ? 5 : 16);
  const b = 10n ** BigInt(random.integer(0, 6)) * BigInt(random.integer(1, 9));
  const { branches, span } = isInterval ? strips(random, count) : legs(random, count);
  const weights = priorOf(random, count);
  const beta = (b * span) as TickLots;
  const owed = weights.map(() => 0n as TickLots);
  return { beta, weights, branches, deposit: worstLoss(weights, beta), owed, paid: 0n };
}

function priorOf(random: Random, count: number): bigint[] {
  const weights = Array.from({ length: count }, () => (random.chance(60) ? 1n : random.amount(1n, 7n)));
  const total = weights.reduce((a, b) => a + b);
  return total <= MOST_LOPSIDED ? weights : weights.map(() => 1n);
}

function legs(random: Random, count: number): { branches: Ticks[][]; span: bigint } {
  const scale = random.chance(50) ? 10_000n : 100n;
  const branches = Array.from({ length: count }, (_, leg) =>
    Array.from({ length: count }, (__, i) => (i === leg ? scale : 0n) as Ticks),
  );
  return { branches, span: scale };
}

/** The root, and strips between any two breakpoints. */
function strips(random: Random, count: number): { branches: Ticks[][]; span: bigint } {
  let y = random.amount(-500n, 500n);
  const points = Array.from({ length: count }, () => (y += random.amount(1n, 60n)));
  const at = (k: number): bigint => points[k] ?? 0n;
  const spans = [[0, count - 1]];
  for (let i = 0; i < count; i += 1) {
    const first = random.integer(0, count - 2);
    spans.push([first, random.integer(first + 1, count - 1)]);
  }
  const pay = (p: bigint, low: bigint, high: bigint): Ticks => (p < low ? low : p > high ? high : p) as Ticks;
  const branches = spans.map(([low = 0, high = 0]) => points.map((p) => pay(p, at(low), at(high))));
  return { branches, span: at(count - 1) - at(0) };
}

function trade(life: Life, random: Random): void {
  const pays = life.branches[random.integer(0, life.branches.length - 1)] ?? [];
  const width = pays.reduce((a, b) => (b > a ? b : a)) - pays.reduce((a, b) => (b < a ? b : a));
  // Up to sixteen times what moves the price from a half to three quarters.
  const most = 1n + (life.beta * BigInt(random.integer(1, 16))) / (width + 1n);
  const lots = (random.amount(1n, random.chance(30) ? 3n : most) * (random.chance(55) ? 1n : -1n)) as Lots;
  const vertices: Vertices = { beta: life.beta, weights: life.weights, owed: life.owed, pays };
  const price = averagePrice(costOf(vertices, lots), lots);
  const filled = random.chance(60) ? lots : lots > 0n ? random.amount(1n, lots) : -random.amount(1n, -BigInt(lots));
  life.paid += price * filled;
  life.owed = life.owed.map((s, i) => (s + filled * (pays[i] ?? 0n)) as TickLots);
}

/** What has been lost at the dearest vertex, and at some fractional outcome, which is never dearer. */
function worstOf({ owed, paid }: Life, random: Random): bigint {
  const dearest = owed.reduce((a, b) => (b > a ? b : a)) - paid;
  let left = WHOLE;
  const shares = owed.map((_, i) => {
    const share = i === owed.length - 1 ? left : random.amount(0n, left);
    left -= share;
    return share;
  });
  const mixed = owed.reduce<bigint>((sum, s, i) => sum + s * (shares[i] ?? 0n), 0n) / WHOLE - paid;
  return mixed > dearest ? mixed : dearest;
}
