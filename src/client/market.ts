import { BASKET_ROOT_ID, type MarketRef } from "../protocol/signing/package.js";
import { type MarketRoot, spanOf } from "../protocol/market/market-table.js";
import { ClientError } from "../bindings/errors.js";

/** What an order is on: a leg of the basket, 1 to n, or any market by its two numbers. */
export type OrderTarget =
  { readonly leg: number; readonly market?: never } | { readonly market: MarketRef; readonly leg?: never };

/** What of a session says where an order goes: an opened one has it. */
export interface BasketFacts {
  readonly legs: { readonly length: number };
  /** Ticks of a weight of 1. */
  readonly basket: { readonly scale: bigint };
}

/** Where an order goes, and its price and quantity there. */
export interface RoutedOrder extends MarketRef {
  readonly priceTicks: bigint;
  readonly quantityLots: bigint;
}

/**
 * Whether the limit limits nothing: a bid at the most that the market can pay, or an offer at the least. Whoever sees such an order
 * before it lands may fill it there, where it can only lose.
 */
export function takesAnyPrice(root: MarketRoot, order: RoutedOrder): boolean {
  const bounds = spanOf(root, order.marketBranchId);
  return bounds !== undefined && limitsNothing(bounds, order);
}

/** The same by the least and the most that a lot can still pay, ticks. */
export function limitsNothing(
  { lower, upper }: { readonly lower: bigint; readonly upper: bigint },
  { priceTicks, quantityLots }: Pick<RoutedOrder, "priceTicks" | "quantityLots">,
): boolean {
  return quantityLots > 0n ? priceTicks >= upper : priceTicks <= lower;
}

/** The basket market of leg `leg`. @throws ClientError Client_UnknownLeg */
export function basketMarket(handle: Pick<BasketFacts, "legs">, leg: number): MarketRef {
  requireLeg(handle, leg);
  return { marketRootId: BASKET_ROOT_ID, marketBranchId: leg };
}

/** @throws ClientError Client_UnknownLeg */
export function requireLeg(handle: Pick<BasketFacts, "legs">, leg: number): void {
  const legCount = handle.legs.length;
  if (Number.isInteger(leg) && leg >= 1 && leg <= legCount) return;
  throw new ClientError("Client_UnknownLeg", { leg, legCount });
}

/**
 * With two assets the weights of the legs sum to 1, so buying leg 2 at p is selling leg 1 at scale - p. Both sides are sent
 * to leg 1, where they meet. An order that names a market instead of a leg goes where it says.
 */
export function routeOrder(handle: BasketFacts, target: OrderTarget, price: bigint, quantity: bigint): RoutedOrder {
  if (target.market !== undefined) return { ...target.market, priceTicks: price, quantityLots: quantity };
  const { leg } = target;
  if (handle.legs.length === 2 && leg === 2) {
    return { ...basketMarket(handle, 1), priceTicks: handle.basket.scale - price, quantityLots: -quantity };
  }
  return { ...basketMarket(handle, leg), priceTicks: price, quantityLots: quantity };
}
