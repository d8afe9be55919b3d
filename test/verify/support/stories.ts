/** Where most tests begin. */
import type { LoggedTerms } from "../../../src/verify/log-header.js";
import { ONE, T1 } from "./header.js";
import { makeRace, makeRain } from "./markets.js";
import { ALICE, BOB, CAROL, type Person } from "./people.js";
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
  scribe.order(seller, { price, quantity: -lots, ...market });
  scribe.order(buyer, { price, quantity: lots, ...market });
}
