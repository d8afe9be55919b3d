/**
 * A price schedule that stands before anybody trades: one offer on each rung above the middle, one bid on each below. What was sold is bid
 * for again at the price at which it was sold, so that the price is p₀ + μ·y whoever came first. Insider and noise come in turn; neither sees the other.
 */
import type { MarketRef } from "../../src/protocol/signing/package.js";
import { TimeInForce } from "../../src/protocol/signing/package.js";
import { MAKER } from "../laboratory/auction.js";
import { gainsOf } from "../laboratory/gains.js";
import type { Laboratory, LabOrder } from "../laboratory/laboratory.js";
import { INSIDER, MIDDLE, NOISE, RANGE } from "./model.js";
import type { Draw, Outcome } from "./single.js";

/** How many rungs each way: enough for the largest insider and the largest noise on one side. */
const RUNGS = 60;
/** Ticks from one to the next. */
export const RUNG_TICKS = 40n;

/** @param lotsOfRung RUNG_TICKS / μ */
export async function runLadder(
  laboratory: Laboratory,
  { value: drawn, noise: lots }: Draw,
  lotsOfRung: bigint,
  insiderFirst: boolean,
): Promise<Outcome> {
  const value = MIDDLE + BigInt(Math.round(drawn));
  const { result, gains } = await gainsOf(laboratory, [INSIDER, NOISE, MAKER], async () => {
    const market = { marketRootId: await laboratory.openInterval(RANGE.low, RANGE.high), marketBranchId: 1 };
    // v / μ, and noise, in whole rungs: what is left of a rung would stand against its own other half.
    const rungs = {
      insider: Math.round(Number(value - MIDDLE) / Number(RUNG_TICKS)),
      noise: Math.round(lots / Number(lotsOfRung)),
    };
    await laboratory.bring(allRungs(market, lotsOfRung));
    let at = 0;
    const turns = [{ person: INSIDER, count: rungs.insider }, { person: NOISE, count: rungs.noise }]; // prettier-ignore
    for (const { person, count } of insiderFirst ? turns : turns.toReversed()) {
      if (count === 0) continue;
      await laboratory.bring([
        take(market, person, BigInt(count) * lotsOfRung),
        ...turned(market, at, count, lotsOfRung),
      ]);
      at += count;
    }
    const [held = 0n] = laboratory.positionOf(MAKER, market.marketRootId);
    await laboratory.clear(MAKER, market);
    await laboratory.settle(market, value);
    return { flow: -Number(held), price: at * Number(RUNG_TICKS) };
  });
  const [insider = 0, noise = 0, maker = 0] = gains;
  return { value: Number(value - MIDDLE), ...result, insider, noise, maker };
}

/** Between the k-th and the next whole rung above the middle; of k below zero, below it. */
function priceOf(k: number): bigint {
  return MIDDLE + BigInt(k) * RUNG_TICKS + RUNG_TICKS / 2n;
}

function allRungs(market: MarketRef, lots: bigint): LabOrder[] {
  return Array.from({ length: RUNGS }, (_, k) => k).flatMap((k) => [
    rung(market, k, -lots),
    rung(market, -1 - k, lots),
  ]);
}

function rung(market: MarketRef, k: number, lots: bigint): LabOrder {
  return { person: MAKER, market, price: priceOf(k), lots, timeInForce: TimeInForce.PostOnly };
}

/** What was sold from rung `at` on is bid for again, and the other way round. */
function turned(market: MarketRef, at: number, count: number, lots: bigint): LabOrder[] {
  return Array.from({ length: Math.abs(count) }, (_, k) =>
    count > 0 ? rung(market, at + k, lots) : rung(market, at - 1 - k, -lots),
  );
}

function take(market: MarketRef, person: number, lots: bigint): LabOrder {
  const price = lots > 0n ? RANGE.high : RANGE.low;
  return { person, market, price, lots, timeInForce: TimeInForce.ImmediateOrCancel };
}
