/** What an order would do if it came next, in the words of the wire: what a relay answers, and a page that has none. */
import { RuleError } from "../protocol/amounts/errors.js";
import type { Book } from "../protocol/book/book.js";
import type { House } from "../protocol/book/houses.js";
import { firstUnused, FRESH_NONCES } from "../protocol/book/nonces.js";
import { bestEffect, mostLots, type OrderEffect } from "../protocol/book/order-effect.js";
import { isRefusal, type Refusal, REFUSAL_ADVICE } from "../protocol/market/refusal.js";
import { type TradePackage, tradePackage } from "../protocol/signing/package.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import type { Served } from "../wire/form.js";
import type { RelayDraft } from "../wire/packages.js";
import type { preview } from "../wire/preview.js";

export type PreviewView = Served<typeof preview>;

/** What it is foreseen on. */
export interface PreviewGround {
  /** It is played on, and left as it was. */
  readonly book: Book;
  /** What would be signed now. */
  readonly link: Hash;
  /** Of the block that it would be in, unix seconds. */
  readonly timestamp: bigint;
  /** Through which it may be brought. */
  readonly houses: readonly House[];
}

/** @param most whether to look for the most lots, too: forty tries more */
export function previewView(ground: PreviewGround, draft: RelayDraft, most: boolean): Omit<PreviewView, "block"> {
  const { book, timestamp, houses } = ground;
  const order = orderOf(ground, draft);
  if (order instanceof RuleError)
    return { refusal: { ...told(order), advice: "Correct the order.", retryable: false } };
  const { effect, through } = bestEffect(book, timestamp, order, houses);
  const bearable = most ? mostLots(book, timestamp, order) : undefined;
  return {
    ...(isRefusal(effect)
      ? { refusal: toldRefusal(effect) }
      : { effect: effectView(effect), route: routeView(through) }),
    ...(typeof bearable === "bigint" && { mostLots: bearable }),
  };
}

/** The order as it would be signed now; what no order can have is told as the error that it is. */
function orderOf({ book, link }: PreviewGround, draft: RelayDraft): TradePackage | RuleError {
  const nonces = book.state.traders.find(draft.trader)?.nonces ?? FRESH_NONCES;
  const nonce = draft.nonce ?? firstUnused(nonces) ?? nonces.floor;
  const { previousLink = link, deadline = book.state.terms.t2 - 1n } = draft;
  try {
    return tradePackage({ ...draft, nonce, previousLink, deadline });
  } catch (error) {
    if (error instanceof RuleError) return error;
    throw error;
  }
}

function effectView({ fills, ...effect }: OrderEffect): NonNullable<PreviewView["effect"]> {
  return { ...effect, fills: fills.map(({ makerRootId, priceTicks, lots }) => ({ makerRootId, priceTicks, lots })) };
}

function routeView(through: House | undefined): NonNullable<PreviewView["route"]> {
  return through === undefined ? { through: "book" } : { through: through.kind, contract: through.address };
}

function toldRefusal(refusal: Refusal): NonNullable<PreviewView["refusal"]> {
  return { ...told(refusal), ...REFUSAL_ADVICE[refusal.code] };
}

function told({ code, message, values }: RuleError | Refusal) {
  const texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  return { code, message, values: texts };
}
