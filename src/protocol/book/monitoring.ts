/** What is watched over a book: in how few hands each asset is, how alike the positions are, and how much is open where. */
import type { Lots, TokenWei } from "../amounts/units.js";
import { BASKET_ROOT_ID, type MarketRef } from "../signing/package.js";
import { type Concentration, concentrationOf, type Crowding, crowdingOf } from "../value/concentration.js";
import { claimsIn } from "./projections.js";
import type { BookState } from "./state.js";

/** Who has claims on one asset in the book, of all that are in it. */
export interface LegConcentration extends Concentration {
  /** From 1 on. */
  readonly leg: number;
  readonly total: TokenWei;
  /** Address of who has most. */
  readonly largestHolder: string | undefined;
}

/** Positions in one market. In the basket lots count from the last leg, for a full set is cash. */
export interface MarketInterest extends MarketRef {
  /** Lots of all who have more than none, and of all who have less, as a positive number. */
  readonly longLots: Lots;
  readonly shortLots: Lots;
  readonly longs: number;
  readonly shorts: number;
}

/** Positions in one root, all its markets together. */
export interface RootInterest {
  readonly marketRootId: number;
  /** Who has a position in it. */
  readonly holders: number;
  /** What its worst case would take from all holders together, as the book has stored it: no more can be lost in this root. */
  readonly atStake: TokenWei;
  /** One for each branch. */
  readonly markets: readonly MarketInterest[];
}

export interface Monitoring {
  /** Registered addresses, and those that have a claim. */
  readonly traders: number;
  readonly holders: number;
  /** One for each asset. */
  readonly legs: readonly LegConcentration[];
  readonly crowding: Crowding;
  /** One for each root in which somebody has a position, and the basket. */
  readonly roots: readonly RootInterest[];
}

/** Of the book as it stands. It goes through all traders once. */
export function monitoringOf(state: BookState): Monitoring {
  const traders = [...state.traders.all()];
  const claims = traders.map(({ traderId }) => claimsIn(state, traderId));
  const legs = Array.from({ length: state.terms.assets }, (_, k) => {
    const found = concentrationOf(claims.map((own) => own[k] ?? 0n));
    const largestHolder = found.largestAt === undefined ? undefined : traders[found.largestAt]?.address;
    return { ...found, total: found.total as TokenWei, leg: k + 1, largestHolder }; // a sum of TokenWei
  });
  return {
    traders: traders.length,
    holders: claims.filter((own) => own.some((claim) => claim > 0n)).length,
    legs,
    crowding: crowdingOf(claims),
    roots: rootsOf(state),
  };
}

interface Counted {
  holders: number;
  atStake: bigint;
  readonly markets: { longLots: bigint; shortLots: bigint; longs: number; shorts: number }[];
}

const none = (): Counted["markets"][number] => ({ longLots: 0n, shortLots: 0n, longs: 0, shorts: 0 });

function rootsOf(state: BookState): RootInterest[] {
  const basket = Array.from({ length: state.terms.assets }, none);
  const counted = new Map<number, Counted>([[BASKET_ROOT_ID, { holders: 0, atStake: 0n, markets: basket }]]);
  for (const { traderId } of state.traders.all()) {
    for (const [marketRootId, { lots, worst }] of state.margin.positionsOf(traderId)) {
      if (lots.every((size) => size === 0n)) continue;
      const root = counted.get(marketRootId) ?? { holders: 0, atStake: 0n, markets: [] };
      counted.set(marketRootId, root);
      root.holders += 1;
      if (worst < 0n) root.atStake -= worst;
      lots.forEach((size, b) => {
        count((root.markets[b] ??= none()), size);
      });
    }
  }
  return [...counted]
    .sort(([a], [b]) => a - b)
    .map(([marketRootId, { holders, atStake, markets }]) => ({
      marketRootId,
      holders,
      atStake: atStake as TokenWei, // a sum of stored worst cases
      markets: markets.map((market, b) => ({
        ...market,
        longLots: market.longLots as Lots, // sums of positions
        shortLots: market.shortLots as Lots,
        marketRootId,
        marketBranchId: b + 1,
      })),
    }));
}

function count(market: Counted["markets"][number], lots: bigint): void {
  if (lots > 0n) {
    market.longLots += lots;
    market.longs += 1;
  } else if (lots < 0n) {
    market.shortLots -= lots;
    market.shorts += 1;
  }
}
