/** What an order would do, or has done, in words: its fills, what rests, and the account before and after. */
import type { OrderPreview, OrderReport } from "../../protocol/book/order-effect.js";
import { table, tokens } from "./text.js";
import { type NamedRoot, priceText } from "./session-facts.js";

export function reportText({ root, head }: NamedRoot, { fills, restingLots, cutLots, evicted }: OrderReport): string {
  const isTold = fills.some(({ via }) => via !== undefined);
  const header = ["with order", "price", "lots", ...(isTold ? ["through"] : [])];
  const rows = fills.map(({ makerRootId, priceTicks, lots, via }) => [
    String(makerRootId),
    priceText(root, priceTicks, head),
    lots.toString(),
    ...(via === undefined ? [] : [via]),
  ]);
  return [
    fills.length === 0 ? "Fills: none" : `Fills:\n${table(header, rows)}`,
    ...(restingLots === 0n ? [] : [`Rests: ${restingLots} lots`]),
    ...(cutLots === 0n ? [] : [`Cut off: ${cutLots} lots`]),
    ...(evicted.length === 0 ? [] : [`Taken out on the way: ${evicted.join(", ")}`]),
  ].join("\n");
}

export function slackText({ slackBeforeWei, slackAfterWei }: OrderPreview): string {
  return `Slack: ${tokens(slackBeforeWei)} before, ${tokens(slackAfterWei)} after (session tokens)`;
}
