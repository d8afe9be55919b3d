/**
 * The papers' net-collateral matrix, NC = (M* − P*) Q*, in integers and written as it stands there: the judge of everything
 * that computes collateral faster. All results are token wei, exact.
 */
import { RuleError } from "../amounts/errors.js";
import { matrix, multiply, requireEqual, subtract } from "../amounts/matrix.js";
import type { OutcomeCombinations } from "./outcomes.js";
import type { MarketRef } from "../signing/package.js";
import type { Lots, Ticks, TokenWei } from "../amounts/units.js";

/** One trade of one trader: lots held at a price. A fill is two of them, with opposite quantities. */
export interface Trade extends MarketRef {
  readonly traderId: number;
  readonly price: Ticks;
  /** + bought, − sold. */
  readonly quantity: Lots;
}

/** A trader, a column of NC, and its cash before the trades. */
export interface TraderCash {
  readonly traderId: number;
  readonly cash: TokenWei;
}

/**
 * Net collateral of every trader in every outcome combination: cash plus Σ (payoff − price) · quantity · tickValue.
 * @returns a row for each combination, a column for each trader, both in the given order
 * @throws RuleError MARKET_UNKNOWN, TRADER_UNKNOWN
 */
export function netCollateralMatrix(
  combinations: OutcomeCombinations,
  traders: readonly TraderCash[],
  trades: readonly Trade[],
): TokenWei[][] {
  const { columns, rows } = combinations;
  const marketOf = trades.map((trade) => columnOf(combinations, trade));
  const traderOf = trades.map(({ traderId }) => traderColumn(traders, traderId));

  // I^M: which market a trade is in. Q*: its quantity, in the column of its trader, in wei per tick.
  const marketIndicator = matrix(columns.length, trades.length, (m, t) => (marketOf[t] === m ? 1n : 0n));
  const quantities = trades.map(({ quantity }, t) => quantity * (columns[marketOf[t] ?? -1]?.tickValue ?? 0n));
  const ownQuantities = matrix(trades.length, traders.length, (t, d) =>
    traderOf[t] === d ? (quantities[t] ?? 0n) : 0n,
  );
  const prices = rows.map(() => trades.map(({ price }) => price));

  const payoffs = multiply(rows, marketIndicator, trades.length); // M*
  const gains = multiply(subtract(payoffs, prices), ownQuantities, traders.length);
  return gains.map((row) => traders.map(({ cash }, d) => ((row[d] ?? 0n) + cash) as TokenWei));
}

/** What the check found, with a value for each outcome combination. */
export interface CollateralCheck {
  /** Whether the trader has sufficient collateral in every combination. */
  readonly covered: boolean;
  /** Cash and matched trades alone. */
  readonly matched: readonly TokenWei[];
  /** The papers' figure: matched, plus the least of the open and new trades if there are any. */
  readonly netCollateral: readonly TokenWei[];
  /** The least of both lists: what is left in the worst combination, or if negative what is missing. */
  readonly worst: TokenWei;
  /** Index of the (first) combination where that is. */
  readonly bindingRow: number;
}

/**
 * The papers' check of one trader, who may have open trades and want a new one. Each open trade counts by itself, as one
 * deposit may back many quotes; the matched part must be covered too, for an unfilled order is no collateral (R13).
 * @param cash before the matched trades
 * @param open trades that rest in the book, and the new one
 */
export function checkCollateral(
  combinations: OutcomeCombinations,
  cash: TokenWei,
  matched: readonly Trade[],
  open: readonly Trade[],
): CollateralCheck {
  requireOneTrader([...matched, ...open]);
  const traderId = (matched[0] ?? open[0])?.traderId ?? 0;
  const column = (balance: TokenWei, trades: readonly Trade[]): TokenWei[] =>
    netCollateralMatrix(combinations, [{ traderId, cash: balance }], trades).flat();

  const matchedPart = column(cash, matched);
  const openParts = open.map((trade) => column(0n as TokenWei, [trade]));
  const netCollateral = matchedPart.map((value, row) => {
    const parts = openParts.map((part) => part[row] ?? 0n);
    return (value + (parts.length === 0 ? 0n : least(parts))) as TokenWei;
  });
  const perRow = matchedPart.map((value, row) => least([value, netCollateral[row] ?? value]));
  const worst = least(perRow) as TokenWei;
  return { covered: worst >= 0n, matched: matchedPart, netCollateral, worst, bindingRow: perRow.indexOf(worst) };
}

function columnOf({ columns }: OutcomeCombinations, { marketRootId, marketBranchId }: MarketRef): number {
  const index = columns.findIndex(
    (column) => column.marketRootId === marketRootId && column.marketBranchId === marketBranchId,
  );
  if (index < 0) throw new RuleError("MARKET_UNKNOWN", { marketRootId, marketBranchId });
  return index;
}

function traderColumn(traders: readonly TraderCash[], traderId: number): number {
  const index = traders.findIndex((trader) => trader.traderId === traderId);
  if (index < 0) throw new RuleError("TRADER_UNKNOWN", { traderId });
  return index;
}

function requireOneTrader(trades: readonly Trade[]): void {
  requireEqual("traders", new Set(trades.map(({ traderId }) => traderId)).size, trades.length === 0 ? 0 : 1);
}

function least(values: readonly bigint[]): bigint {
  return values.reduce((least, value) => (value < least ? value : least));
}
