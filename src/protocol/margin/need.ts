/**
 * How much collateral a set of one trader's positions needs: if one check looks at all of them together, as the book does, and
 * if every position is margined on its own.
 */
import type { Trade } from "../judge/collateral.js";
import { accountAfter, type AccountWorst, worstOfAccount } from "./worth.js";
import type { MarketTable } from "../market/market-table.js";
import { opposite, type TokenWei } from "../amounts/units.js";

/** A trade of the one trader whose need is asked for. */
export type OwnTrade = Omit<Trade, "traderId">;

/** One position that is margined on its own. */
export interface PositionNeed {
  readonly group: string;
  readonly need: TokenWei;
}

/** All wei, none below zero. joint ≤ separate, always. */
export interface CollateralNeed {
  /**
   * The deposit with which net collateral is zero in the worst joint outcome: max(0, Σ price · lots · tickValue − Σ worst of
   * each root). Prices paid and received count, as does the worth of what is settled.
   */
  readonly joint: TokenWei;
  /** The sum of `positions`: nothing that one position can win, or was paid for it, backs another. */
  readonly separate: TokenWei;
  readonly positions: readonly PositionNeed[];
  /** Where the joint need arises. Its slack is minus the need, or above zero what is left over. */
  readonly worst: AccountWorst;
}

/** A position by itself: all trades of one market, root and branch, with each other. */
export function byMarket({ marketRootId, marketBranchId }: OwnTrade): string {
  return `${marketRootId}.${marketBranchId}`;
}

/** A position by itself: all trades in one root; a call and its hedge on the same outcome back each other. */
export function byRoot({ marketRootId }: OwnTrade): string {
  return `${marketRootId}`;
}

/**
 * Joint and separate need of matched trades by the bounds in `table`. "Separate" means: trades are gathered into positions by
 * `groupOf`; each position pays its own prices, is put at its own worst outcome, and needs what that leaves below zero. Two
 * positions may so be put at outcomes that cannot occur together, which is what netting across markets avoids.
 * @param trades of one trader, in any order
 * @param groupOf which position a trade belongs to; `byMarket` by default
 * @throws Refusal Book_MarketUnknown
 */
export function collateralNeed(
  table: MarketTable,
  trades: readonly OwnTrade[],
  groupOf: (trade: OwnTrade) => string = byMarket,
): CollateralNeed {
  const worst = worstOf(table, trades);
  const groups = new Map<string, OwnTrade[]>();
  for (const trade of trades) {
    const group = groupOf(trade);
    groups.set(group, [...(groups.get(group) ?? []), trade]);
  }
  const positions = [...groups].map(([group, own]) => ({ group, need: shortfall(worstOf(table, own)) }));
  const separate = positions.reduce<bigint>((sum, { need }) => sum + need, 0n) as TokenWei;
  return { joint: shortfall(worst), separate, positions, worst };
}

function worstOf(table: MarketTable, trades: readonly OwnTrade[]): AccountWorst {
  return worstOfAccount(table, accountAfter(table, trades));
}

function shortfall({ slack }: AccountWorst): TokenWei {
  return slack < 0n ? opposite(slack) : (0n as TokenWei);
}
