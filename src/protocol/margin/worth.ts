/**
 * What accounts are worth over the roots of a market table, in wei: R11 to R13 for any set of roots. Worst cases
 * here are by today's bounds; what the book has stored for a trader may be lower until somebody calls `refresh`.
 */
import type { Trade } from "../judge/collateral.js";
import { clamp } from "../market/bounds.js";
import { RuleError } from "../amounts/errors.js";
import { Refusal } from "../market/refusal.js";
import {
  branchCount,
  type MarketRoot,
  type MarketTable,
  rootOf,
  spanOf,
  unknownMarket,
} from "../market/market-table.js";
import type { Lots, Ticks, TokenWei } from "../amounts/units.js";
import { boundedSimplexWorst, intervalPayoff, intervalWorst, simplexWorst } from "./worst-case.js";

/** Lots in each branch or leg of a root, from number 1; entries that are missing at the end are zero. */
export type Position = readonly Lots[];

/** Cash and positions of one trader. */
export interface Account {
  readonly cash: TokenWei;
  /** By root. */
  readonly positions: ReadonlyMap<number, Position>;
}

/** One outcome of one root: [y] for an interval root, all weights for a simplex root. */
export interface RootOutcome {
  readonly marketRootId: number;
  readonly values: readonly Ticks[];
}

/** The worst case of a position in one root. */
export interface RootWorst extends RootOutcome {
  /** What the position is worth there, wei. */
  readonly worst: TokenWei;
  /**
   * As the book names the outcome: y of an interval root; of a simplex root the leg, from 1, that would have to be 1, or if
   * bounded the last leg into which weight was poured.
   */
  readonly bindingOutcome: bigint;
}

/** The least that a position in a root can be worth. @throws RuleError SHAPE_MISMATCH if it names more branches than there are */
export function worstOfRoot(root: MarketRoot, position: Position): RootWorst {
  const lots = filled(root, position);
  const { marketRootId, tickValue } = root;
  if (root.kind === "interval") {
    const held = root.strikes.map((strikes, b) => ({ strikes, lots: lotsAt(lots, b) }));
    const { worst, outcome } = intervalWorst(held, root.bounds);
    return { marketRootId, values: [outcome], worst: wei(worst, tickValue), bindingOutcome: outcome };
  }
  if (!root.bounded) {
    const { worst, bindingLeg } = simplexWorst(lots, root.scale);
    const values = lots.map((_, k) => (k === bindingLeg - 1 ? root.scale : (0n as Ticks)));
    return { marketRootId, values, worst: wei(worst, tickValue), bindingOutcome: BigInt(bindingLeg) };
  }
  const legs = root.weights.map((weight, k) => ({ weight, lots: lotsAt(lots, k) }));
  const { worst, weights } = boundedSimplexWorst(legs, root.scale);
  const ascending = legs.map((_, k) => k).sort((a, b) => compare(lotsAt(lots, a), lotsAt(lots, b)) || a - b);
  const poured = ascending.filter((k) => (weights[k] ?? 0n) > (root.weights[k]?.lower ?? 0n));
  const binding = poured.at(-1) ?? ascending[0] ?? 0;
  return { marketRootId, values: weights, worst: wei(worst, tickValue), bindingOutcome: BigInt(binding + 1) };
}

/**
 * What a position is worth in one outcome.
 * @param values [y] for an interval root, all weights for a simplex root
 * @throws Refusal Book_OutcomeImpossible if the root cannot end like that (any more)
 */
export function payoffOfRoot(root: MarketRoot, position: Position, values: readonly Ticks[]): TokenWei {
  const lots = filled(root, position);
  if (!isPossible(root, values)) {
    throw new Refusal("Book_OutcomeImpossible", { marketRootId: BigInt(root.marketRootId) });
  }
  if (root.kind === "interval") {
    const held = root.strikes.map((strikes, b) => ({ strikes, lots: lotsAt(lots, b) }));
    return wei(intervalPayoff(held, values[0] ?? (0n as Ticks)), root.tickValue); // one value, as just checked
  }
  return wei(
    lots.reduce<bigint>((sum, held, k) => sum + held * (values[k] ?? 0n), 0n),
    root.tickValue,
  );
}

