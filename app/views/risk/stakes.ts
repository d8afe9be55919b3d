/** What a stress test says beside its table: the worst move of each holder, the worst windows of a history, and how crowded it is. */
import type { Fraction } from "../../../src/protocol/amounts/fraction.js";
import { parseTokenWei } from "../../../src/protocol/amounts/units.js";
import { allocationsIn, baselineOf } from "../../../src/protocol/value/stress-holders.js";
import { type AssetCrowding, assetCrowding, overlapOf } from "../../../src/risk/crowding.js";
import { type Stakes, stakesOf } from "../../../src/risk/exposed.js";
import { type Window, windowsOf } from "../../../src/risk/historical.js";
import { normalTail } from "../../../src/risk/normal.js";
import { worstMoves } from "../../../src/risk/ranking.js";
import { deviationOf, worstMove } from "../../../src/risk/reverse.js";
import { gainAt, type ToldMove, toldMove } from "../../../src/risk/told-move.js";
import type { Square } from "../../../src/risk/vectors.js";
import { observationsIn } from "../../data/prices.js";
import { BESIDES, outcomesOf, type RiskGround, type RiskInput } from "./model.js";

/** @throws RuleError AMOUNT_…, SHAPE_MISMATCH; Refusal Book_OutcomeImpossible */
export function stakesIn(input: RiskInput, ground: RiskGround): Stakes {
  const { holdings, basket, assets } = ground;
  const holders = { ...holdings, basket };
  return stakesOf({
    names: [...holdings.traders, ...BESIDES],
    allocations: allocationsIn(holders, outcomesOf(input.outcomes, holdings, ground.roots)),
    baseline: baselineOf(input.baseline, holders, holdings.paid),
    prices: input.prices.map((text) => parseTokenWei(text)), // 18 decimals, as PRICE_SCALE
    decimals: assets.map(({ decimals }) => decimals),
  });
}

export interface WorstOfHolder {
  readonly name: string;
  readonly deviation: number;
  readonly move: ToldMove;
  /** Of the move as it is told, exactly. */
  readonly gain: Fraction;
}

/** @throws RiskError PARAMETER_INVALID */
export function worstOfHolders({ exposed }: Stakes, covariance: Square, sigmas: number): WorstOfHolder[] {
  return exposed.flatMap(({ name, exposure, floats }) => {
    const worst = worstMove(floats, covariance, sigmas);
    if (worst === undefined) return [];
    const move = toldMove(worst.returns);
    return [{ name, deviation: deviationOf(floats, covariance), move, gain: gainAt(exposure, move) }];
  });
}

/** How rarely normal returns are worse: once in so many times. */
export function rarity(sigmas: number): number {
  return Math.round(1 / normalTail(sigmas));
}

export interface WorstWindow {
  readonly name: string;
  readonly window: Window;
  readonly gain: Fraction;
}

/** Each holder's worst window. @throws RiskError OBSERVATIONS_TOO_FEW, PARAMETER_INVALID */
export function worstWindows({ exposed }: Stakes, windows: readonly Window[]): WorstWindow[] {
  const ranked = worstMoves(
    exposed.map(({ exposure }) => exposure),
    windows.map(({ returns }) => returns),
    1,
  );
  return exposed.flatMap(({ name }, holder) => {
    const worst = ranked[holder]?.[0];
    const window = worst && windows[worst.move];
    return worst === undefined || window === undefined ? [] : [{ name, window, gain: worst.gain }];
  });
}

export interface HistoryRead {
  readonly windows: readonly Window[];
  readonly problems: readonly string[];
}

/**
 * Of a CSV with a column `date` and one for each asset, by symbol or number; days on which a price is missing are left out.
 * @throws RiskError OBSERVATIONS_TOO_FEW, PARAMETER_INVALID
 */
export function historyIn(text: string, symbols: readonly string[], periods: number): HistoryRead {
  const { observations, problems } = observationsIn(text, symbols);
  return problems.length > 0 ? { windows: [], problems } : { windows: windowsOf(observations, periods), problems };
}

export interface CrowdingRead {
  readonly assets: readonly AssetCrowding[];
  readonly overlap: ReturnType<typeof overlapOf>;
}

/** @throws RuleError, Refusal as `stakesIn` */
export function crowdingIn(
  input: RiskInput,
  { holdings, basket, roots }: RiskGround,
  { exposed }: Stakes,
): CrowdingRead {
  const allocations = allocationsIn({ ...holdings, basket }, outcomesOf(input.outcomes, holdings, roots));
  return { assets: assetCrowding(allocations), overlap: overlapOf(exposed.map(({ exposure }) => exposure)) };
}
