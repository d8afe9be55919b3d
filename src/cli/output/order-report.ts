/** What an order would do, or has done: its fills, what rests, and the account before and after. */
import type { BookEvent } from "../../protocol/book/events.js";
import type { Book } from "../../protocol/book/book.js";
import { slackOf } from "../../protocol/book/projections.js";
import { isRefusal, type Refusal } from "../../protocol/market/refusal.js";
import type { TradePackage } from "../../protocol/signing/package.js";
import type { Venue } from "../../protocol/value/sets.js";
import { type Lots, type Ticks, type TokenWei, tokenWei } from "../../protocol/amounts/units.js";
import { table, tokens } from "./text.js";
import { type NamedRoot, priceText } from "./session-facts.js";

export interface Fill {
  /** The other order, as a rule the earlier one. */
  readonly makerRootId: number;
  readonly priceTicks: Ticks;
  /** Unsigned. */
  readonly lots: Lots;
  /** Through what it came, where an order was sent through a house. */
  readonly via?: Venue;
}

export interface OrderReport {
  readonly fills: readonly Fill[];
  /** What waits in the book, unsigned. */
  readonly restingLots: bigint;
  /** What was cut off again (immediate-or-cancel, or uncovered), unsigned. */
  readonly cutLots: bigint;
  /** Orders of others that were found uncovered, expired or one's own on the way. */
  readonly evicted: readonly number[];
}

/** A report, and what it does to the account by the book's own stored worst cases. */
export interface OrderPreview extends OrderReport {
  readonly slackBeforeWei: TokenWei;
  readonly slackAfterWei: TokenWei;
  /** The claim on the basket's last leg. */
  readonly claimAfterWei: TokenWei;
}

export function reportOf(tradeRootId: number, quantity: bigint, records: readonly BookEvent<unknown>[]): OrderReport {
  const fills = records.flatMap((record): Fill[] => {
    if (record.kind !== "matched") return [];
    const { makerRootId, takerRootId, priceTicks, lots } = record;
    if (takerRootId === tradeRootId) return [{ makerRootId, priceTicks, lots }];
    // A router may meet what has come to rest within the same call.
    return makerRootId === tradeRootId ? [{ makerRootId: takerRootId, priceTicks, lots }] : [];
  });
  const offsets = records.flatMap((record) => (record.kind === "offset" ? [record] : []));
  const cutLots = sum(offsets.filter((one) => one.tradeRootId === tradeRootId).map(({ lots }) => lots));
  const filled = sum(fills.map(({ lots }) => lots));
  const evicted = offsets.flatMap((one) => (one.tradeRootId === tradeRootId ? [] : [one.tradeRootId]));
  return { fills, restingLots: (quantity < 0n ? -quantity : quantity) - filled - cutLots, cutLots, evicted };
}

/** Steps of matching that a preview, and then the submission, may take. */
export const MAX_MATCHES = 16;

/**
 * Plays the order on a mirror of the book, which it changes.
 * @returns the book's refusal if it would refuse
 */
export function previewOrder(book: Book, timestamp: bigint, order: TradePackage): OrderPreview | Refusal {
  const traderId = book.state.traders.find(order.trader)?.traderId ?? 0;
  const slackBeforeWei = slackOf(book.state, traderId);
  try {
    const submitted = { package: order, signature: "0x", insertAfter: 0, place: 0 };
    const limits = { maxMatches: MAX_MATCHES, maxWalk: Number.MAX_SAFE_INTEGER };
    const { result, events } = book.createTrade({ timestamp }, submitted, limits);
    const slackAfterWei = slackOf(book.state, traderId);
    const claimAfterWei = tokenWei(book.accountOf(order.trader).claim);
    const records = events.flatMap((event) =>
      event.kind === "skipped" || event.kind === "offsetSkipped" ? [] : [event],
    );
    return {
      ...reportOf(result.tradeRootId, order.quantityLots, records),
      slackBeforeWei,
      slackAfterWei,
      claimAfterWei,
    };
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

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

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
