/** What several commands say about a session. */
import type { MarketRoot, MarketTable } from "../../protocol/market/market-table.js";
import { tokenWei } from "../../protocol/amounts/units.js";
import { BASKET_ROOT_ID, type MarketRef } from "../../protocol/signing/package.js";
import { decimal } from "./text.js";

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

export interface AccountFacts {
  /** 0 if the book does not know the trader. */
  readonly traderId: number;
  /** The claim on the basket's last leg, and how much less the least one is. */
  readonly claim: bigint;
  readonly worst: bigint;
  readonly openOrders: number;
  readonly reserved: bigint;
}

/** The account as documents of several commands give it. */
export function accountDocument({ traderId, claim, worst, openOrders, reserved }: AccountFacts): object {
  const slackWei = tokenWei(claim + worst);
  return { traderId, claimWei: claim, worstWei: worst, slackWei, openOrders, reservedWei: reserved };
}
