/** A market in which one lot is traded a step, at quotes that know what each trade means. */
import { logOddsStep } from "../../src/measures/theory/glosten-milgrom.js";
import { type MarketRef, TimeInForce } from "../../src/protocol/signing/package.js";
import { MAKER, rounded } from "../laboratory/auction.js";
import { gainsOf } from "../laboratory/gains.js";
import type { Laboratory } from "../laboratory/laboratory.js";
import { CROWD, SCALE } from "./model.js";

export interface Walk {
  /** The price of each trade, as a part of 1: it is what the market knows after it. */
  readonly prices: readonly number[];
  /** The maker's, in lots at a weight of 1. */
  readonly makerGain: number;
}

/** What a maker quotes, in ticks. */
export interface Quote {
  readonly bid: bigint;
  readonly ask: bigint;
}

/** @param logOdds of outcome 1; what a trade tells moves them by one step */
export function quoteAt(logOdds: number, informed: number): Quote {
  const step = logOddsStep(informed);
  const ticksAt = (odds: number): bigint => rounded(Number(SCALE) / (1 + Math.exp(-odds)));
  const bid = ticksAt(logOdds - step);
  const ask = ticksAt(logOdds + step);
  if (bid < ask) return { bid, ask };
  // So near to 0 or 1 that both are one tick: a maker does not trade with itself.
  return ask === SCALE ? { bid: SCALE - 1n, ask } : { bid, ask: bid + 1n };
}

/**
 * From a prior of ½.
 * @param buys of each step, whether whoever comes buys outcome 1
 * @param happens whether outcome 1 is the one in the end
 */
export async function walk(
  laboratory: Laboratory,
  informed: number,
  buys: readonly boolean[],
  happens: boolean,
): Promise<Walk> {
  const { result, gains } = await gainsOf(laboratory, [MAKER], async () => {
    const market = { marketRootId: await laboratory.openEvent(2, SCALE), marketBranchId: 1 };
    const prices: number[] = [];
    let logOdds = 0;
    for (const isBuy of buys) {
      prices.push(await step(laboratory, market, quoteAt(logOdds, informed), isBuy));
      logOdds += isBuy ? logOddsStep(informed) : -logOddsStep(informed);
    }
    await laboratory.settle(market, happens ? SCALE : 0n);
    return prices;
  });
  return { prices: result, makerGain: (gains[0] ?? 0) / Number(SCALE) };
}

/** Both quotes rest, somebody takes one, the maker takes the other back. @returns the price of the trade */
async function step(laboratory: Laboratory, market: MarketRef, { bid, ask }: Quote, isBuy: boolean): Promise<number> {
  const quote = { person: MAKER, market, timeInForce: TimeInForce.PostOnly };
  const limit = isBuy ? SCALE : 0n;
  const { fills } = await laboratory.bring([
    { ...quote, price: bid, lots: 1n },
    { ...quote, price: ask, lots: -1n },
    { person: CROWD, market, price: limit, lots: isBuy ? 1n : -1n, timeInForce: TimeInForce.ImmediateOrCancel },
  ]);
  await laboratory.clear(MAKER, market);
  const [fill] = fills;
  if (fill === undefined || fills.length !== 1) throw new RangeError(`one lot was traded in ${fills.length} fills`);
  return Number(fill.price) / Number(SCALE);
}

/** The best bid and the best offer of a book in which the maker's quotes rest. */
export async function restingQuote(laboratory: Laboratory, price: number, informed: number): Promise<Quote> {
  const market = { marketRootId: await laboratory.openEvent(2, SCALE), marketBranchId: 1 };
  const { bid, ask } = quoteAt(Math.log(price / (1 - price)), informed);
  const quote = { person: MAKER, market, timeInForce: TimeInForce.PostOnly };
  await laboratory.bring([
    { ...quote, price: bid, lots: 1n },
    { ...quote, price: ask, lots: -1n },
  ]);
  const [best, worst] = [true, false].map((bids) => laboratory.book.depthOf(market, bids, 1)[0]?.price ?? 0n);
  await laboratory.clear(MAKER, market);
  return { bid: best ?? 0n, ask: worst ?? 0n };
}
