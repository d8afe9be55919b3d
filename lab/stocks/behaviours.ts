import type { Lots, Ticks, TokenWei } from "../../src/protocol/amounts/units.js";
import type { OrderStyle } from "../session/orders.js";
import type { Random } from "../../stage/rng.js";

/** What a trader has before it when it decides. All lists have one entry for each leg. */
export interface View {
  /** Ticks that make a weight of 1. */
  readonly scale: Ticks;
  /** Wei that one tick of one lot is worth. */
  readonly tickValue: TokenWei;
  /** The basket's true weights at this month's prices, at last month's, and at next month's: `foreknowledge` alone looks at those. */
  readonly weights: readonly Ticks[];
  readonly previousWeights: readonly Ticks[] | undefined;
  readonly nextWeights: readonly Ticks[];
  /** The trader's own claim on each asset: its net collateral if that asset were the whole basket. */
  readonly claims: readonly TokenWei[];
}

/** An order that a trader wants to sign. `leg` counts from 1; lots are + to buy and - to sell. */
export interface Intent {
  readonly leg: number;
  readonly price: Ticks;
  readonly lots: Lots;
  readonly style: OrderStyle;
}

/** A way to trade: a function of what is seen and of chance. */
export type Behaviour = (view: View, random: Random) => Intent[];

export const BEHAVIOURS = { marketMaker, momentum, foreknowledge, contrarian, noise } as const;
export type BehaviourName = keyof typeof BEHAVIOURS;

/** In this order traders are cast, again and again: two traders are a market. */
export const CAST = ["marketMaker", "momentum", "foreknowledge", "contrarian", "noise"] as const;

// Distances in ten-thousandths of the basket, whatever the scale, for weights from FULL_REACH to 1 - FULL_REACH; nearer to
// 0 and 1 they shrink with what is left.
const PARTS = 10_000n;
const FULL_REACH = 1_000n;
const LEAST_EDGE = 15n; // a smaller expected move is not worth an order
const KEPT_EDGE_PERCENT = 30n; // of an expected move, what a trader wants to keep for itself
const FORESIGHT_NOISE = 150n;
const NOISE_REACH = 120n;
const QUOTE_DISTANCES = [40n, 110n, 230n] as const;
const QUOTE_JITTER = 20n;
const QUOTE_PERCENT = 45n;
const INVENTORY_LEAN = 150n; // how far quotes lean when a maker holds twice the average of a leg, or none

/** Bets that last month's move goes on. */
export function momentum(view: View): Intent[] {
  const { weights, previousWeights } = view;
  if (previousWeights === undefined) return [];
  const expected = weights.map((weight, k) => weight + (weight - (previousWeights[k] ?? weight)));
  return pursue(expected, view, "rest", 35n);
}

/** Bets that last month's move is undone. */
export function contrarian(view: View): Intent[] {
  return view.previousWeights === undefined ? [] : pursue(view.previousWeights, view, "rest", 35n);
}

/** Knows next month's weights, more or less, and takes what is offered on the wrong side of them. */
export function foreknowledge(view: View, random: Random): Intent[] {
  const expected = view.nextWeights.map((weight) => weight + reach(random.bell(FORESIGHT_NOISE), weight, view));
  return pursue(expected, view, "take", 50n);
}

/** Buys or sells some leg around today's weight, for no reason at all. */
export function noise(view: View, random: Random): Intent[] {
  const k = random.integer(0, view.weights.length - 1);
  const weight = view.weights[k] ?? 0n;
  const price = weight + reach(random.bell(NOISE_REACH), weight, view);
  return orderFor(k, price, random.chance(50) ? "buy" : "sell", random.amount(5n, 30n), "rest", view);
}

/**
 * Quotes both sides of every leg around today's weight, each quote on the same deposit: together they promise more than
 * the maker has, and the book takes out those that a fill has left uncovered.
 */
export function marketMaker(view: View, random: Random): Intent[] {
  return view.weights.flatMap((weight, k) => {
    if (isMirrored(k, view)) return [];
    const centre = weight + inventoryLean(k, weight, view);
    return QUOTE_DISTANCES.flatMap((distance) => {
      const away = reach(distance + random.amount(0n, QUOTE_JITTER), weight, view);
      return [
        ...orderFor(k, centre - away, "buy", QUOTE_PERCENT, "quote", view),
        ...orderFor(k, centre + away, "sell", QUOTE_PERCENT, "quote", view),
      ];
    });
  });
}

/** Trades each leg towards where it is expected, at a limit that leaves a part of the move to the trader. */
function pursue(expected: readonly bigint[], view: View, style: Intent["style"], percent: bigint): Intent[] {
  return view.weights.flatMap((weight, k) => {
    const move = (expected[k] ?? weight) - weight;
    if (isMirrored(k, view) || abs(move) <= reach(LEAST_EDGE, weight, view)) return [];
    const limit = weight + (move * (100n - KEPT_EDGE_PERCENT)) / 100n;
    return orderFor(k, limit, move > 0n ? "buy" : "sell", percent, style, view);
  });
}

/** With two assets a bid on one is an offer on the other, so the second leg says nothing that the first does not. */
function isMirrored(k: number, view: View): boolean {
  return view.weights.length === 2 && k === 1;
}

/** An order for `percent` of what the trader can bear at that price; none if that is less than a lot. */
function orderFor(
  k: number,
  wantedPrice: bigint,
  side: "buy" | "sell",
  percent: bigint,
  style: Intent["style"],
  view: View,
): Intent[] {
  const price = clamp(wantedPrice, 1n, view.scale - 1n);
  const most = min(coveredLots(k, price, side, view), meanClaim(view) / (view.scale * view.tickValue));
  const lots = (most * percent) / 100n;
  if (lots <= 0n) return [];
  return [{ leg: k + 1, price: price as Ticks, lots: (side === "buy" ? lots : -lots) as Lots, style }];
}

/**
 * Buying costs the price if any other asset is the whole basket; selling costs the rest if this one is. The cheaper side
 * could be bought many times over, which is why orders are bounded by the mean claim as well.
 */
function coveredLots(k: number, price: bigint, side: "buy" | "sell", { claims, scale, tickValue }: View): bigint {
  if (side === "sell") return (claims[k] ?? 0n) / ((scale - price) * tickValue);
  return min(...claims.filter((_, other) => other !== k)) / (price * tickValue);
}

function meanClaim({ claims }: View): bigint {
  return claims.reduce((sum, claim) => sum + claim, 0n) / BigInt(claims.length);
}

/** Quotes lean down on a leg the maker holds much of, and up on one it lacks. */
function inventoryLean(k: number, weight: bigint, view: View): bigint {
  const average = meanClaim(view);
  if (average === 0n) return 0n;
  const most = reach(INVENTORY_LEAN, weight, view);
  return clamp((most * (average - (view.claims[k] ?? average))) / average, -most, most);
}

/** A distance around a weight, in ticks. */
function reach(parts: bigint, weight: bigint, { scale }: View): bigint {
  const full = (FULL_REACH * scale) / PARTS;
  const room = clamp(min(weight, scale - weight), 0n, full);
  return full === 0n ? 0n : (parts * scale * room) / (PARTS * full);
}

function min(...values: readonly bigint[]): bigint {
  return values.reduce((least, value) => (value < least ? value : least), values[0] ?? 0n);
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
