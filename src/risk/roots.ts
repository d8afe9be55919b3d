/** Of every position the outcome at which it is worst, which no price of the basket's assets decides. */
import { type Account, type RootWorst, worstOfRoot } from "../protocol/margin/worth.js";
import { type MarketRoot, type MarketTable, rootOf } from "../protocol/market/market-table.js";

export interface WorstOutcome extends RootWorst {
  readonly trader: string;
  readonly root: MarketRoot;
}

/** Account by account, their roots in sequence. Roots are independent: an account's worst joint outcome is all of its rows together (R11). */
export function worstOutcomes(
  table: MarketTable,
  accounts: Iterable<{ readonly trader: string } & Pick<Account, "positions">>,
): WorstOutcome[] {
  return [...accounts].flatMap(({ trader, positions }) =>
    [...positions]
      .filter(([, position]) => position.some((lots) => lots !== 0n))
      .sort(([a], [b]) => a - b)
      .map(([marketRootId, position]): WorstOutcome => {
        const root = rootOf(table, marketRootId);
        return { trader, root, ...worstOfRoot(root, position) };
      }),
  );
}
