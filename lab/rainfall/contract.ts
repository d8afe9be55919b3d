/**
 * The contract: rain in one month at one place, from 0 to 300 mm. One tick is 0.1 mm, in which rain is measured, so that no
 * outcome is ever rounded; more than 300 mm settle at 300. A tick of a lot is worth a hundredth of a session token, so that a
 * lot of the second branch pays one token for each 10 mm above 30 mm: the contract with which this protocol was first
 * explained. The other branches are strips of 10 mm; stacked they make forwards, spreads and butterflies.
 */
import type { Bounds } from "../../src/protocol/market/bounds.js";
import { type Ticks, ticks } from "../../src/protocol/amounts/units.js";
import { writeDescription } from "../../src/protocol/market/description.js";
import { TICKS_PER_MM } from "../weather/weather-file.js";
import type { Market, Said } from "../weather/market.js";

/** Session-token wei of one tick of one lot: 0.01 token. */
export const TICK_VALUE = 10n ** 16n;

export const ROOT: Bounds = { lower: millimetres(0), upper: millimetres(300) };
/** The branch that pays for each 10 mm above 30 mm. */
export const ABOVE_30: Bounds = { lower: millimetres(30), upper: millimetres(300) };
export const STRIP_WIDTH = millimetres(10);

export const ROOT_BRANCH = 1;
export const ABOVE_30_BRANCH = 2;
const FIRST_STRIP_BRANCH = 3;

/** Strikes of the thirty strips, rising. With the first two branches they are all that a root can have. */
export const STRIPS: readonly Bounds[] = Array.from({ length: 30 }, (_, index) => ({
  lower: millimetres(10 * index),
  upper: millimetres(10 * (index + 1)),
}));

/** Of each strip, rising. */
export const STRIP_BRANCHES: readonly number[] = STRIPS.map((_, index) => FIRST_STRIP_BRANCH + index);

/** What each branch is called, from number 1. */
export const BRANCH_NAMES: readonly string[] = [
  "forward 0-300",
  "per 10 mm above 30",
  ...STRIPS.map(({ lower, upper }) => `strip ${formatMm(lower)}-${formatMm(upper)}`),
];

/** The description with a head, from which programs read the title and the unit. @param month in words */
export function describeRain(month: string, source: string, body: string): string {
  const title = `Rain in ${month}`;
  return writeDescription({ title, unit: "mm", ticksPerUnit: TICKS_PER_MM, outcomes: [], source }, body);
}

export interface ContractTerms {
  readonly description: string;
  /** Seconds since 1970. */
  readonly closesAt: number;
  readonly settleBy: number;
}

/** Makes the root and its 31 sub-markets. Should its owner vanish, it settles at the rain that has been recorded by then. */
export async function writeContract(
  market: Market,
  { description, closesAt, settleBy }: ContractTerms,
): Promise<Said[]> {
  const times = { closesAt: BigInt(closesAt), settleBy: BigInt(settleBy) };
  const spec = { ...times, bounds: ROOT, tickValue: TICK_VALUE, fallbackOutcome: ROOT.lower, description };
  const said = [await market.say((owner) => owner.createInterval(spec), description)];
  const branch = (strikes: Bounds, parent: number) =>
    market.say((owner) => owner.createBranch(market.marketRootId, strikes, parent));
  said.push(await branch(ABOVE_30, ROOT_BRANCH));
  for (const strikes of STRIPS) {
    // A strip above 30 mm is a part of that branch, and bounded by it; the three below are parts of the root.
    said.push(await branch(strikes, strikes.lower >= ABOVE_30.lower ? ABOVE_30_BRANCH : ROOT_BRANCH));
  }
  return said;
}

/** The strip that `rain` has reached last: the one of which news of that much rain is news. */
export function stripReached(rain: Ticks): number {
  const index = STRIPS.findIndex(({ upper }) => rain <= upper);
  return FIRST_STRIP_BRANCH + (index === -1 ? STRIPS.length - 1 : index);
}

export function millimetres(mm: number): Ticks {
  return ticks(BigInt(mm) * TICKS_PER_MM);
}

/** `10` or `10.5`. */
export function formatMm(amount: bigint): string {
  const tenths = amount % TICKS_PER_MM;
  return `${amount / TICKS_PER_MM}${tenths === 0n ? "" : `.${tenths}`}`;
}
