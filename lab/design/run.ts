/** A design in one world: who comes when to which session, and what came of it. */
import { meanOf } from "../../src/measures/moments.js";
import type { Design } from "./designs.js";
import { type DesignSession, laboratoryOf, type Look, openSession } from "./session.js";
import { beliefOf, isInformed, mayCome, MEAN, PEOPLE, type World } from "./world.js";

/** Of everybody, in orders of the usual size that could lose everything; it is split over a window's sessions. */
const PURSE = 6;

export interface Run extends Readonly<Tally> {
  /** (v − p)² in the end: a session's own, on average; that of the mean of their prices; and of what was known before. */
  readonly alone: number;
  readonly together: number;
  readonly before: number;
}

/** Sums over what has happened so far. */
interface Tally {
  looks: Look[];
  orders: number;
  /** Of them, those that the book did not take. */
  refused: number;
  /** Lots that were traded. */
  traded: number;
  /** Gains of the uninformed, and of the makers, ticks · lots. */
  uninformed: bigint;
  makers: bigint;
  /** How many sessions there were; of them those whose gains and losses sum to zero, and whose maker lost no more than its bound. */
  sessions: number;
  zeroSums: number;
  bounded: number;
}

export async function runDesign(design: Design, world: World): Promise<Run> {
  const { split, windows, arrivals, isRolled } = design;
  const money = { uninformed: 0n, makers: 0n };
  const tally: Tally = { looks: [], orders: 0, refused: 0, traded: 0, sessions: 0, zeroSums: 0, bounded: 0, ...money };
  const part = Math.floor(arrivals / windows);
  let prices: readonly number[] = Array<number>(split).fill(MEAN);
  for (let index = 0; index < windows; index += 1) {
    const starts = isRolled ? prices : prices.map(() => MEAN);
    prices = await playWindow(design, world, { starts, first: index * part, end: (index + 1) * part }, tally);
  }
  const missed = (price: number): number => (world.value - price) ** 2;
  return { alone: meanOf(prices.map(missed)), together: missed(meanOf(prices)), before: missed(MEAN), ...tally };
}

interface Part {
  /** What each session takes for granted before it has a price. */
  readonly starts: readonly number[];
  /** Arrivals from `first` on, and before `end`. */
  readonly first: number;
  readonly end: number;
}

/** People come to the sessions in turn. @returns the last price of each */
async function playWindow(design: Design, world: World, part: Part, tally: Tally): Promise<number[]> {
  const { split, liquidity, crowd } = design;
  const each = BigInt(Math.round(liquidity / split));
  const sessions: DesignSession[] = [];
  for (const start of part.starts) {
    sessions.push(await openSession(await laboratoryOf(PEOPLE, PURSE / split), { start, liquidity: each }));
  }
  const coming = world.arrivals.slice(part.first, part.end);
  for (const [k, { person, whim }] of coming.entries()) {
    const session = sessions[k % split];
    const who = world.people[person];
    if (session === undefined || who === undefined || !mayCome(who, crowd)) continue;
    tally.looks.push(session.look());
    tally.orders += 1;
    if (!(await session.arrive(person, beliefOf(world, who, whim, crowd, session.price())))) tally.refused += 1;
  }
  const prices = sessions.map((session) => session.price());
  for (const session of sessions) await settle(session, design, world, tally);
  return prices;
}

async function settle(session: DesignSession, { crowd }: Design, world: World, tally: Tally): Promise<void> {
  const { gains, maker, bound } = await session.settle(world.value);
  tally.sessions += 1;
  if (gains.reduce((all, gain) => all + gain, maker) === 0n) tally.zeroSums += 1;
  if (-maker <= bound) tally.bounded += 1;
  tally.traded += session.traded();
  tally.makers += maker;
  for (const [person, gain] of gains.entries()) {
    const who = world.people[person];
    if (who !== undefined && !isInformed(who, crowd)) tally.uninformed += gain;
  }
}
