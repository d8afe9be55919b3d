/** Signed cancellations (R43): signed by a trader, brought by anybody. */
import type { Signer } from "ethers";

import {
  type SignedTradesCancellation,
  type TradesCancellation,
  tradesCancellation,
} from "../protocol/signing/trades-cancellation.js";
import { type BookDomain, CANCEL_TRADES_TYPES } from "../protocol/signing/typed-data.js";
import { asClientError } from "./errors.js";

export type { SignedTradesCancellation, TradesCancellation } from "../protocol/signing/trades-cancellation.js";

/**
 * Has a cancellation signed, for one book on one chain.
 * @throws RuleError CANCELLATION_FIELD_INVALID before the wallet is asked; ClientError Client_Declined if its user says no
 */
export async function signTradesCancellation(
  domain: BookDomain,
  signer: Signer,
  fields: TradesCancellation,
): Promise<SignedTradesCancellation> {
  const cancellation = tradesCancellation(fields);
  try {
    return { cancellation, signature: await signer.signTypedData(domain, CANCEL_TRADES_TYPES, cancellation) };
  } catch (error) {
    throw asClientError(error);
  }
}
