/** What the relay has to know of its session before it can do anything: read once, and never changing. */
import { JsonRpcProvider } from "ethers";

import { readBookTerms } from "../../bindings/market-terms.js";
import { openSession } from "../../bindings/session.js";
import type { Basket } from "../../protocol/value/allocations.js";
import type { BookTerms } from "../../protocol/book/terms.js";

export interface SessionTerms extends BookTerms {
  readonly basket: Basket;
  /** Asset and leg k at index k - 1. */
  readonly basketTokens: readonly BasketTokens[];
}

export interface BasketTokens {
  readonly asset: string;
  readonly leg: string;
}

/**
 * @param chainId of the node, which was asked before: ethers' own search for it would never end
 * @throws ClientError what the node says, or that there is no session of ours at that address
 */
export async function readSession(rpcUrl: string, chainId: bigint, session: string): Promise<SessionTerms> {
  const provider = new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: true, batchMaxCount: 1 });
  try {
    const handle = await openSession(session, provider);
    const { assets, legs, supply } = handle;
    const basket = { quantities: assets.map(({ quantity }) => quantity), supply };
    const legAddresses = await Promise.all(legs.map((leg) => leg.getAddress()));
    const basketTokens = assets.map(({ address: asset }, index) => ({ asset, leg: legAddresses[index] ?? "" })); // one for each
    return { ...(await readBookTerms(handle)), basket, basketTokens };
  } finally {
    provider.destroy();
  }
}
