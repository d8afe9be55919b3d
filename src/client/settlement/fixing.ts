/** Prices that are fixed from Chainlink feeds (see IChainlinkFixing): which round was the one at T, and having it fixed. */
import type { ContractRunner, Signer, TransactionReceipt } from "ethers";

import { ChainlinkFixing__factory, type IAggregator, IAggregator__factory } from "../../../typechain-types/index.js";
import { ClientError } from "../../bindings/errors.js";
import { read, readAs, transact } from "../../bindings/transact.js";
import { isNodeError } from "../../node/classify.js";

const PHASE_SHIFT = 64n;
/** A phase begins with an answer, or with few rounds that nobody answered. */
const FIRST_ROUNDS = 8n;

/** A round of a feed and the one after it, as `fix` takes them. */
export interface Rounds {
  readonly roundId: bigint;
  /** 0 if there is none yet. */
  readonly nextRoundId: bigint;
}

/** One leg of a fixing. */
export interface FixedPrice {
  readonly leg: number;
  readonly aggregator: string;
  readonly asset: string;
  readonly maxAge: number;
  readonly decimals: number;
  /** The feed's answer, and 10^36 · cash units for a smallest unit of the asset; undefined as long as it is not fixed. */
  readonly answer?: bigint;
  readonly price?: bigint;
}

export interface Fixing {
  readonly address: string;
  /** T, Unix seconds. */
  readonly time: number;
  readonly delay: number;
  readonly cash: string;
  readonly uptime: string;
  readonly grace: number;
  readonly legs: readonly FixedPrice[];
}

/** A fixing as it stands. @throws ClientError Client_NotAFixing if there is none at the address */
export async function readFixing(runner: ContractRunner, address: string): Promise<Fixing> {
  const contract = ChainlinkFixing__factory.connect(address, runner);
  const terms = await readAs(new ClientError("Client_NotAFixing", { address }), contract.terms());
  const legs = await Promise.all(
    terms.feeds.map(async ({ aggregator, asset, maxAge }, k): Promise<FixedPrice> => {
      const leg = k + 1;
      const [found, decimals, { price }] = await read(
        Promise.all([contract.fixedOf(leg), contract.decimalsOf(leg), contract.priceOf(leg)]),
      );
      const { isFixed, answer } = found;
      const told = { leg, aggregator, asset, maxAge: Number(maxAge), decimals: Number(decimals) };
      return isFixed ? { ...told, answer, price } : told;
    }),
  );
  const [time, delay, grace] = [terms.time, terms.delay, terms.grace].map(Number) as [number, number, number]; // as many
  return { address, time, delay, grace, cash: terms.cash, uptime: terms.uptime, legs };
}

/**
 * Fixes the price of a leg: looks up which round was the one at T, and names it.
 * @throws ClientError the fixing's refusal, before anything is sent; Client_NoRound if the feed had no answer by T
 */
export async function fixPrice(signer: Signer, fixing: Fixing, leg: number): Promise<TransactionReceipt> {
  const feed = fixing.legs[leg - 1];
  if (feed === undefined) throw new ClientError("Fixing_UnknownLeg", { leg, feeds: fixing.legs.length });
  const { roundId, nextRoundId } = await roundsAt(signer, feed.aggregator, fixing.time);
  const contract = ChainlinkFixing__factory.connect(fixing.address, signer);
  return transact(signer, contract.fix.populateTransaction(leg, roundId, nextRoundId));
}

/** The last round of a feed up to that second, by the rule of the fixing, and the next one. @throws ClientError Client_NoRound */
export async function roundsAt(runner: ContractRunner, aggregator: string, time: number): Promise<Rounds> {
  const feed = IAggregator__factory.connect(aggregator, runner);
  const { id: newest } = await read(feed.latestRoundData());
  for (let phase = newest >> PHASE_SHIFT; phase > 0n; phase -= 1n) {
    const base = phase << PHASE_SHIFT;
    const last = await lastUpTo(feed, base, BigInt(time));
    if (last === 0n) continue;
    const roundId = base + last;
    if ((await answeredAt(feed, roundId + 1n)) !== undefined) return { roundId, nextRoundId: roundId + 1n };
    if (roundId === newest) return { roundId, nextRoundId: 0n };
    return { roundId, nextRoundId: await firstOf(feed, base + (1n << PHASE_SHIFT)) };
  }
  throw new ClientError("Client_NoRound", { aggregator, time: BigInt(time) });
}

/** Rounds of a phase are answered one after the other: doubles, then halves. 0 if none was by then. */
async function lastUpTo(feed: IAggregator, base: bigint, time: bigint): Promise<bigint> {
  const isUpTo = async (round: bigint): Promise<boolean> => {
    const at = await answeredAt(feed, base + round);
    return at !== undefined && at <= time;
  };
  let good = (await firstOf(feed, base)) - base;
  if (good <= 0n || !(await isUpTo(good))) return 0n;
  let bad = good * 2n;
  while (await isUpTo(bad)) [good, bad] = [bad, bad * 2n];
  while (bad - good > 1n) {
    const middle = (good + bad) / 2n;
    if (await isUpTo(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** 0 if there is none. */
async function firstOf(feed: IAggregator, base: bigint): Promise<bigint> {
  for (let round = 1n; round <= FIRST_ROUNDS; round += 1n) {
    if ((await answeredAt(feed, base + round)) !== undefined) return base + round;
  }
  return 0n;
}

/** When a round was answered; undefined if it was not. */
async function answeredAt(feed: IAggregator, roundId: bigint): Promise<bigint | undefined> {
  try {
    const { updatedAt } = await read(feed.getRoundData(roundId));
    return updatedAt === 0n ? undefined : updatedAt;
  } catch (error) {
    if (isNodeError(error)) throw error;
    return undefined; // the feed says by a revert that it has none
  }
}
