/** Holds what a session paid against the plain computation in shares, to the unit, and against the rule's own payoff. */
import { equals, type Fraction, fraction, sum } from "../../src/protocol/amounts/fraction.js";
import { tokenWei } from "../../src/protocol/amounts/units.js";
import { allocation, wholeUnits } from "../../src/protocol/value/allocations.js";
import { profitAndLoss } from "../../src/protocol/value/valuation.js";
import type { LaboratoryTerms } from "../laboratory/laboratory.js";
import { delivered, type PlainBasket, type PlainFill, sharesAfter, worthOfChange } from "./plain.js";
import { type BookedPair, FOLLOWER, QUOTER, STAKE } from "./trading.js";

/** How many of each kind agree with the plain computation. */
export interface Judged {
  readonly trades: number;
  /** Payoffs that are the same fraction. */
  readonly payoffs: number;
  readonly accounts: number;
  /** Accounts to which the same whole units are delivered. */
  readonly deliveries: number;
  readonly sessions: number;
  /** Sessions whose gains and losses sum to exactly zero. */
  readonly zeroSums: number;
}

export function judge(pairs: readonly BookedPair[], terms: LaboratoryTerms): Judged {
  const judged = pairs.map((pair) => judgePair(pair, terms));
  const total = (what: keyof Judged): number => judged.reduce((all, one) => all + one[what], 0);
  return {
    trades: total("trades"),
    payoffs: total("payoffs"),
    accounts: total("accounts"),
    deliveries: total("deliveries"),
    sessions: total("sessions"),
    zeroSums: total("zeroSums"),
  };
}

function judgePair(
  { basket, trades, claims, lastPrices }: BookedPair,
  { each, basketScale: scale, basketTickValue }: LaboratoryTerms,
): Judged {
  const plain: PlainBasket = { ...basket, scale, lotValue: scale * basketTickValue };
  let fills: readonly PlainFill[] = [];
  const payoffs = trades.filter(({ fills: own, payoff, prices: [, close] }) => {
    const before = sharesAfter(plain, each, fills);
    fills = [...fills, ...own];
    const { numerator, denominator } = worthOfChange(plain, before, sharesAfter(plain, each, fills), close);
    return equals(payoff, fraction(numerator, denominator));
  });
  const opposite = fills.map((fill) => ({ ...fill, lots: -fill.lots }));
  const deliveries = [QUOTER, FOLLOWER].filter((person) => {
    const own = delivered(plain, sharesAfter(plain, each, person === FOLLOWER ? fills : opposite));
    const booked = wholeUnits(allocation((claims[person] ?? []).map(tokenWei), basket));
    return own.every((amount, k) => amount === booked[k]);
  });
  const atFirst = allocation(
    basket.quantities.map(() => tokenWei(each)),
    basket,
  );
  const gains = claims.map((own) => profitAndLoss(allocation(own.map(tokenWei), basket), atFirst, lastPrices));
  return {
    trades: trades.length,
    payoffs: payoffs.length,
    accounts: claims.length,
    deliveries: deliveries.length,
    sessions: 1,
    zeroSums: equals(sum(gains), fraction(0n)) ? 1 : 0,
  };
}

const DIGITS = 10n ** 15n;

/** Money for each unit of money that is long, as a number; for statistics alone. */
export function perStake({ numerator, denominator }: Fraction): number {
  return Number((numerator * DIGITS) / (denominator * STAKE)) / Number(DIGITS);
}
