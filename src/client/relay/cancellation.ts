/** Asking a relay to give a package back that it has not sent yet, and what to sign to have everything cancelled. */
import type { Signer } from "ethers";

import { asClientError } from "../../bindings/errors.js";
import type { BookDomain, Hash } from "../../protocol/signing/typed-data.js";
import { type TradesCancellation, tradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import type { RelayTrader } from "../../wire/state.js";
import type { OwnRead } from "../../wire/own.js";
import { CANCEL_TYPES, READ_TYPES } from "../../wire/signed-types.js";

/** @param link of the package that is to be given back @throws ClientError Client_Declined if the wallet's user says no */
export async function signCancellation(domain: BookDomain, signer: Signer, link: Hash): Promise<string> {
  try {
    return await signer.signTypedData(domain, CANCEL_TYPES, { link });
  } catch (error) {
    throw asClientError(error);
  }
}

/**
 * What a trader signs to see what only it may: it can be used again until then.
 * @param until last second at which it is good, at most a day away
 * @throws ClientError Client_Declined if the wallet's user says no
 */
export async function signReadOwn(domain: BookDomain, signer: Signer, trader: string, until: bigint): Promise<OwnRead> {
  try {
    return { until, signature: await signer.signTypedData(domain, READ_TYPES, { trader, until }) };
  } catch (error) {
    throw asClientError(error);
  }
}

/**
 * What a trader signs to cancel all that this relay knows of: its orders from 1 to the last number that is given once all that waits
 * has landed, and every nonce that is used or waits. It is none that could be brought against later orders.
 * @param account as the relay tells it
 * @param deadline last second at which it may be brought: soon, for whoever has it can use it
 */
export function cancelAll(trader: string, { cancelAll: all }: RelayTrader, deadline: bigint): TradesCancellation {
  const { toTradeRootId, nonceFloor } = all;
  return tradesCancellation({ trader, fromTradeRootId: 1, toTradeRootId, nonceFloor, deadline });
}
