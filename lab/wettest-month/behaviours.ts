import type { Bounds } from "../../src/protocol/market/bounds.js";
import type { Depth } from "../../src/protocol/value/quote.js";
import { type Lots, lots, type Ticks, type TokenWei } from "../../src/protocol/amounts/units.js";
import type { Random } from "../../stage/rng.js";
import type { Intent } from "../weather/trading.js";
import { type Belief, between, type Knowledge } from "./beliefs.js";
import { SCALE, TICK_VALUE } from "./contract.js";

/** What a trader has before it when it decides. Lists have one entry for each month. */
export interface View {
  readonly knowledge: Knowledge;
  /** What each outcome can still weigh. */
  readonly bounds: readonly Bounds[];
  readonly depths: readonly Depth[];
  /** Net collateral in the trader's worst outcome, wei: what it can still put at risk. */
  readonly free: TokenWei;
  readonly lots: readonly Lots[];
}

/** A way to trade: a function of what is seen and of chance. */
export type Behaviour = (view: View, random: Random) => Intent[];

export const BEHAVIOURS = { marketMaker, climatologist, bookmaker, follower, noise } as const;
export type BehaviourName = keyof typeof BEHAVIOURS;

/** In this order traders are cast, again and again: two traders are a market. */
export const CAST = ["marketMaker", "climatologist", "bookmaker", "follower", "noise"] as const;

const FULL_REACH = 1_000n; // ticks; nearer to 0 and to the scale distances shrink with what is left
const QUOTE_DISTANCE = 120n; // from the middle, in ticks
const QUOTE_SIZE = 120n; // lots of a quote at most
const QUOTE_PERCENT = 12n; // of what is free, for each quote by itself: together they promise far more

/** Quotes both sides of every month that can still win, around what the months of other years say, on one deposit. */
export function marketMaker(view: View, random: Random): Intent[] {
  return openOutcomes(view).flatMap((k) => {
    const weight = view.knowledge.wide[k] ?? 0n;
    const distance = reach(QUOTE_DISTANCE + random.amount(0n, QUOTE_DISTANCE), weight);
    const lean = clamp(((view.lots[k] ?? 0n) * distance) / QUOTE_SIZE, -2n * distance, 2n * distance);
    const middle = weight - lean;
    return [
      ...orderFor(view, k, "buy", middle - distance, QUOTE_SIZE, QUOTE_PERCENT, "quote"),
      ...orderFor(view, k, "sell", middle + distance, QUOTE_SIZE, QUOTE_PERCENT, "quote"),
    ];
  });
}

/** Trusts the same months of other years: takes what is offered below, and sells to what is bid above. */
export function climatologist(view: View): Intent[] {
  return pursue(view.knowledge.close, view);
}

/** Thinks the month that leads is likelier to stay ahead than it is. */
export function follower(view: View): Intent[] {
  const { totals, wide } = view.knowledge;
  const leader = totals.reduce((best, total, k) => (total > (totals[best] ?? -1n) ? k : best), 0);
  if (totals.length === 0) return []; // nobody leads yet
  const onLeader = wide.map((_, k) => (k === leader ? SCALE : (0n as Ticks)));
  return pursue(between(wide, onLeader), view);
}

const BOOK_MARGIN = 60n; // ticks above the chance
const BOOK_SIZE = 90n;
const BOOK_PERCENT = 40n;

/**
 * Offers every month for a little more than it should cost. Only one of them can win, so that all the offers together need
 * hardly more collateral than one, and the more of them are taken the less.
 */
export function bookmaker(view: View, random: Random): Intent[] {
  return openOutcomes(view).flatMap((k) => {
    const weight = view.knowledge.wide[k] ?? 0n;
    const price = weight + reach(BOOK_MARGIN + random.amount(0n, BOOK_MARGIN), weight);
    return orderFor(view, k, "sell", price, BOOK_SIZE, BOOK_PERCENT, "rest");
  });
}

const NOISE_REACH = 300n;
const NOISE_SIZE = 60n;
const NOISE_PERCENT = 20n;

/** Buys or sells some month around its chance, for no reason at all. */
export function noise(view: View, random: Random): Intent[] {
  const open = openOutcomes(view);
  const k = open[random.integer(0, Math.max(0, open.length - 1))];
  if (k === undefined) return [];
  const weight = view.knowledge.wide[k] ?? 0n;
  const price = weight + reach(random.bell(NOISE_REACH), weight);
  return orderFor(view, k, random.chance(50) ? "buy" : "sell", price, NOISE_SIZE, NOISE_PERCENT, "rest");
}

// ------------------------------------------------------------------ in detail

const LEAST_EDGE = 80n; // ticks; a smaller difference is not worth an order
const MOST_MONTHS = 4; // with the largest differences
const PURSUIT_SIZE = 150n;
const PURSUIT_PERCENT = 25n;

interface Bargain {
  readonly k: number;
  readonly side: "buy" | "sell";
  readonly price: Ticks;
  /** Ticks by which it is better than what is believed. */
  readonly edge: bigint;
}

/** Takes the best bid or offer of the months where it differs most from what is believed. */
function pursue(belief: Belief, view: View): Intent[] {
  const bargains = openOutcomes(view).flatMap((k): Bargain[] => {
    const [bid, ask] = [view.depths[k]?.bids[0]?.priceTicks, view.depths[k]?.asks[0]?.priceTicks];
    const weight = belief[k] ?? 0n;
    if (ask !== undefined && weight - ask >= LEAST_EDGE) return [{ k, side: "buy", price: ask, edge: weight - ask }];
    if (bid !== undefined && bid - weight >= LEAST_EDGE) return [{ k, side: "sell", price: bid, edge: bid - weight }];
    return [];
  });
  return bargains
    .toSorted((a, b) => Number(b.edge - a.edge))
    .slice(0, MOST_MONTHS)
    .flatMap(({ k, side, price }) => orderFor(view, k, side, price, PURSUIT_SIZE, PURSUIT_PERCENT, "take"));
}

/** Indices of the months that can still win or lose. */
function openOutcomes({ bounds }: View): number[] {
  return bounds.flatMap(({ lower, upper }, k) => (lower < upper ? [k] : []));
}

/** An order of at most `most` lots, and at most `percent` of what is free; none at a price that gives something away. */
function orderFor(
  { free, bounds }: View,
  k: number,
  side: "buy" | "sell",
  price: bigint,
  most: bigint,
  percent: bigint,
  style: Intent["style"],
): Intent[] {
  const { lower, upper } = bounds[k] ?? { lower: 0n, upper: 0n };
  if (price <= lower || price >= upper) return [];
  const risk = side === "buy" ? price - lower : upper - price;
  const affordable = (free * percent) / (100n * TICK_VALUE * risk);
  const size = affordable < most ? affordable : most;
  if (size <= 0n) return [];
  return [{ marketBranchId: k + 1, price: price as Ticks, lots: lots(side === "buy" ? size : -size), style }];
}

/** A distance around a chance, in ticks. */
function reach(distance: bigint, weight: bigint): bigint {
  const room = clamp(weight < SCALE - weight ? weight : SCALE - weight, 0n, FULL_REACH);
  return (distance * room) / FULL_REACH;
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}
