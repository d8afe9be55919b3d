/** Where most tests begin. */
import type { LoggedTerms } from "../../../src/verify/log-header.js";
import { ONE, T1 } from "./header.js";
import { makeRace, makeRain, RACE, RAIN } from "./markets.js";
import { ALICE, BOB, CAROL, type Person, WALLET } from "./people.js";
import { Scribe } from "./scribe.js";

/** Wei that each of them has deposited when trading begins. */
export const STAKE = 100n * ONE;

/** Created and funded; the organiser has all of N. */
export function funded(terms: Partial<LoggedTerms> = {}): Scribe {
  const scribe = new Scribe(terms);
  scribe.fund();
  return scribe;
}

/** Alice, Bob and Carol, who are traders 1 to 3, have deposited; it is t1. */
export function trading(terms: Partial<LoggedTerms> = {}): Scribe {
  const scribe = funded(terms);
  for (const trader of [ALICE, BOB, CAROL]) scribe.deposit(trader, STAKE);
  scribe.now = T1;
  return scribe;
}

/** The same with two markets beside the basket: rain, an interval (root 2), and a race, an event (root 3). */
export function withMarkets(terms: Partial<LoggedTerms> = {}): Scribe {
  const scribe = trading(terms);
  makeRain(scribe);
  makeRace(scribe);
  return scribe;
}

/** A trade between two of them: the seller's order rests, the buyer's takes it. */
export function trade(
  scribe: Scribe,
  [seller, buyer]: readonly [Person, Person],
  price: bigint,
  lots: bigint,
  market: { readonly marketRootId?: number; readonly marketBranchId?: number } = {},
): void {
  scribe.order(seller, { priceTicks: price, quantityLots: -lots, ...market });
  scribe.order(buyer, { priceTicks: price, quantityLots: lots, ...market });
}

/** Fills in three markets, a cancellation, and the order of a contract wallet. */
export function eventful(): Scribe {
  const scribe = withMarkets();
  trade(scribe, [ALICE, BOB], 5_000n, 100n);
  trade(scribe, [BOB, CAROL], 20n, 10n, { marketRootId: RAIN });
  trade(scribe, [CAROL, ALICE], 40n, 10n, { marketRootId: RACE, marketBranchId: 2 });
  const cancelled = scribe.order(ALICE, { priceTicks: 1n, quantityLots: 7n });
  scribe.offset(ALICE, cancelled);
  scribe.deposit(WALLET, STAKE);
  scribe.order(WALLET, { priceTicks: 2n, quantityLots: 3n });
  return scribe;
}
