/**
 * What a maker's prices know, in nats, and what that costs its sponsor. With s_i owed at vertex i, prior shares p_i and prices' shares
 * q_i, ln(q_i / p_i) = (s_i - C) / beta; so what the last prices know of the outcome beyond the prior, KL(outcome, prior) less
 * KL(outcome, prices), is what the sponsor has lost / beta, its roundings' gain, and what the owner's news gave for nothing.
 */
import { type Fixed, ln, ONE } from "../protocol/maker/fixed-point.js";
import { pointAt, type Vertices } from "../protocol/maker/cost-function.js";
import { type MakerTerms, type RootNow, verticesOf } from "../protocol/maker/maker.js";
import { type Shares, sharesOf } from "../protocol/maker/root-now.js";
import type { Lots, Ticks } from "../protocol/amounts/units.js";

const FIRST_BRANCH = 1;
const NO_LOTS = 0n as Lots;

/** ln(a / b), a and b above zero. */
export function lnOf(a: bigint, b: bigint): bigint {
  if (a < b) return 0n - lnOf(b, a);
  return ln(((a * ONE) / b) as Fixed);
}

/** C / beta, of the vertices that are still possible, over the whole prior. */
export function potentialOf(terms: MakerTerms, root: RootNow, held: readonly Lots[]): bigint {
  const vertices = knownVertices(terms, root, held);
  const { top, sum } = pointAt(vertices, NO_LOTS);
  const all = terms.prior.reduce((a, b) => a + b, 0n);
  return (top * ONE) / vertices.beta + lnOf(sum, all * ONE);
}

/** Nats between the outcome and the prior: KL(outcome, prior). */
export function distanceOf({ prior }: MakerTerms, { shares, total }: Shares): bigint {
  const all = prior.reduce((a, b) => a + b, 0n);
  return shares.reduce((sum, share, i) => {
    return share === 0n ? sum : sum + (share * lnOf(share * all, total * (prior[i] ?? 1n))) / total;
  }, 0n);
}

/** What a maker began with, and what came true. */
export interface Told {
  readonly maker: MakerTerms;
  /** As it was made. */
  readonly root: RootNow;
  /** An interval's number, or the weight of each leg. */
  readonly outcome: Ticks | readonly bigint[];
}

/** Nats that the prices are nearer to the outcome than the prior was. @param now the root as it stands, with what is ruled out by now */
export function learnedOf({ maker, root, outcome }: Told, now: RootNow, held: readonly Lots[]): bigint {
  const { beta, owed } = knownVertices(maker, root, held); // of all vertices, whatever is ruled out by now
  const { shares, total } = sharesOf(root, outcome);
  const expected = shares.reduce((sum, share, i) => sum + share * (owed[i] ?? 0n), 0n);
  return (expected * ONE) / (total * beta) - potentialOf(maker, now, held);
}

function knownVertices(terms: MakerTerms, root: RootNow, held: readonly Lots[]): Vertices {
  const vertices = verticesOf(terms, root, held, FIRST_BRANCH);
  if (vertices === undefined) throw new RangeError("a root's first branch lies between its bounds");
  return vertices;
}
