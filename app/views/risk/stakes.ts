/** What a stress test says beside its table: the worst move of each holder, the worst windows of a history, and how crowded it is. */
import type { Fraction } from "../../../src/protocol/amounts/fraction.js";
import { parseTokenWei } from "../../../src/protocol/amounts/units.js";
import { allocationsIn, baselineOf } from "../../../src/protocol/value/stress-holders.js";
import { type AssetCrowding, assetCrowding, overlapOf } from "../../../src/risk/crowding.js";
import { type LossesAlong, lossesAlong } from "../../../src/risk/correlation.js";
import { type Stakes, stakesOf } from "../../../src/risk/exposed.js";
import { type AskedMoves, type FoundMoves, foundMoves } from "../../../src/risk/found-moves.js";
import { type Window, windowsOf } from "../../../src/risk/historical.js";
import { normalTail } from "../../../src/risk/normal.js";
import { mostRedistributed } from "../../../src/risk/redistribution.js";
import { partOfWorth, redistributedAt, type ToldMove, toldMove } from "../../../src/risk/told-move.js";
import type { Square } from "../../../src/risk/vectors.js";
import { observationsIn } from "../../data/prices.js";
import { BESIDES, outcomesOf, type RiskGround, type RiskInput } from "./model.js";
import { boxIn, covarianceIn, type MovingInput, numberOf } from "./moving.js";

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
    relative: input.moving?.relative ?? false,
  });
}

/** What is found of how assets may move. */
export interface Reversed {
  readonly asked: AskedMoves;
  readonly found: readonly FoundMoves[];
  /** How each holder's loss grows as correlations break down; empty without covariances. */
  readonly along: readonly { readonly name: string; readonly breakdowns: readonly LossesAlong[] }[];
  /** Undefined without covariances. */
  readonly whole: WholeMove | undefined;
}

/** The move that takes most from some and gives it to others. */
export interface WholeMove {
  readonly move: ToldMove;
  /** What changes hands in the move as it is told, exactly. */
  readonly redistributed: Fraction;
  /** Of what the basket is worth. */
  readonly part: Fraction | undefined;
  /** No move of that plausibility redistributes more. */
  readonly atMost: number;
}

/**
 * @param known covariances of a file, in whose place typed ones stand otherwise
 * @returns undefined while neither all volatilities nor the whole box are known
 * @throws RuleError AMOUNT_MALFORMED; RiskError
 */
export function reversedIn({ exposed, worth }: Stakes, moving: MovingInput, known?: Square): Reversed | undefined {
  const covariance = known ?? covarianceIn(moving);
  const box = boxIn(moving);
  if (covariance === undefined && box === undefined) return undefined;
  const sigmas = numberOf(moving.sigmas);
  const asked = { covariance, sigmas, loss: moving.loss === "" ? undefined : numberOf(moving.loss), box };
  const found = exposed.map((one) => foundMoves(one, asked));
  if (covariance === undefined) return { asked, found, along: [], whole: undefined };
  const all = numberOf(moving.all);
  const { returns, atMost } = mostRedistributed(exposed.map(({ floats }) => floats), covariance, sigmas); // prettier-ignore
  const move = toldMove(returns);
  const redistributed = redistributedAt(exposed.map(({ exposure }) => exposure), move); // prettier-ignore
  return {
    ...{ asked, found },
    along: exposed.map(({ name, floats }) => ({ name, breakdowns: lossesAlong(floats, covariance, sigmas, all) })),
    whole: { move, redistributed, part: partOfWorth(redistributed, worth), atMost },
  };
}

/** How rarely normal returns are worse: once in so many times. */
export function rarity(sigmas: number): number {
  return Math.round(1 / normalTail(sigmas));
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
