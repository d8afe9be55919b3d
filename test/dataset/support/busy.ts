/** A long session of many traders, made by chance from a seed: all that orders, accounts and markets can do, over and over. */
import { ORGANISER, type Person, person } from "../../verify/support/people.js";
import { makeRace, makeRain, bound, RACE, RAIN } from "../../verify/support/markets.js";
import { type OrderWish, Scribe } from "../../verify/support/scribe.js";
import { ONE, T1, T2 } from "../../verify/support/header.js";
import { createRandom, type Random } from "../../../stage/rng.js";

export interface BusyPlan {
  readonly traders?: number;
  /** Calls of orders. */
  readonly calls: number;
  readonly seed?: bigint;
  /** Whether the bounds of rain tighten half way: then worst cases are stored that are lower than today's. */
  readonly tightens?: boolean;
}

const STAKE = 40n * ONE;

/** @returns the scribe, with nothing settled and everybody still in */
export function busySession({ traders = 7, calls, seed = 1n, tightens = true }: BusyPlan): {
  scribe: Scribe;
  people: readonly Person[];
} {
  const random = createRandom(seed, "busy");
  const people = Array.from({ length: traders }, (_, k) => person(`busy ${k + 1}`));
  const scribe = new Scribe({ maxOpenOrders: 40 });
  scribe.fund();
  for (const one of people) scribe.deposit(one, STAKE);
  scribe.now = T1;
  makeRain(scribe);
  makeRace(scribe);
  for (let call = 0; call < calls; call += 1) {
    deed(scribe, people, random);
    if (tightens && call === Math.floor(calls / 2)) bound(scribe, RAIN, 1, 5n, 40n);
  }
  return { scribe, people };
}

/** Rain ends at 17 mm, the race by its fallback; everything is realised, and everybody leaves. */
export function endSession({ scribe, people }: ReturnType<typeof busySession>): Scribe {
  scribe.now = T2 + 1n;
  const resting = [...scribe.book.state.queues.orders()].map(({ tradeRootId }) => tradeRootId);
  for (let at = 0; at < resting.length; at += 20) scribe.offset(ORGANISER, ...resting.slice(at, at + 20));
  bound(scribe, RAIN, 1, 17n, 17n);
  scribe.realise(RAIN, ...people);
  scribe.now = T2 + 2_000n;
  scribe.applyFallback(RACE);
  scribe.realise(RACE, ...people);
  for (const one of people) scribe.exit(one);
  return scribe;
}

function deed(scribe: Scribe, people: readonly Person[], random: Random): void {
  const chance = below(random, 20);
  const who = people[below(random, people.length)]!;
  if (chance < 12) {
    orders(scribe, people, random, 1 + below(random, 4));
  } else if (chance < 15) {
    const own = [...scribe.book.state.queues.orders()].filter(
      ({ traderId }) => scribe.book.state.traders.byId(traderId).address === who.address,
    );
    if (own.length > 0) scribe.offset(who, own[below(random, own.length)]!.tradeRootId);
  } else if (chance === 15) scribe.deposit(who, ONE);
  else if (chance === 16) {
    attempt(() => {
      scribe.withdraw(who, ONE * BigInt(1 + below(random, 15)));
    });
  } else if (chance === 17) scribe.refresh(RAIN, who);
  else if (chance === 18) {
    const quotes = [0, 1].map((k) => ({ priceTicks: BigInt(4_500 + 800 * k), quantityLots: k === 0 ? 30n : -30n }));
    attempt(() => scribe.batch({ orders: [], quoteSets: [scribe.signQuotes(who, quotes)] }));
  } else scribe.now += BigInt(below(random, 60));
}

function orders(scribe: Scribe, people: readonly Person[], random: Random, count: number): void {
  scribe.orders(
    ...Array.from({ length: count }, (): readonly [Person, OrderWish] => {
      const who = people[below(random, people.length)]!;
      return [who, wish(scribe, random)];
    }),
  );
}

function wish(scribe: Scribe, random: Random): OrderWish {
  const sign = below(random, 2) === 0 ? 1n : -1n;
  const timeInForce = [0, 0, 0, 0, 1, 1, 2, 3][below(random, 8)]!;
  const deadline = below(random, 6) === 0 ? scribe.now + BigInt(1 + below(random, 30)) : T2 - 1n;
  const more = { timeInForce, deadline };
  switch (below(random, 4)) {
    case 0:
      return {
        ...more,
        marketRootId: RAIN,
        marketBranchId: 1,
        priceTicks: BigInt(14 + below(random, 9)),
        quantityLots: sign * BigInt(1 + below(random, 60)),
      };
    case 1:
      return {
        ...more,
        marketRootId: RACE,
        marketBranchId: 1 + below(random, 3),
        priceTicks: BigInt(25 + below(random, 17)),
        quantityLots: sign * BigInt(1 + below(random, 60)),
      };
    default:
      return {
        ...more,
        marketBranchId: 1 + below(random, 2),
        priceTicks: BigInt(4_800 + below(random, 400)),
        quantityLots: sign * BigInt(1 + below(random, 30_000)),
      };
  }
}

function below(random: Random, limit: number): number {
  return random.integer(0, limit - 1);
}

/** What the book refuses changes nothing. */
function attempt(act: () => unknown): void {
  try {
    act();
  } catch {
    return;
  }
}
