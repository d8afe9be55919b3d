/** What several commands say about a session. */
import type { BasketAsset, SessionHandle } from "../../bindings/session.js";
import { read } from "../../bindings/transact.js";
import type { MarketRoot, MarketTable } from "../../protocol/market/market-table.js";
import { BASKET_ROOT_ID, type MarketRef } from "../../protocol/signing/package.js";
import { type AssetInfo, readAsset } from "../input/assets.js";
import { decimal } from "./text.js";

export const PHASES = ["created", "cancelled", "funded", "open", "settling"] as const;
export type Phase = (typeof PHASES)[number];

/** An asset of the basket, and what it is called. */
export type NamedAsset = BasketAsset & AssetInfo;

export async function basketOf(handle: SessionHandle): Promise<NamedAsset[]> {
  const provider = handle.runner.provider;
  if (provider === null) throw new Error("unreachable: a session is opened on a provider");
  return Promise.all(handle.assets.map(async (asset) => ({ ...asset, ...(await readAsset(asset.address, provider)) })));
}

export async function phaseOf({ session }: SessionHandle): Promise<Phase> {
  return PHASES[Number(await read(session.phase()))] ?? "created"; // an enum of the contract
}

/** `leg 1`, or `2.1`. */
export function marketName({ marketRootId, marketBranchId }: MarketRef): string {
  return marketRootId === BASKET_ROOT_ID ? `leg ${marketBranchId}` : `${marketRootId}.${marketBranchId}`;
}

/** `5500 (55%)` for a simplex root, `5500` for an interval root. */
export function priceText(root: MarketRoot, price: bigint): string {
  return root.kind === "interval" ? price.toString() : `${price} (${decimal(price * 100n, root.scale, 4)}%)`;
}

/** Every market of a table: each branch or leg of each root. */
export function marketsOf(table: MarketTable): MarketRef[] {
  return [...table.roots.values()].flatMap((root) => {
    const branches = root.kind === "interval" ? root.strikes : root.weights;
    return branches.map((_, b) => ({ marketRootId: root.marketRootId, marketBranchId: b + 1 }));
  });
}