/** Whether the root can still end like that. */
export function isPossible(root: MarketRoot, values: readonly Ticks[]): boolean {
  if (root.kind === "interval") {
    const [y] = values;
    return values.length === 1 && y !== undefined && y === clamp(y, root.bounds);
  }
  const within = root.weights.every((weight, k) => {
    const value = values[k];
    return value !== undefined && value === clamp(value, weight);
  });
  return (
    within &&
    values.length === root.weights.length &&
    values.reduce<bigint>((sum, value) => sum + value, 0n) === root.scale
  );
}

/** R19: the cash that a position in a settled root turns into. @throws Refusal Book_MarketNotSettled */
export function realisedCash(root: MarketRoot, position: Position): TokenWei {
  if (!root.settled) {
    throw new Refusal("Book_MarketNotSettled", { marketRootId: BigInt(root.marketRootId) });
  }
  return worstOfRoot(root, position).worst;
}

/** Net collateral in the worst joint outcome, and where each root is worst. */
export interface AccountWorst {
  /** c + Σ worst. At least zero for every account of a book (R11). */
  readonly slack: TokenWei;
  /** By rising root number. */
  readonly roots: readonly RootWorst[];
}

/** The book's `checkCollateral` over all roots that the account holds. @throws Refusal Book_MarketUnknown */
export function worstOfAccount(table: MarketTable, { cash, positions }: Account): AccountWorst {
  const roots = [...positions]
    .sort(([a], [b]) => a - b)
    .map(([marketRootId, position]) => worstOfRoot(rootOf(table, marketRootId), position));
  const slack = roots.reduce<bigint>((sum, { worst }) => sum + worst, cash);
  return { slack: slack as TokenWei, roots };
}

/**
 * Net collateral in given outcomes of some roots, every other root at its worst: the book's `netCollateral`.
 * @param outcomes one for each of some roots, by rising number
 * @throws Refusal Book_MarketUnknown, Book_OutcomeImpossible
 */
export function netCollateral(table: MarketTable, account: Account, outcomes: readonly RootOutcome[]): TokenWei {
  let net: bigint = worstOfAccount(table, account).slack;
  let last = 0;
  for (const { marketRootId, values } of outcomes) {
    const root = rootOf(table, marketRootId);
    if (marketRootId <= last) {
      throw new Refusal("Book_OutcomeImpossible", { marketRootId: BigInt(marketRootId) });
    }
    last = marketRootId;
    const position = account.positions.get(marketRootId) ?? [];
    net += payoffOfRoot(root, position, values) - worstOfRoot(root, position).worst;
  }
  return net as TokenWei;
}

/**
 * The account that trades lead to: cash falls by price · quantity · tickValue of each, lots add up.
 * @param cash before the trades
 * @throws Refusal Book_MarketUnknown
 */
export function accountAfter(
  table: MarketTable,
  trades: readonly Omit<Trade, "traderId">[],
  cash = 0n as TokenWei,
): Account {
  const positions = new Map<number, Lots[]>();
  let balance: bigint = cash;
  for (const trade of trades) {
    const root = rootOf(table, trade.marketRootId);
    if (spanOf(root, trade.marketBranchId) === undefined) throw unknownMarket(trade);
    const lots = positions.get(trade.marketRootId) ?? filled(root, []);
    const index = trade.marketBranchId - 1;
    lots[index] = (lotsAt(lots, index) + trade.quantity) as Lots;
    positions.set(trade.marketRootId, lots);
    balance -= trade.price * trade.quantity * root.tickValue;
  }
  return { cash: balance as TokenWei, positions };
}

function filled(root: MarketRoot, position: Position): Lots[] {
  const branches = branchCount(root);
  if (position.length > branches) {
    throw new RuleError("SHAPE_MISMATCH", { what: "position", expected: branches, actual: position.length });
  }
  return Array.from({ length: branches }, (_, b) => lotsAt(position, b));
}

function lotsAt(position: Position, index: number): Lots {
  return position[index] ?? (0n as Lots);
}

function wei(tickLots: bigint, tickValue: TokenWei): TokenWei {
  return (tickLots * tickValue) as TokenWei;
}

function compare(a: bigint, b: bigint): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
