/** What happens in one world of the design study: a value, people, and in which order they come. The same for every design. */
import type { Random } from "../../stage/rng.js";
import { normalDraw } from "../laboratory/draws.js";

/** Ends of the market, its value's mean before anybody trades, and standard deviations, all in ticks. */
export const [LOW, HIGH, MEAN] = [0, 10_000, 5_000] as const;
const [VALUE_SPREAD, SIGNAL_ERROR, NOISE] = [1_000, 800, 500] as const;
/** What everybody wants to trade at a time, lots. */
export const SIZE = 10n;
/** How many there are; each comes back. */
export const PEOPLE = 30;

export interface Person {
  /** From 0 to 1, evenly among people: informed if below the share of the informed. */
  readonly rank: number;
  /** Of the signal, with a standard deviation of 1. */
  readonly error: number;
}

export interface Arrival {
  readonly person: number;
  /** What the uninformed want today, with a standard deviation of 1. */
  readonly whim: number;
}

export interface World {
  /** What the market pays, in whole ticks. */
  readonly value: number;
  readonly people: readonly Person[];
  readonly arrivals: readonly Arrival[];
}

/** @param arrivals how many come in all; everybody once before anybody comes twice */
export function worldOf(random: Random, arrivals: number): World {
  const drawn = Math.round(MEAN + VALUE_SPREAD * normalDraw(random));
  const ranks = random.shuffled(Array.from({ length: PEOPLE }, (_, k) => (k + 0.5) / PEOPLE));
  return {
    value: Math.min(HIGH, Math.max(LOW, drawn)),
    people: ranks.map((rank) => ({ rank, error: normalDraw(random) })),
    arrivals: Array.from({ length: arrivals }, (_, k) => ({ person: k % PEOPLE, whim: normalDraw(random) })),
  };
}

/** Who may come, and how good signals are. */
export interface Crowd {
  readonly informedShare: number;
  /** Parts of the usual error: below 1 where a gate asks for knowledge. */
  readonly errorPart: number;
  /** Of those who know nothing, the part that a gate keeps out. */
  readonly keptOut: number;
}

export function isInformed({ rank }: Person, { informedShare }: Crowd): boolean {
  return rank < informedShare;
}

/** The last in rank are kept out. */
export function mayCome({ rank }: Person, { informedShare, keptOut }: Crowd): boolean {
  return rank <= 1 - (1 - informedShare) * keptOut;
}

/**
 * What somebody thinks the market pays, ticks: the mean given a signal of v + e, which is not the price's to change; or for who knows
 * nothing, the price and a whim.
 */
export function beliefOf({ value }: World, person: Person, whim: number, crowd: Crowd, price: number): number {
  if (!isInformed(person, crowd)) return price + NOISE * whim;
  const deviation = SIGNAL_ERROR * crowd.errorPart;
  const trust = VALUE_SPREAD ** 2 / (VALUE_SPREAD ** 2 + deviation ** 2);
  return MEAN + trust * (value + deviation * person.error - MEAN);
}
