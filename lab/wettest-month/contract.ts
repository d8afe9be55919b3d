/**
 * The contract: in which month of a year it rains most. Twelve outcomes; a lot of the one that comes true pays one session
 * token, all others nothing. Prices are chances in hundredths of a percent. Of months with equal rain the earlier wins.
 */
import { type Ticks, ticks } from "../../src/protocol/amounts/units.js";
import { writeDescription } from "../../src/protocol/market/description.js";
import type { Market, Said } from "../weather/market.js";

/** Ticks that make a weight of 1. */
export const SCALE = ticks(10_000n);
/** Session-token wei of one tick of one lot, so that a lot pays one token. */
export const TICK_VALUE = 10n ** 14n;

/** What each outcome is called, from number 1. */
export const MONTH_NAMES: readonly string[] = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** What the contract says in one sentence. */
function sentenceOf(year: number): string {
  return `The month of ${year} with most rain at the weather station; of months with equal rain the earlier.`;
}

/** The description with a head, from which programs read the title and the months. Prices are in percent. */
export function describeWettest(year: number, source: string, body: string): string {
  const head = {
    title: `Wettest month of ${year}`,
    unit: "%",
    ticksPerUnit: SCALE / 100n,
    outcomes: MONTH_NAMES,
    source,
  };
  return writeDescription(head, `${sentenceOf(year)} ${body}`);
}

export interface ContractTerms {
  readonly year: number;
  /** One sentence by default. */
  readonly description?: string;
  /** Seconds since 1970. */
  readonly closesAt: number;
  readonly settleBy: number;
}

/** Makes the root. Should its owner vanish, the first month that has not been eliminated by then wins. */
export async function writeContract(
  market: Market,
  { year, closesAt, settleBy, description = sentenceOf(year) }: ContractTerms,
): Promise<Said[]> {
  const times = { closesAt: BigInt(closesAt), settleBy: BigInt(settleBy) };
  const spec = {
    ...times,
    outcomes: MONTH_NAMES.length,
    scale: SCALE,
    tickValue: TICK_VALUE,
    fallbackOutcome: 1,
    description,
  };
  return [await market.say((owner) => owner.createEvent(spec), description)];
}

/**
 * The outcomes that cannot come true any more, from 1: every month that is over and has less rain than another one that is, or
 * as much as an earlier one.
 * @param totals rain of the months that are over, from January
 */
export function beatenOutcomes(totals: readonly Ticks[]): number[] {
  return totals.flatMap((own, month) => {
    const isBeaten = totals.some((other, rival) => other > own || (other === own && rival < month));
    return isBeaten ? [month + 1] : [];
  });
}
