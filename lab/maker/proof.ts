import type { ChainRecord } from "../../src/bindings/records.js";
import { compare, type Fraction, fraction, negate } from "../../src/protocol/amounts/fraction.js";
import { betaOf } from "../../src/protocol/maker/maker.js";
import { ONE } from "../../src/protocol/maker/fixed-point.js";
import { sharesOf } from "../../src/protocol/maker/root-now.js";
import { type Proof, type ProofItem, prove } from "../session/proof.js";
import type { PricedFill } from "../session/maker-fills.js";
import { type FillsAtCost, type PositionMatches, proveFills, provePosition } from "../session/maker-proof.js";
import { distanceOf, learnedOf } from "../../src/measures/nats.js";
import type { MakerRun } from "./run.js";

/** What was learned and paid, in nats, units of 10^-18. One nat costs the sponsor `natPrice`. */
export interface Nats {
  /** What the last prices know of the outcome beyond the prior: the log score gained. */
  readonly learned: bigint;
  /** Of it what the owner's news gave for nothing. */
  readonly news: bigint;
  /** The rest, which the traders brought: what was bought. */
  readonly bought: bigint;
  /** What the sponsor has lost / beta: what was bought, less what roundings gave it. */
  readonly paid: bigint;
  readonly roundings: bigint;
  /** KL(outcome, prior): all there was to learn. */
  readonly all: bigint;
}

/** What a session with a maker can show, beside what every session can. */
export interface MakerProof extends Proof {
  /** The sponsor lost no more than it paid in, and no more than the outcome's distance from the prior. */
  readonly costWithinBound: ProofItem<{
    readonly paid: Fraction;
    readonly bound: bigint;
    readonly boundOfOutcome: bigint;
  }>;
  /** Every fill was at the cost function's price or better for the maker, computed anew from the position before it. */
  readonly fillsAtCost: FillsAtCost;
  /** The maker's position by its fills is the one on the chain. */
  readonly positionMatches: PositionMatches;
  /** What was paid is what was bought, up to roundings. */
  readonly natsMatch: ProofItem<Nats>;
}

/** Of sums of logarithms: each errs by a few units of 10^-18. */
const SLACK = 10n ** 6n;
/** A fill's cost is rounded up by no more than a tick · lot and a hair. */
const ROUNDED_UP = 2n;

export async function proveMaker(run: Omit<MakerRun, "proof">, records: readonly ChainRecord[]): Promise<MakerProof> {
  const { stage, steps, settlement } = run;
  const fills = fillsOf(run);
  const atCost = proveFills(fills);
  const batches = steps.flatMap((step) => step.batches);
  return {
    ...(await prove(stage, batches, settlement, records)),
    costWithinBound: proveCost(run),
    fillsAtCost: { ...atCost, ok: atCost.ok && fills.length > 0 },
    positionMatches: provePosition(run.held, run.heldOnChain),
    natsMatch: proveNats(run),
  };
}

/** What the sponsor has lost, session-token wei; below zero for a gain. */
export function paidBySponsor({ settlement, sponsored }: Omit<MakerRun, "proof">): Fraction {
  const own = settlement.outcomes.find(({ holder }) => holder.name === sponsored.sponsor.name);
  return negate(own?.profit ?? fraction(0n));
}

function proveCost(run: Omit<MakerRun, "proof">): MakerProof["costWithinBound"] {
  const { story, sponsored } = run;
  const paid = paidBySponsor(run);
  const bound = sponsored.deposit;
  const distance = distanceOf(story.maker, sharesOf(story.root, story.outcome)) + SLACK;
  const boundOfOutcome = (distance * betaOf(story.maker, story.root) * story.tickValue) / ONE;
  const ok = compare(paid, fraction(bound)) <= 0 && compare(paid, fraction(boundOfOutcome)) <= 0;
  return { ok, figures: { paid, bound, boundOfOutcome } };
}

function fillsOf({ steps }: Omit<MakerRun, "proof">): PricedFill[] {
  return steps.flatMap(({ fills }) => fills);
}

function proveNats(run: Omit<MakerRun, "proof">): MakerProof["natsMatch"] {
  const { story, steps, held } = run;
  const root = steps.at(-1)?.root ?? story.root;
  const beta = betaOf(story.maker, story.root);
  const fills = fillsOf(run);
  const learned = learnedOf(story, root, held);
  const news = steps.reduce((sum, step) => sum + step.news, 0n);
  const bought = learned - news;
  const { numerator, denominator } = paidBySponsor(run);
  const paid = (numerator * ONE) / (denominator * beta * story.tickValue);
  const roundings = (fills.reduce((sum, { paid: got, asked }) => sum + got - asked, 0n) * ONE) / beta;
  const unexplained = bought - paid - roundings;
  const most = (BigInt(fills.length) * ROUNDED_UP * ONE) / beta + SLACK;
  const all = distanceOf(story.maker, sharesOf(story.root, story.outcome));
  const ok = unexplained >= -SLACK && unexplained <= most;
  return { ok, figures: { learned, news, bought, paid, roundings, all } };
}
