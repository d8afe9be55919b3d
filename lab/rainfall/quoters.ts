/** Those who leave orders in the book, one branch at a time. */
import { lots, type Ticks } from "../../src/protocol/amounts/units.js";
import type { Random } from "../../stage/rng.js";
import type { Intent } from "../weather/trading.js";
import { STRIP_WIDTH, TICK_VALUE } from "./contract.js";
import { type Decision, NOTHING } from "./deals.js";
import { valueOf } from "./forecast.js";
import { type OpenBranch, openBranches, riskOf, type View } from "./view.js";

const STRIP_DISTANCE = 2n; // ticks from the middle to a quote, on a strip
const WIDE_DISTANCE = 50n; // on the root, and on what pays above 30 mm
const STRIP_SIZE = 40n; // lots of a quote at most
const WIDE_SIZE = 8n;
const QUOTE_PERCENT = 10n; // of what is free, for each quote by itself: together they promise far more

/** Quotes both sides of every open branch around what whole seasons of other years say, all on the same deposit. */
export function marketMaker(view: View, random: Random): Decision {
  const intents = openBranches(view).flatMap((branch) => {
    const isStrip = branch.strikes.upper - branch.strikes.lower === STRIP_WIDTH;
    const [least, size] = isStrip ? [STRIP_DISTANCE, STRIP_SIZE] : [WIDE_DISTANCE, WIDE_SIZE];
    const distance = least + random.amount(0n, least);
    const lean = clampAmount(
      ((view.lots[branch.marketBranchId - 1] ?? 0n) * distance) / size,
      -2n * distance,
      2n * distance,
    );
    const middle = valueOf(view.knowledge.seasons, branch.strikes) - lean;
    return [
      ...quote(view, branch, "buy", middle - distance, size),
      ...quote(view, branch, "sell", middle + distance, size),
    ];
  });
  return { intents, deals: [] };
}

function quote(view: View, branch: OpenBranch, side: "buy" | "sell", price: bigint, most: bigint): Intent[] {
  const { lower, upper } = branch.bounds;
  if (price <= lower || price >= upper) return []; // nobody would take it, or it would give something away
  return orderOf(view, branch, side, price as Ticks, most, QUOTE_PERCENT, "quote");
}

/** An order of at most `most` lots, and at most `percent` of what is free. */
function orderOf(
  { free }: View,
  { bounds, marketBranchId }: OpenBranch,
  side: "buy" | "sell",
  price: Ticks,
  most: bigint,
  percent: bigint,
  style: Intent["style"],
): Intent[] {
  const affordable = (free * percent) / (100n * TICK_VALUE * riskOf(side, price, bounds));
  const size = affordable < most ? affordable : most;
  if (size <= 0n) return [];
  return [{ marketBranchId, price, lots: lots(side === "buy" ? size : -size), style }];
}

const NOISE_REACH = 15n;
const NOISE_SIZE = 10n;
const NOISE_PERCENT = 15n;

/** Buys or sells some branch around what it is worth, for no reason at all. */
export function noise(view: View, random: Random): Decision {
  const open = openBranches(view);
  const branch = open[random.integer(0, Math.max(0, open.length - 1))];
  if (branch === undefined) return NOTHING;
  const wanted = valueOf(view.knowledge.seasons, branch.strikes) + random.bell(NOISE_REACH);
  const price = clampAmount(wanted, branch.bounds.lower + 1n, branch.bounds.upper - 1n) as Ticks;
  if (price <= branch.bounds.lower || price >= branch.bounds.upper) return NOTHING; // a branch two ticks wide, or less
  const intents = orderOf(view, branch, random.chance(50) ? "buy" : "sell", price, NOISE_SIZE, NOISE_PERCENT, "rest");
  return { intents, deals: [] };
}

function clampAmount(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}
