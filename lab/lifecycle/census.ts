/** Who has what, at one moment: every token at every address of the story, and what is claimed of each basket. */
import { payoffOfRoot, worstOfRoot } from "../../src/protocol/margin/worth.js";
import { lots } from "../../src/protocol/amounts/units.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import type { Ground, Place } from "./ground.js";
import type { Roots } from "./roots.js";

/** What an address has. Lists have one entry for each asset of the first basket. */
export interface Holding extends Place {
  readonly cash: bigint;
  readonly assets: readonly bigint[];
  /** Of each session, wei: session and leg tokens, and for an account what it has in the book. */
  readonly claims: readonly (readonly bigint[])[];
}

/** A session's vault, asset by asset. */
export interface Vault {
  readonly session: string;
  readonly assets: readonly bigint[];
  /** Claims that are out, wei: session and leg tokens. */
  readonly outstanding: readonly bigint[];
}

export interface Census {
  readonly label: string;
  readonly holdings: readonly Holding[];
  readonly vaults: readonly Vault[];
}

/** A session, and who has an account in its book; with the roots beside the basket as they were made, and how they will end. */
export interface Counted {
  readonly handle: SessionHandle;
  readonly accounts: readonly string[];
  readonly roots: readonly Roots["event"][];
}

export async function takeCensus(
  label: string,
  { cash, assets }: Pick<Ground, "cash" | "assets">,
  places: readonly Place[],
  sessions: readonly Counted[],
): Promise<Census> {
  const holdings: Holding[] = [];
  for (const { name, address } of places) {
    const claims: bigint[][] = [];
    for (const session of sessions) claims.push(await claimsOf(session, address));
    holdings.push({
      ...{ name, address, claims },
      cash: await cash.token.balanceOf(address),
      assets: await Promise.all(assets.map((asset) => asset.balanceOf(address))),
    });
  }
  return { label, holdings, vaults: await Promise.all(sessions.map(({ handle }) => vaultOf(handle, assets))) };
}

/** What the book's own address has is what its accounts have. */
async function claimsOf({ handle, accounts, roots }: Counted, who: string): Promise<bigint[]> {
  if (who === handle.bookAddress) return handle.legs.map(() => 0n);
  const own = await handle.session.balanceOf(who);
  const legs = await Promise.all(handle.legs.map((leg) => leg.balanceOf(who)));
  const booked = accounts.includes(who) ? await bookedOf(handle, roots, who) : [];
  return legs.map((leg, k) => own + leg + (booked[k] ?? 0n));
}

/** The book counts each open root at its worst; here it counts as it will end, so that nothing is missing between winners and losers. */
async function bookedOf({ book }: SessionHandle, roots: Counted["roots"], who: string): Promise<bigint[]> {
  const claims = await book.claimsOf(who);
  let more = 0n;
  for (const { root, outcome } of roots) {
    const held = (await book.positionOf(who, root.marketRootId)).map(lots);
    more += payoffOfRoot(root, held, outcome) - worstOfRoot(root, held).worst;
  }
  return claims.map((claim) => claim + more);
}

async function vaultOf({ session, legs, address }: SessionHandle, assets: Ground["assets"]): Promise<Vault> {
  const supply = await session.totalSupply();
  return {
    session: address,
    assets: await Promise.all(assets.map((asset) => asset.balanceOf(address))),
    outstanding: await Promise.all(legs.map(async (leg) => supply + (await leg.totalSupply()))),
  };
}
