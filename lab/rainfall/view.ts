import { type Bounds, branchBounds } from "../../src/protocol/market/bounds.js";
import { type Ladder, ladderOf } from "../../src/protocol/value/strips.js";
import type { IntervalRoot } from "../../src/protocol/market/market-table.js";
import type { Depth } from "../../src/protocol/value/quote.js";
import type { Lots, Ticks, TokenWei } from "../../src/protocol/amounts/units.js";
import { ROOT, STRIP_BRANCHES } from "./contract.js";
import type { Knowledge } from "./forecast.js";

/** What a trader has before it when it decides. Lists have one entry for each branch. */
export interface View {
  readonly knowledge: Knowledge;
  readonly root: IntervalRoot;
  readonly depths: readonly Depth[];
  /** Net collateral in the trader's worst outcome, wei: what it can still put at risk. */
  readonly free: TokenWei;
  readonly lots: readonly Lots[];
}

/** A branch that can still pay more than one amount. */
export interface OpenBranch {
  readonly marketBranchId: number;
  readonly strikes: Bounds;
  /** What it can still pay. */
  readonly bounds: Bounds;
}

export function openBranches({ root }: Pick<View, "root">): OpenBranch[] {
  return root.strikes
    .map((strikes, b) => ({ marketBranchId: b + 1, strikes, bounds: branchBounds(root.bounds, strikes) }))
    .filter(({ bounds }) => bounds.lower < bounds.upper);
}

/** The strips that are still open: what compositions are stacked of. */
export function openStrips(view: Pick<View, "root">): Ladder {
  const open = new Set(openBranches(view).map(({ marketBranchId }) => marketBranchId));
  return ladderOf(
    view.root,
    STRIP_BRANCHES.filter((branch) => open.has(branch)),
  );
}

/** One branch by itself as a ladder. */
export function onlyBranch({ root }: Pick<View, "root">, marketBranchId: number): Ladder {
  return ladderOf(root, [marketBranchId]);
}

/** The lower strike of the first open strip. The rain is beyond it already, so that above it everything is open. */
export function floorOf(view: Pick<View, "root">): Ticks {
  return openStrips(view).branches[0]?.strikes.lower ?? ROOT.upper;
}

/** The most that one lot can lose, ticks. */
export function riskOf(side: "buy" | "sell", price: Ticks, { lower, upper }: Bounds): bigint {
  return side === "buy" ? price - lower : upper - price;
}
