import type { Signer } from "ethers";

import { tradePackage } from "../protocol/signing/package.js";
import {
  packageOfQuote,
  type QuoteFields,
  type QuoteSetTerms,
  type SignedQuoteSet,
} from "../protocol/signing/quote-set.js";
import { type BookDomain, QUOTE_SET_TYPES } from "../protocol/signing/typed-data.js";
import { asClientError } from "./errors.js";

/**
 * Has a quote set signed, for one book on one chain (R44). The signer has to have a key: a contract's signature is not taken for sets.
 * @throws RuleError PACKAGE_FIELD_INVALID before the key is asked; ClientError Client_Declined if its user says no
 */
export async function signQuoteSet(
  domain: BookDomain,
  signer: Signer,
  terms: QuoteSetTerms,
  quotes: readonly QuoteFields[],
): Promise<SignedQuoteSet> {
  const packages = quotes.map((quote) => tradePackage(packageOfQuote(terms, quote)));
  try {
    return { terms, quotes, signature: await signer.signTypedData(domain, QUOTE_SET_TYPES, { quotes: packages }) };
  } catch (error) {
    throw asClientError(error);
  }
}
