/** The automated maker of a basket: who takes at once trades through it, and its sponsor pays for what that teaches. */
import { BASKET_ROOT_ID } from "../../src/bindings/session.js";
import { makerPrice, type MakerTerms, depositOf, type RootNow, verticesOf } from "../../src/protocol/maker/maker.js";
import { add, compare, type Fraction, fraction, negate, sum, times } from "../../src/protocol/amounts/fraction.js";
import { type Lots, lots, ticks, type Ticks, tokenWei, type TokenWei } from "../../src/protocol/amounts/units.js";
import { basketWeights } from "../../src/protocol/value/valuation.js";
import type { CastStage } from "../session/cast.js";
import { createFillBook, type FillBook, type PricedFill } from "../session/maker-fills.js";
import { type FillsAtCost, type PositionMatches, proveFills, provePosition } from "../session/maker-proof.js";
import type { ProofItem } from "../session/proof.js";
import type { Settlement } from "../session/settlement.js";
import { openSponsored, type Sponsored } from "../session/sponsor.js";
import { priorOf } from "../command/prior.js";

/** As sessions have it by default. */
const SCALE = ticks(10_000n);
const TICK_VALUE = tokenWei(10n ** 11n);
/** Of the supply, what a nat costs the sponsor. */
const NAT_PARTS = 40n;

/** What the maker of a session is to be like. */
export interface MakerPlan {
  readonly terms: MakerTerms & { readonly points: readonly Ticks[] };
  readonly root: RootNow;
  /** What its sponsor pays in, and can lose at most. */
  readonly deposit: TokenWei;
}

/** A maker that quotes. */
export interface BasketMaker extends MakerPlan {
  readonly sponsored: Sponsored;
  /** By its fills alone. */
  readonly fills: FillBook;
}

/** How it stood when nobody could trade with it any more. */
export interface MadeMaker extends BasketMaker {
  readonly heldOnChain: readonly Lots[];
}

/** What a session with a maker can show, beside what every session can. */
export interface MakerProof {
  /** The sponsor lost no more than it paid in: session tokens at the last prices, wei. */
  readonly makerCostWithinBound: ProofItem<{ readonly paid: Fraction; readonly bound: bigint }>;
  readonly makerFillsAtCost: FillsAtCost;
  /** The maker's position by its fills is the one on the chain. */
  readonly makerPositionMatches: PositionMatches;
}

/**
 * It begins with the weights of the first month.
 * @returns undefined if N is so small that its depth were less than a lot
 */
export function planBasketMaker(supply: TokenWei, weights: readonly Ticks[]): MakerPlan | undefined {
  const liquidity = lots(supply / (NAT_PARTS * SCALE * TICK_VALUE));
  if (liquidity === 0n) return undefined;
  const terms = { liquidity, prior: priorOf(weights), points: [] };
  const root = { kind: "legs" as const, scale: SCALE, most: weights.map(() => SCALE), isBasket: true };
  return { terms, root, deposit: tokenWei(depositOf(terms, root) * TICK_VALUE) };
}

/** The sponsor's money is the organiser's, which has kept it. */
export async function openBasketMaker(stage: CastStage, plan: MakerPlan, seed: bigint): Promise<BasketMaker> {
  const sponsored = await openSponsored(stage, plan.terms, BASKET_ROOT_ID, seed);
  const fills = createFillBook(sponsored.address, plan.terms, stage.symbols.length, plan.root);
  return { ...plan, sponsored, fills };
}

/** Of each leg what its next smallest part costs, in ticks, rounded down. */
export function pricesOfMaker({ terms, root, fills }: BasketMaker): Ticks[] {
  const held = fills.held();
  return held.map((_, b) => {
    const vertices = verticesOf(terms, root, held, b + 1);
    if (vertices === undefined) throw new RangeError(`a basket's leg ${b + 1} always has a price`);
    return ticks(makerPrice(vertices) / 10n ** 18n);
  });
}

/** What the sponsor has lost at these prices, session-token wei; below zero for a gain. */
export function paidBySponsor(
  { sponsored }: BasketMaker,
  { outcomes }: Settlement,
  stage: CastStage,
  spot: readonly bigint[],
): Fraction {
  const own = outcomes.find(({ holder }) => holder.address === sponsored.sponsor.address);
  const worth = basketWeights(stage.basket.quantities, spot);
  const left = sum((own?.claims ?? []).map((claim, k) => times(worth[k] ?? fraction(0n), claim)));
  return add(fraction(sponsored.deposit), negate(left));
}

export function proveMaker(made: MadeMaker, fills: readonly PricedFill[], paid: Fraction): MakerProof {
  const bound = made.sponsored.deposit;
  return {
    makerCostWithinBound: { ok: compare(paid, fraction(bound)) <= 0, figures: { paid, bound } },
    makerFillsAtCost: proveFills(fills),
    makerPositionMatches: provePosition(made.fills.held(), made.heldOnChain),
  };
}
