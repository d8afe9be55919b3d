/** Reads what never changes about a session: all that a relay, or a page without one, has to know of it before anything else. */
import type { SessionTerms } from "../protocol/book/terms.js";
import { readBookTerms } from "./market-terms.js";
import type { SessionHandle } from "./session.js";

/** @throws NodeError; ClientError what the node says */
export async function readSessionTerms(handle: SessionHandle): Promise<SessionTerms> {
  const { assets, legs, supply } = handle;
  const basket = { quantities: assets.map(({ quantity }) => quantity), supply };
  const legAddresses = await Promise.all(legs.map((leg) => leg.getAddress()));
  const basketTokens = assets.map(({ address: asset }, index) => ({ asset, leg: legAddresses[index] ?? "" })); // one for each
  return { ...(await readBookTerms(handle)), basket, basketTokens };
}
