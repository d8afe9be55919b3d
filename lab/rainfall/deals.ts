/** Dealing in compositions: what one costs in the book as it stands, whether that is a bargain, and the orders for its legs. */
import { branchBounds } from "../../src/protocol/market/bounds.js";
import type { Composition } from "../../src/protocol/value/composition.js";
import { RuleError } from "../../src/protocol/amounts/errors.js";
import { priceToBuy, priceToSell, type Quote } from "../../src/protocol/value/quote.js";
import { type Lots, lots, opposite, type TickLots, type TokenWei } from "../../src/protocol/amounts/units.js";
import type { Intent } from "../weather/trading.js";
import { TICK_VALUE } from "./contract.js";
import { riskOf, type View } from "./view.js";

/** A composition that a trader has decided to buy or to sell. */
export interface Deal {
  /** As the reader knows it: `butterfly 180/200/220`. */
  readonly name: string;
  readonly side: "buy" | "sell";
  readonly units: Lots;
  readonly composition: Composition;
  /** What it costs or brings, all units together, by the quotes of that moment: ticks × lots. */
  readonly premium: TickLots;
  readonly intents: readonly Intent[];
}

/** What a trader decides: orders of its own, and compositions, whose legs are orders too. */
export interface Decision {
  readonly intents: readonly Intent[];
  readonly deals: readonly Deal[];
}

export const NOTHING: Decision = { intents: [], deals: [] };

export function fromDeals(deals: readonly Deal[]): Decision {
  return { deals, intents: deals.flatMap(({ intents }) => intents) };
}

/** What is considered. */
export interface Proposal {
  readonly name: string;
  readonly build: (units: Lots) => Composition;
  /** What the trader holds it to be worth, ticks × lots. */
  readonly worthOf: (composition: Composition) => TickLots;
}

/** What makes it a bargain, and how much of it to take. */
export interface Appetite {
  /** Ticks a unit that a trader wants to gain, at least. */
  readonly edge: bigint;
  /** The most that all legs together may put at risk, wei. */
  readonly budget: TokenWei;
  /** Sizes to try, the largest first. */
  readonly sizes: readonly bigint[];
  readonly sides?: readonly Deal["side"][];
}

const BOTH_SIDES = ["buy", "sell"] as const;

/** The largest of the sizes that is a bargain and within the budget; undefined if none is, or it cannot be had. */
export function findDeal(view: View, proposal: Proposal, appetite: Appetite): Deal | undefined {
  for (const size of appetite.sizes) {
    for (const side of appetite.sides ?? BOTH_SIDES) {
      const deal = quoteDeal(view, proposal, side, lots(size));
      if (deal === undefined || riskOfAll(view, deal.intents) > appetite.budget) continue;
      const worth = proposal.worthOf(deal.composition);
      const gain = side === "buy" ? worth - deal.premium : deal.premium - worth;
      if (gain >= appetite.edge * size) return deal;
    }
  }
  return undefined;
}

/** What a composition costs or brings now, and its orders; undefined if the strikes or the book do not suffice. */
export function quoteDeal(
  { depths }: View,
  { name, build }: Pick<Proposal, "name" | "build">,
  side: Deal["side"],
  units: Lots,
): Deal | undefined {
  try {
    const composition = build(units);
    const price = side === "buy" ? priceToBuy : priceToSell;
    const quote = price(composition, (branch) => depths[branch - 1]);
    return { name, side, units, composition, premium: quote.premium, intents: ordersFor(quote) };
  } catch (error) {
    if (error instanceof RuleError && UNAVAILABLE.has(error.code)) return undefined;
    throw error;
  }
}

const UNAVAILABLE: ReadonlySet<string> = new Set(["DEPTH_INSUFFICIENT", "STRIKES_MISSING", "COMPOSITION_INVALID"]);

/** Bought legs first: what is sold later is then backed by them. */
function ordersFor({ legs }: Quote): Intent[] {
  return legs
    .map(({ marketBranchId, lots: size, limit }): Intent => ({
      marketBranchId,
      price: limit,
      lots: size,
      style: "take",
    }))
    .toSorted((a, b) => (a.lots > 0n === b.lots > 0n ? 0 : a.lots > 0n ? -1 : 1));
}

/** What the orders would put at risk, each by itself, wei. More than all of them do together. */
export function riskOfAll({ root }: View, intents: readonly Intent[]): TokenWei {
  const ticks = intents.reduce((sum, { marketBranchId, price, lots: size }) => {
    const strikes = root.strikes[marketBranchId - 1];
    if (strikes === undefined) return sum;
    const bounds = branchBounds(root.bounds, strikes);
    return sum + (size > 0n ? size * riskOf("buy", price, bounds) : opposite(size) * riskOf("sell", price, bounds));
  }, 0n);
  return (ticks * TICK_VALUE) as TokenWei;
}
