/**
 * Who holds what of the basket if other markets end in given ways: the allocations that a stress test multiplies with prices.
 * v_ik = c_i + Q_ik · lotValue + Σ over the other roots of what they pay; x = v · q / N, exact.
 */
import { type Allocation, allocation, type Basket, claims } from "./allocations.js";
import { fraction } from "../amounts/fraction.js";
import { type Account, payoffOfRoot, type RootOutcome, worstOfRoot } from "../margin/worth.js";
import { type MarketTable, rootOf } from "../market/market-table.js";
import { BASKET_ROOT_ID } from "../signing/package.js";
import type { Lots, TokenWei } from "../amounts/units.js";

/** What a column is called that is no trader's. */
export const UNDECIDED = "undecided markets";
export const OUTSIDE = "outside the book";

/** The accounts of a book, and what backs them. */
export interface BookHolders {
  readonly table: MarketTable;
  readonly basket: Basket;
  readonly accounts: readonly Account[];
  /** Claims on each asset that the book holds: session tokens and tokens of that leg (R14). */
  readonly pool: readonly TokenWei[];
}

/**
 * One allocation for each account; then one for what undecided markets will still bring somebody, as every account counts at
 * its worst there; then one for the tokens outside the book. They sum to the basket, exactly.
 * @param outcomes of roots other than the basket; a root that is not named is undecided
 * @throws Refusal Book_MarketUnknown, Book_OutcomeImpossible
 */
export function allocationsIn(
  { table, basket, accounts, pool }: BookHolders,
  outcomes: readonly RootOutcome[],
): Allocation[] {
  const { basketScale, basketTickValue } = table.terms;
  const lotValue = (basketScale * basketTickValue) as TokenWei;
  const legs = basket.quantities.length;
  const claimed = accounts.map(({ cash, positions }) => {
    const others = [...positions].filter(([marketRootId]) => marketRootId !== BASKET_ROOT_ID);
    const paid = others.reduce<bigint>((total, [marketRootId, position]) => {
      const root = rootOf(table, marketRootId);
      const outcome = outcomes.find((one) => one.marketRootId === marketRootId);
      return total + (outcome ? payoffOfRoot(root, position, outcome.values) : worstOfRoot(root, position).worst);
    }, cash);
    const held = positions.get(BASKET_ROOT_ID) ?? [];
    const lots = Array.from({ length: legs }, (_, k) => held[k] ?? (0n as Lots));
    return claims(paid as TokenWei, lots, lotValue);
  });
  const undecided = pool.map((held, k) => claimed.reduce<bigint>((left, own) => left - (own[k] ?? 0n), held));
  const outside = pool.map((held) => basket.supply - held);
  return [...claimed, undecided as TokenWei[], outside as TokenWei[]].map((own) => allocation(own, basket));
}

/** What is passive: the part of the basket for claims on each asset, such as what each holder has paid in. */
export function allocationsOf(basket: Basket, claimed: readonly (readonly TokenWei[])[]): Allocation[] {
  return claimed.map((own) => allocation(own, basket));
}

/** What gains and losses count from: what each has paid in, or equal parts. */
export type BaselineName = "deposits" | "equal";

/**
 * What each account, the undecided markets and what is outside of the book would have if nobody had traded.
 * @param paid of each account, as claims on each asset
 */
export function baselineOf(
  name: BaselineName,
  { basket, accounts, pool }: BookHolders,
  paid: readonly (readonly TokenWei[])[],
): Allocation[] {
  const nothing = pool.map(() => 0n as TokenWei);
  const outside = pool.map((held) => (basket.supply - held) as TokenWei);
  const [ofUndecided = [], ofOutside = []] = allocationsOf(basket, [nothing, outside]);
  if (name === "deposits" || accounts.length === 0) {
    return [...allocationsOf(basket, paid), ofUndecided, ofOutside];
  }
  const count = BigInt(accounts.length);
  const slice = pool.map((held, k) => fraction(held * (basket.quantities[k] ?? 0n), basket.supply * count));
  return [...accounts.map(() => slice), ofUndecided, ofOutside];
}
