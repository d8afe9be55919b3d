/** What a ticket says, as the fields that are signed; and the other way round, what signed fields say in words. */
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import type { MarketRef, PackageFields, TradePackage } from "../../../src/protocol/signing/package.js";
import { routeOrder, type RoutedOrder } from "../../../src/client/market.js";
import { type PricedRoot, readLots, readPrice } from "./prices.js";

export type Side = "buy" | "sell";
export const TIMES = {
  GoodTillCancelled: "till cancelled",
  ImmediateOrCancel: "now, the rest is cut off",
  FillOrKill: "now and whole, or not at all",
  PostOnly: "only if it rests",
} as const satisfies Record<keyof typeof TimeInForce, string>;
export type TimeName = keyof typeof TIMES;

/** As it is typed. Kept as text, so that nothing that was typed is lost. */
export interface Ticket {
  readonly side: Side;
  readonly price: string;
  readonly lots: string;
  readonly time: TimeName;
  /** Minutes from now, as typed; empty: until trading ends. */
  readonly minutes: string;
}

export const EMPTY_TICKET: Ticket = { side: "buy", price: "", lots: "", time: "GoodTillCancelled", minutes: "" };

/** Where a ticket stands. */
export interface Ground {
  readonly market: MarketRef;
  readonly root: PricedRoot;
  readonly isBasket: boolean;
  /** Assets of the basket. */
  readonly assets: number;
  /** Ticks of a weight of 1. */
  readonly scale: bigint;
  /** First second after trading. */
  readonly t2: bigint;
  /** The chain's time, unix seconds. */
  readonly now: bigint;
}

/** An order that is not signed over anything yet. */
export type Draft = Omit<PackageFields, "trader" | "previousLink" | "nonce">;

export interface Read {
  /** Undefined as long as something is wrong. */
  readonly draft: Draft | undefined;
  /** Where a price of this market is known already. */
  readonly asked: { readonly priceTicks: bigint; readonly quantityLots: bigint } | undefined;
  readonly problems: Partial<Record<"price" | "lots" | "minutes", string>>;
  /** Whether it stands in the book of another leg: with two assets there is one book. */
  readonly isTurned: boolean;
}

export function readTicket(ticket: Ticket, ground: Ground): Read {
  const price = readPrice(ground.root, ticket.price);
  const lots = readLots(ticket.lots);
  const deadline = deadlineOf(ticket, ground);
  const problems = {
    ...(typeof price !== "bigint" && { price: price.problem }),
    ...(typeof lots !== "bigint" && { lots: lots.problem }),
    ...(typeof deadline !== "bigint" && { minutes: deadline.problem }),
  };
  if (typeof price !== "bigint" || typeof lots !== "bigint" || typeof deadline !== "bigint")
    return { draft: undefined, asked: undefined, problems, isTurned: false };
  const asked = { priceTicks: price, quantityLots: ticket.side === "buy" ? lots : -lots };
  const routed = placed(asked, ground);
  const isTurned = routed.marketBranchId !== ground.market.marketBranchId;
  return { draft: { ...routed, deadline, timeInForce: TimeInForce[ticket.time] }, asked, problems, isTurned };
}

/** Where it goes: the basket's second leg of two stands in the book of the first. */
function placed(asked: { readonly priceTicks: bigint; readonly quantityLots: bigint }, ground: Ground): RoutedOrder {
  const { market, isBasket, assets, scale } = ground;
  const facts = { legs: { length: assets }, basket: { scale } };
  const target = isBasket ? { leg: market.marketBranchId } : { market };
  return routeOrder(facts, target, asked.priceTicks, asked.quantityLots);
}

/** The book that shows a market's orders, and whether its prices are turned round. */
export function bookOf(ground: Pick<Ground, "market" | "isBasket" | "assets">): {
  readonly market: MarketRef;
  readonly isTurned: boolean;
} {
  const isTurned = ground.isBasket && ground.assets === 2 && ground.market.marketBranchId === 2;
  return { market: isTurned ? { ...ground.market, marketBranchId: 1 } : ground.market, isTurned };
}

const MOST_MINUTES = 60n * 24n * 366n * 10n;

function deadlineOf({ minutes }: Ticket, { t2, now }: Ground): bigint | { readonly problem: string } {
  if (minutes.trim() === "") return t2 - 1n;
  const count = readLots(minutes);
  if (typeof count !== "bigint" || count > MOST_MINUTES) return { problem: "Give whole minutes, or nothing." };
  const deadline = now + 60n * count;
  return deadline < t2 ? deadline : t2 - 1n;
}

/** The nine fields in the order in which a wallet shows them, as it shows them if it knows nothing of them. */
export function rawFields(order: TradePackage): readonly (readonly [name: string, value: string])[] {
  const { marketRootId, marketBranchId, trader, priceTicks, quantityLots } = order;
  const { previousLink, nonce, deadline, timeInForce } = order;
  const fields = {
    marketRootId,
    marketBranchId,
    trader,
    priceTicks,
    quantityLots,
    previousLink,
    nonce,
    deadline,
    timeInForce,
  };
  return Object.entries(fields).map(([name, value]) => [name, String(value)] as const);
}

/** A share of the most that an account can bear, at least one lot if any. */
export function partOf(most: bigint, percent: bigint): bigint {
  const part = (most * percent) / 100n;
  return part === 0n && most > 0n ? 1n : part;
}
