/** What never changes about a session: all that a relay, or a page without one, has to know of it before anything else. */
import type { BookTerms } from "../protocol/book/terms.js";
import type { Basket } from "../protocol/value/allocations.js";
import { readBookTerms } from "./market-terms.js";
import type { SessionHandle } from "./session.js";

export interface SessionTerms extends BookTerms {
  readonly basket: Basket;
  /** Asset and leg k at index k - 1. */
  readonly basketTokens: readonly BasketTokens[];
}

export interface BasketTokens {
  readonly asset: string;
  readonly leg: string;
}

/** @throws NodeError; ClientError what the node says */
export async function readSessionTerms(handle: SessionHandle): Promise<SessionTerms> {
  const { assets, legs, supply } = handle;
  const basket = { quantities: assets.map(({ quantity }) => quantity), supply };
  const legAddresses = await Promise.all(legs.map((leg) => leg.getAddress()));
  const basketTokens = assets.map(({ address: asset }, index) => ({ asset, leg: legAddresses[index] ?? "" })); // one for each
  return { ...(await readBookTerms(handle)), basket, basketTokens };
}
