/** Signals through an automated maker: what it loses, and what its last price knows. */
import { betaOf } from "../../src/protocol/maker/maker.js";
import { rootNowOf } from "../../src/protocol/maker/root-now.js";
import { ONE } from "../../src/protocol/maker/fixed-point.js";
import { lots as toLots } from "../../src/protocol/amounts/units.js";
import { learnedOf } from "../../src/measures/nats.js";
import { logOddsStep } from "../../src/measures/theory/glosten-milgrom.js";
import { MAKER, rounded } from "../laboratory/auction.js";
import { gainsOf } from "../laboratory/gains.js";
import type { Laboratory } from "../laboratory/laboratory.js";
import { makerOf } from "../laboratory/lmsr.js";

/** Ticks of a weight of 1: fine, so that rounding prices is nothing beside what they move. */
export const SCALE = 1_000_000n;
/** b, lots. */
export const LIQUIDITY = 100_000n;
/** Behind the maker: whoever comes. */
const CROWD = 1;
export const PEOPLE = 2;

export interface Metered {
  /** The maker's loss / b, in lots that pay 1: nats that were paid for. */
  readonly paid: number;
  /** What the last price knows of the outcome beyond the prior: ln 2 + ln p. */
  readonly learned: number;
}

/** @param signals of each who comes, whether it is for outcome 1, which happens; each is right with probability (1 + μ) / 2 */
export async function meter(laboratory: Laboratory, informed: number, signals: readonly boolean[]): Promise<Metered> {
  const { result, gains } = await gainsOf(laboratory, [MAKER], async () => {
    const market = { marketRootId: await laboratory.openEvent(2, SCALE), marketBranchId: 1 };
    const maker = makerOf(laboratory, LIQUIDITY, []);
    const root = rootNowOf(laboratory.book.state.markets.known(market.marketRootId), []);
    // Buying b · x lots moves the log-odds by x.
    const lots = rounded(Number(LIQUIDITY) * logOddsStep(informed));
    for (const isFor of signals) await maker.trade(market, CROWD, isFor ? lots : -lots);
    const terms = { liquidity: toLots(LIQUIDITY), prior: [1n, 1n] };
    const learned = learnedOf({ maker: terms, root, outcome: [1n, 0n] }, root, maker.heldIn(market.marketRootId));
    await laboratory.settle(market, SCALE);
    return { learned: Number(learned) / Number(ONE), beta: Number(betaOf(terms, root)) };
  });
  return { paid: -(gains[0] ?? 0) / result.beta, learned: result.learned };
}
