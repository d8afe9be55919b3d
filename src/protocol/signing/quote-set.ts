/** Quote sets (R44): many orders of one trader under one signature and one nonce. */
import type { MarketRef, PackageFields } from "./package.js";

/** What all quotes of a set have in common. */
export type QuoteSetTerms = Pick<PackageFields, "trader" | "previousLink" | "nonce" | "deadline" | "timeInForce">;

/** What a quote has of its own. */
export type QuoteFields = MarketRef & Pick<PackageFields, "priceTicks" | "quantityLots">;

/** Quotes of a set. */
export const MAX_QUOTES = 255;

/** The package that a quote is. */
export function packageOfQuote(
  { trader, previousLink, nonce, deadline, timeInForce }: QuoteSetTerms,
  { marketRootId, marketBranchId, priceTicks, quantityLots }: QuoteFields,
): PackageFields {
  return { marketRootId, marketBranchId, trader, priceTicks, quantityLots, previousLink, nonce, deadline, timeInForce };
}
