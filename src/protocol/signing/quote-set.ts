/** Quote sets (R44): many orders of one trader under one signature and one nonce. */
import type { MarketRef, PackageFields } from "./package.js";

/** What all quotes of a set have in common. */
export type QuoteSetTerms = Pick<PackageFields, "trader" | "previousLink" | "nonce" | "deadline" | "timeInForce">;

/** What a quote has of its own. */
export type QuoteFields = MarketRef & Pick<PackageFields, "priceTicks" | "quantityLots">;

/** A quote with its submitter's hints, both places. */
export interface SubmittedQuote extends QuoteFields {
  /** The order next to which it comes to rest; 0 for none. */
  readonly insertAfter: number;
  /** Where it may rest because an order rested there that is gone; 0 for none. */
  readonly place: number;
}

/** Quotes of one trader under the signature of its key, over all of their packages in this order. */
export interface SignedQuoteSet<Quote extends QuoteFields = QuoteFields> {
  readonly terms: QuoteSetTerms;
  readonly quotes: readonly Quote[];
  /** 0x-hex, 65 bytes (r, s, v) or 64 (ERC-2098). */
  readonly signature: string;
}

export type SubmittedQuoteSet = SignedQuoteSet<SubmittedQuote>;

/** Quotes of a set. */
export const MAX_QUOTES = 255;

/** The package that a quote is. */
export function packageOfQuote(
  { trader, previousLink, nonce, deadline, timeInForce }: QuoteSetTerms,
  { marketRootId, marketBranchId, priceTicks, quantityLots }: QuoteFields,
): PackageFields {
  return { marketRootId, marketBranchId, trader, priceTicks, quantityLots, previousLink, nonce, deadline, timeInForce };
}
