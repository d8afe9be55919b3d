/**
 * The cost function of an automated maker, C(Q) = β · ln Σ p_i · exp(s_i / β), in integers. Twin of
 * `contracts/periphery/makers/CostFunction.sol`, to the last digit; what is rounded is rounded towards the maker.
 */
import { type Lots, type TickLots, type Ticks } from "../amounts/units.js";
import { exp, type Fixed, ln, ONE } from "./fixed-point.js";

/** 2e-16: added to every difference of C / β, so that it is never short. */
export const MARGIN = 200n;
/** The sum of a prior's weights is at most so many times the least of them. */
export const MOST_LOPSIDED = 128n;
/** Halvings in a search for lots. */
const HALVINGS = 16;

/** What a maker owes at each vertex that is still possible. */
export interface Vertices {
  /** b · scale, or b · (hi − lo). */
  readonly beta: TickLots;
  /** The prior: whole numbers from 1 on. */
  readonly weights: readonly bigint[];
  /** s_i: what it has to pay at the vertex for what it has sold; of either sign. */
  readonly owed: readonly TickLots[];
  /** a_i: what a lot of the branch that is asked about pays there. */
  readonly pays: readonly Ticks[];
}

/** The cost function at some position. */
export interface Point {
  /** The largest s_i. */
  readonly top: TickLots;
  /** w_i · exp((s_i − top) / β). */
  readonly masses: readonly Fixed[];
  readonly sum: Fixed;
}

/** The function when `lots` more of the branch are sold or, below zero, bought back. */
export function pointAt({ beta, weights, owed, pays }: Vertices, lots: Lots): Point {
  const then = owed.map((s, i) => s + lots * (pays[i] ?? 0n));
  const top = then.reduce((most, s) => (s > most ? s : most)) as TickLots;
  const masses = then.map((s, i) => ((weights[i] ?? 0n) * exp((((s - top) * ONE) / beta) as Fixed)) as Fixed);
  const sum = masses.reduce<bigint>((total, mass) => total + mass, 0n) as Fixed;
  return { top, masses, sum };
}

/**
 * What it costs to come from one point to another: rounded up, never below the exact cost, and above it by no more than
 * 1 + 4e-16 · β.
 */
export function costBetween({ beta }: Vertices, from: Point, to: Point): TickLots {
  const grown = to.sum < from.sum ? -lnOfQuotient(from.sum, to.sum) : lnOfQuotient(to.sum, from.sum);
  return (to.top - from.top + divUp((grown + MARGIN) * beta, ONE)) as TickLots;
}

/** The larger by the smaller: never below 0. */
function lnOfQuotient(larger: Fixed, smaller: Fixed): bigint {
  return ln(((larger * ONE) / smaller) as Fixed);
}

/** What a taker pays for so many lots, or gets, below zero. */
export function costOf(vertices: Vertices, lots: Lots): TickLots {
  return costBetween(vertices, pointAt(vertices, 0n as Lots), pointAt(vertices, lots));
}

/** The greatest loss there can be, β · ln(sum of weights / least weight), rounded up: what a maker is given. */
export function worstLoss(weights: readonly bigint[], beta: TickLots): TickLots {
  const least = weights.reduce((a, b) => (b < a ? b : a));
  const total = weights.reduce((a, b) => a + b);
  return divUp((ln(divUp(total * ONE, least) as Fixed) + MARGIN) * beta, ONE) as TickLots;
}

/** Price of the branch at a point, in 10^-18 ticks, rounded down. */
export function priceAt({ pays }: Vertices, { masses, sum }: Point): bigint {
  return divDown(masses.reduce<bigint>((total, mass, i) => total + mass * (pays[i] ?? 0n), 0n) * ONE, sum);
}

/** Whether the price at a point lies beyond the limit: above it for a taker who buys, below it for one who sells. */
export function isBeyond({ pays }: Vertices, { masses }: Point, limit: Ticks, buys: boolean): boolean {
  const excess = masses.reduce<bigint>((total, mass, i) => total + mass * ((pays[i] ?? 0n) - limit), 0n);
  return buys ? excess > 0n : excess < 0n;
}

/**
 * How many lots, of at most `lots`, bring the price to the limit; the price of all of them lies beyond it. In closed form where the branch
 * pays one of two amounts, else by halving, short by less than a 65 536th of what was asked for.
 */
export function reach(vertices: Vertices, from: Point, lots: Lots, limit: Ticks, buys: boolean): Lots {
  if (isBeyond(vertices, from, limit, buys)) return 0n as Lots;
  const { least, most } = paysBetween(vertices);
  if (vertices.pays.some((pay) => pay !== least && pay !== most)) return search(vertices, lots, limit, buys);
  const found = inClosedForm(vertices, from, limit, buys);
  return found < lots ? found : lots;
}

/** The least and the most that a lot pays at any vertex. */
export function paysBetween({ pays }: Vertices): { readonly least: Ticks; readonly most: Ticks } {
  return { least: pays.reduce((a, b) => (b < a ? b : a)), most: pays.reduce((a, b) => (b > a ? b : a)) };
}

/** a / b, rounded up; b above zero. */
export function divUp(a: bigint, b: bigint): bigint {
  return a > 0n ? (a - 1n) / b + 1n : a / b;
}

/** a / b, rounded down; b above zero. */
export function divDown(a: bigint, b: bigint): bigint {
  return a < 0n ? (a + 1n) / b - 1n : a / b;
}

/** The odds of a branch that pays one of two amounts are multiplied by exp(lots · (most − least) / β). */
function inClosedForm(vertices: Vertices, { masses }: Point, limit: Ticks, buys: boolean): Lots {
  const { least, most } = paysBetween(vertices);
  let [low, high] = [1n, 1n];
  masses.forEach((mass, i) => {
    if (vertices.pays[i] === most) high += mass;
    else low += mass;
  });
  const [up, down] = [(limit - least) * low, (most - limit) * high];
  const ratio = buys ? (up * ONE) / down : (down * ONE) / up;
  if (ratio <= ONE) return 0n as Lots;
  return ((ln(ratio as Fixed) * vertices.beta) / ((most - least) * ONE)) as Lots;
}

function search(vertices: Vertices, lots: Lots, limit: Ticks, buys: boolean): Lots {
  let [within, beyond] = [0n, lots as bigint];
  for (let i = 0; i < HALVINGS && beyond - within > 1n; i += 1) {
    const middle = (within + beyond) / 2n;
    const there = pointAt(vertices, (buys ? middle : -middle) as Lots);
    if (isBeyond(vertices, there, limit, buys)) beyond = middle;
    else within = middle;
  }
  return within as Lots;
}
