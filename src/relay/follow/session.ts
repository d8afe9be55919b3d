/** What the relay has to know of its session before it can do anything: read once, and never changing. */
import { readBookTerms } from "../../bindings/market-terms.js";
import { openSession } from "../../bindings/session.js";
import type { DoorSettings } from "../../node/door.js";
import { NodeProvider } from "../../node/provider.js";
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

/** @throws NodeError; ClientError if there is no session of ours at that address */
export async function readSession(rpcUrl: string, session: string, settings: DoorSettings = {}): Promise<SessionTerms> {
  const provider = await NodeProvider.open(rpcUrl, settings);
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
