/** What a sandwich takes from an order that goes through a maker: somebody trades before it, and back after it. In whole numbers. */
import { lots as toLots, opposite, type TickLots, ticks } from "../../src/protocol/amounts/units.js";
import { MAX_LOTS } from "../../src/protocol/amounts/limits.js";
import { costOf, divUp, pointAt, priceAt, type Vertices } from "../../src/protocol/maker/cost-function.js";
import { ONE } from "../../src/protocol/maker/fixed-point.js";
import { averagePrice } from "../../src/protocol/maker/maker.js";
import { type MakerMarket, takeWithMaker } from "../../src/protocol/maker/taking.js";

const SCALE = 10_000n;

export interface Sandwich {
  /** What the order got, lots. */
  readonly got: bigint;
  /** What it paid more than these lots would have cost without the sandwich, ticks · lots. */
  readonly overpaid: bigint;
  /** What whoever made the sandwich has in the end, ticks · lots. */
  readonly gained: bigint;
  /** What that needed meanwhile: the price of the lots that were bought first, ticks · lots. */
  readonly staked: bigint;
}

/** An order that buys a leg of a basket of two, at a half, from a maker that nobody has traded with. */
export interface Victim {
  /** b, lots. */
  readonly liquidity: bigint;
  readonly lots: bigint;
  /** Ticks. */
  readonly limit: bigint;
}

/** @param before lots that are bought before the order, and sold after it */
export function sandwichOf(victim: Victim, before: bigint): Sandwich {
  const fresh = 0n;
  const first = buy(victim, fresh, before, SCALE);
  const order = buy(victim, first.lots, victim.lots, victim.limit);
  const back = sell(victim, first.lots + order.lots, first.lots);
  const fair = order.lots === 0n ? 0n : quotedTo({ ...victim, lots: order.lots }) * order.lots;
  return { got: order.lots, overpaid: order.paid - fair, gained: back - first.paid, staked: first.paid };
}

/** The sandwich that gains most, of sizes that grow by a tenth each. */
export function worstSandwich(victim: Victim, most = victim.liquidity * 10n): Sandwich {
  let worst = sandwichOf(victim, 1n);
  for (let size = 1n; size <= most; size = (size * 11n) / 10n + 1n) {
    const tried = sandwichOf(victim, size);
    if (tried.gained > worst.gained) worst = tried;
  }
  return worst;
}

/** The price of an order of that size now, ticks a lot. */
export function quotedTo({ liquidity, lots }: Omit<Victim, "limit">): bigint {
  return averagePrice(costOf(verticesAt({ liquidity }, 0n), toLots(lots)), toLots(lots));
}

/** The least limit with which it is filled whole when nobody comes between: where it leaves the maker's price, in whole ticks. */
export function wholeLimit({ liquidity, lots }: Omit<Victim, "limit">): bigint {
  const vertices = verticesAt({ liquidity }, 0n);
  return divUp(priceAt(vertices, pointAt(vertices, toLots(lots))), ONE);
}

interface Bought {
  readonly lots: bigint;
  readonly paid: bigint;
}

function buy(maker: Pick<Victim, "liquidity">, sold: bigint, lots: bigint, limit: bigint): Bought {
  if (lots === 0n) return { lots, paid: 0n };
  const taking = takeWithMaker(NOBODY, marketAt(maker, sold), { priceTicks: limit, quantityLots: lots });
  return { lots: taking.filled, paid: taking.cash };
}

function sell(maker: Pick<Victim, "liquidity">, sold: bigint, lots: bigint): bigint {
  if (lots === 0n) return 0n;
  const taking = takeWithMaker(NOBODY, marketAt(maker, sold), { priceTicks: 0n, quantityLots: -lots });
  if (taking.filled !== lots) throw new RangeError(`the maker takes ${taking.filled} of ${lots} lots back`);
  return opposite(taking.cash);
}

/** No orders but the maker's. */
const NOBODY = { bids: [], asks: [] };

function marketAt(maker: Pick<Victim, "liquidity">, sold: bigint): MakerMarket {
  const room = { sell: toLots(MAX_LOTS - sold), buy: toLots(MAX_LOTS + sold) };
  return { vertices: verticesAt(maker, sold), branch: 1, bounds: { lower: ticks(0n), upper: ticks(SCALE) }, room };
}

function verticesAt({ liquidity }: Pick<Victim, "liquidity">, sold: bigint): Vertices {
  const beta = (liquidity * SCALE) as TickLots;
  const owed = [(sold * SCALE) as TickLots, 0n as TickLots];
  return { beta, weights: [1n, 1n], owed, pays: [ticks(SCALE), ticks(0n)] };
}
