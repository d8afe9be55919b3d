/** What a trader wants of a maker: the branch whose price is furthest from what it believes, up to there, for what it can bear. */
import { marketBounds } from "../../src/protocol/market/market-table.js";
import type { Bounds } from "../../src/protocol/market/bounds.js";
import { ONE } from "../../src/protocol/maker/fixed-point.js";
import { lots, type Ticks, ticks, type TokenWei } from "../../src/protocol/amounts/units.js";
import { type Maker, pricesOf } from "../../src/client/maker.js";
import type { Random } from "../../stage/rng.js";
import type { Wish } from "../session/orders.js";
import type { Belief, Kind, Scene } from "./story.js";

/** What is before a trader when it decides. */
export interface View {
  readonly maker: Maker;
  readonly beliefs: Scene["beliefs"];
  /** What it can still put at risk, wei. */
  readonly free: TokenWei;
}

const BUDGET_PERCENT = 30n; // of what is free, for one order
const LEAST_EDGE_PARTS = 200n; // of the market's width: a smaller difference is not worth an order
const SIGNAL_PARTS = 50n; // of the width: how far a belief is off
const NOISE_PARTS = 8n;

interface Bargain {
  readonly branch: number;
  readonly bounds: Bounds;
  readonly limit: Ticks;
  /** By how much the belief is above the price, 10^-18 ticks. */
  readonly edge: bigint;
}

/** One order, or none; all that can be had up to the limit, and nothing rests. */
export function decide(kind: Kind, view: View, random: Random): Wish["intent"][] {
  const bargains = bargainsOf(kind, view, random);
  const best = bargains.reduce<Bargain | undefined>(
    (found, one) => (found === undefined || abs(one.edge) > abs(found.edge) ? one : found),
    undefined,
  );
  return best === undefined ? [] : orderFor(best, view);
}

function bargainsOf(kind: Kind, { maker, beliefs }: View, random: Random): Bargain[] {
  const prices = pricesOf(maker);
  const { marketRootId, root } = maker;
  const open = prices.flatMap((price, b) => {
    const place = { marketRootId, marketBranchId: b + 1 };
    const bounds = marketBounds({ roots: new Map([[marketRootId, root]]) }, place);
    return price === undefined || bounds.upper - bounds.lower < 2n ? [] : [{ branch: b + 1, bounds, price }];
  });
  const only = kind === "noise" ? open[random.integer(0, Math.max(0, open.length - 1))]?.branch : undefined;
  const belief: Belief | undefined = kind === "noise" ? [] : beliefs[kind];
  if (belief === undefined) return [];
  return open
    .filter(({ branch }) => kind !== "noise" || branch === only)
    .flatMap(({ branch, bounds, price }) => {
      const width = bounds.upper - bounds.lower;
      const reach = width / (kind === "noise" ? NOISE_PARTS : SIGNAL_PARTS);
      const limit = within(bounds, (belief[branch - 1] ?? price / ONE) + random.bell(reach));
      const edge = limit * ONE - price;
      return abs(edge) * LEAST_EDGE_PARTS < width * ONE ? [] : [{ branch, bounds, limit, edge }];
    });
}

/** What it risks at the limit is what it can lose at most; it gets the maker's price, which is better. */
function orderFor({ branch, bounds, limit, edge }: Bargain, { maker, free }: View): Wish["intent"][] {
  const risk = edge > 0n ? limit - bounds.lower : bounds.upper - limit;
  const size = (free * BUDGET_PERCENT) / (100n * risk * maker.root.tickValue);
  if (size === 0n) return [];
  const market = { marketRootId: maker.marketRootId, marketBranchId: branch };
  return [{ market, price: limit, lots: lots(edge > 0n ? size : -size), style: "take" }];
}

/** A price that leaves something to win and to lose. */
function within({ lower, upper }: Bounds, value: bigint): Ticks {
  return ticks(value <= lower ? lower + 1n : value >= upper ? upper - 1n : value);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
