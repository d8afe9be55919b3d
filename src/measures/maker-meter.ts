/** What an automated maker of a session has bought, from the log: nats, and what each has cost. */
import type { Fraction } from "../protocol/amounts/fraction.js";
import { ONE } from "../protocol/maker/fixed-point.js";
import { betaOf, verticesOf } from "../protocol/maker/maker.js";
import { rootNowOf, sharesOf, strikesOf } from "../protocol/maker/root-now.js";
import { branchCount, type MarketRoot } from "../protocol/market/market-table.js";
import { BASKET_ROOT_ID } from "../protocol/signing/package.js";
import { lots, type Lots, type Ticks } from "../protocol/amounts/units.js";
import { learnedOf, potentialOf } from "./nats.js";
import type { Observed } from "./observation.js";

/** Which trader is a maker, and with what terms: logs of a book do not say it. */
export interface MeteredMaker {
  readonly trader: string;
  readonly marketRootId: number;
  /** b, lots. */
  readonly liquidity: bigint;
  /** Of each vertex; uniform if there are none. */
  readonly prior: readonly bigint[];
}

/** Units of 10^-18 nats; below zero where the market was led away from what came. */
export interface MakerNats {
  /** What the last prices know of the outcome beyond the prior. */
  readonly learned: bigint;
  /** Of it what the owner's records gave for nothing. */
  readonly news: bigint;
  /** The rest, which traders brought. */
  readonly bought: bigint;
  /** What the maker has lost / β: what was bought, less what roundings and better prices gave it. */
  readonly paid: bigint;
  readonly fills: number;
}

const FIRST_BRANCH = 1;

/**
 * @param weights of the basket in the end; needed if that is the root
 * @returns undefined if the root is not known, or has no outcome yet
 */
export function meterMaker(
  { trader, marketRootId, liquidity, prior }: MeteredMaker,
  { book, fills, rootSteps }: Pick<Observed, "book" | "fills" | "rootSteps">,
  weights: readonly Fraction[] | undefined,
): MakerNats | undefined {
  const last = book.state.markets.find(marketRootId);
  const steps = rootSteps.filter(({ root }) => root.marketRootId === marketRootId);
  const outcome = last === undefined ? undefined : outcomeOf(last, weights);
  if (last === undefined || outcome === undefined) return undefined;
  const points = strikesOf(last);
  const terms = { liquidity: lots(liquidity), prior: prior.length > 0 ? prior : uniform(last, points) };
  const first = rootNowOf(firstOf(steps[0]?.root ?? last), points);
  const held = Array.from({ length: branchCount(last) }, () => 0n as Lots);
  let [received, news, count, now] = [0n, 0n, 0, first];
  let seen = 0;
  const goTo = (end: number): void => {
    for (; seen < end; seen += 1) {
      const fill = fills[seen];
      if (fill?.market.marketRootId !== marketRootId) continue;
      const side = (isSame(fill.buyer, trader) ? 1n : 0n) - (isSame(fill.seller, trader) ? 1n : 0n);
      if (side === 0n) continue;
      const branch = fill.market.marketBranchId - 1;
      held[branch] = lots((held[branch] ?? 0n) + side * fill.lots);
      received -= side * fill.lots * fill.price;
      count += 1;
    }
  };
  for (const { root, fills: before } of steps.slice(1)) {
    goTo(before);
    const next = rootNowOf(root, points);
    // The record that settles tells all that is left: that is no news, but what was to be learned.
    if (root.settled) break;
    news += potentialOf(terms, now, held) - potentialOf(terms, next, held);
    now = next;
  }
  goTo(fills.length);
  const told = { maker: terms, root: first, outcome };
  const learned = learnedOf(told, now, held);
  const beta = betaOf(terms, first);
  const { shares, total } = sharesOf(first, outcome);
  const owed = verticesOf(terms, first, held, FIRST_BRANCH)?.owed ?? [];
  const due = shares.reduce((sum, share, i) => sum + share * (owed[i] ?? 0n), 0n);
  const paid = ((due - received * total) * ONE) / (total * beta);
  return { learned, news, bought: learned - news, paid, fills: count };
}

/** As the root was made: whatever is known of it since. */
function firstOf(root: MarketRoot): MarketRoot {
  if (root.kind === "interval") return root;
  return { ...root, weights: root.weights.map(() => ({ lower: 0n as Ticks, upper: root.scale })) };
}

function uniform(root: MarketRoot, points: readonly Ticks[]): bigint[] {
  const count = root.kind === "interval" ? points.length : root.weights.length;
  return Array.from({ length: count }, () => 1n);
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** An interval's number, or the weights of an event; undefined while it is open. */
function outcomeOf(root: MarketRoot, weights: readonly Fraction[] | undefined): Ticks | readonly bigint[] | undefined {
  if (root.marketRootId === BASKET_ROOT_ID) {
    const common = weights?.reduce((all, { denominator }) => all * denominator, 1n) ?? 0n;
    return weights?.map(({ numerator, denominator }) => (numerator * common) / denominator);
  }
  if (!root.settled) return undefined;
  return root.kind === "interval" ? root.bounds.lower : settledWeights(root);
}

function settledWeights(root: Extract<MarketRoot, { kind: "simplex" }>): bigint[] {
  return root.weights.map((_, k) => {
    const others = root.weights.reduce((sum, { lower }, leg) => (leg === k ? sum : sum + lower), 0n);
    const { upper } = root.weights[k] ?? { upper: 0n as Ticks };
    return upper < root.scale - others ? upper : root.scale - others;
  });
}
