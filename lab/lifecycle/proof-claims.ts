/** What is claimed, and where it lies: the sums of every step, the sponsor's loss, and the roll. */

import {
  add,
  compare,
  equals,
  type Fraction,
  fraction,
  negate,
  sum,
  times,
} from "../../src/protocol/amounts/fraction.js";
import { ONE } from "../../src/protocol/maker/fixed-point.js";
import { betaOf } from "../../src/protocol/maker/maker.js";
import { sharesOf } from "../../src/protocol/maker/root-now.js";
import { basketWeights } from "../../src/protocol/value/valuation.js";
import { distanceOf } from "../../src/measures/nats.js";
import type { ProofItem } from "../session/proof.js";
import type { Census } from "./census.js";
import type { LifecycleRun } from "./run.js";
import { BASKET_TICK_VALUE } from "./plan.js";
import { after, sumOf } from "./sums.js";

export interface ProvedClaims {
  /** Σ x_i = q after every step: what is claimed of the first basket, and what was delivered of it. */
  readonly allocationsSumToBasket: ProofItem<{
    readonly steps: number;
    readonly broken: readonly string[];
    readonly quantities: readonly bigint[];
  }>;
  /** Claims at all addresses are those that are out, in both sessions after every step, wei. */
  readonly claimsFound: ProofItem<{ readonly counted: number; readonly broken: readonly string[] }>;
  /** Of every asset and of cash there is after every step what was minted. */
  readonly nothingMintedOrLost: ProofItem<{ readonly minted: readonly bigint[]; readonly broken: readonly string[] }>;
  /** The first session is empty in the end: no claims, and no asset in its vault. */
  readonly vaultEmpty: ProofItem<{ readonly assets: readonly bigint[]; readonly outstanding: readonly bigint[] }>;
  /** What the sponsor lost, by the last prices, is within its deposit and within what this outcome costs at most, wei. */
  readonly sponsorLossBounded: ProofItem<{
    readonly lost: Fraction;
    readonly deposit: bigint;
    readonly boundOfOutcome: bigint;
  }>;
  /** Of each leg: claims that holders gave are those that the roll redeemed; what they took is all of the next session. */
  readonly rollKeepsClaims: ProofItem<readonly LegOfRoll[]>;
}

interface LegOfRoll {
  readonly given: bigint;
  readonly total: bigint;
  readonly quantity: bigint;
  readonly taken: bigint;
  readonly supply: bigint;
  /** The greatest part that somebody got less than its own, wei; a rounding is below 1. */
  readonly short: Fraction;
}

export function proveSums(run: LifecycleRun): Omit<ProvedClaims, "sponsorLossBounded" | "rollKeepsClaims"> {
  const { censuses, ground } = run;
  const quantities = ground.plan.metals.map(({ quantity }) => quantity);
  const minted = [...quantities, ground.cash.minted];
  const failing = (holds: (census: Census) => boolean): string[] =>
    censuses.filter((census) => !holds(census)).map(({ label }) => label);
  const unallocated = failing((census) => quantities.every((q, k) => equals(allocated(census, k), fraction(q))));
  const unfound = failing((census) => census.vaults.every((_, s) => isFound(census, s)));
  const unminted = failing((census) => minted.every((amount, k) => amount === present(census, k, quantities.length)));
  const { assets = [], outstanding = [] } = censuses.at(-1)?.vaults[0] ?? {};
  const counted = censuses.reduce((count, { holdings }) => count + holdings.length, 0);
  const isEmpty = [...assets, ...outstanding].every((left) => left === 0n) && assets.length > 0;
  return {
    allocationsSumToBasket: {
      ok: unallocated.length === 0,
      figures: { steps: censuses.length, broken: unallocated, quantities },
    },
    claimsFound: { ok: unfound.length === 0, figures: { counted, broken: unfound } },
    nothingMintedOrLost: { ok: unminted.length === 0, figures: { minted, broken: unminted } },
    vaultEmpty: { ok: isEmpty, figures: { assets, outstanding } },
  };
}

/** Σ_i x_ik: each claim's part of what the vault has, and what came out of it. */
function allocated({ holdings, vaults: [first] }: Census, k: number): Fraction {
  const [vault, outstanding] = [first?.assets[k] ?? 0n, first?.outstanding[k] ?? 0n];
  return sum(
    holdings.map(({ address, claims, assets }) => {
      const delivered = address === first?.session ? 0n : (assets[k] ?? 0n);
      const claimed = outstanding === 0n ? fraction(0n) : fraction((claims[0]?.[k] ?? 0n) * vault, outstanding);
      return add(claimed, fraction(delivered));
    }),
  );
}

function isFound({ holdings, vaults }: Census, session: number): boolean {
  const outstanding = vaults[session]?.outstanding ?? [];
  return outstanding.every((out, k) => sumOf(holdings.map(({ claims }) => claims[session]?.[k] ?? 0n)) === out);
}

/** Of asset k; of cash if k is their number. */
function present({ holdings }: Census, k: number, assets: number): bigint {
  return sumOf(holdings.map((of) => (k === assets ? of.cash : (of.assets[k] ?? 0n))));
}

export function proveSponsor({ ground, made, sponsored, window }: LifecycleRun): ProvedClaims["sponsorLossBounded"] {
  const { maker, metals } = ground.plan;
  const quantities = metals.map(({ quantity }) => quantity);
  const weights = basketWeights(quantities, window.prices);
  const worth = sum(made.left.map((claim, k) => times(weights[k] ?? fraction(0n), claim)));
  const { deposit } = sponsored;
  const lost = add(fraction(deposit), negate(worth));
  const values = quantities.map((quantity, k) => quantity * (window.prices[k] ?? 0n));
  const distance = distanceOf(maker.terms, sharesOf(maker.root, values)) + SLACK;
  const boundOfOutcome = (distance * betaOf(maker.terms, maker.root) * BASKET_TICK_VALUE) / ONE;
  const ok = compare(lost, fraction(deposit)) <= 0 && compare(lost, fraction(boundOfOutcome)) <= 0;
  return { ok, figures: { lost, deposit, boundOfOutcome } };
}

/** Of sums of logarithms, 10^-18 nats: each errs by a few units. */
const SLACK = 10n ** 6n;

export function proveRoll({ roll, censuses }: LifecycleRun): ProvedClaims["rollKeepsClaims"] {
  const figures = roll.totals.map((total, k): LegOfRoll => {
    const given = sumOf(roll.given.map(({ claims }) => claims[k] ?? 0n));
    const taken = sumOf(roll.taken.map(({ claims }) => claims[k] ?? 0n));
    return { given, total, quantity: roll.quantities[k] ?? 0n, taken, supply: roll.supply, short: shortOf(roll, k) };
  });
  const vault = after(censuses, "given").vaults[0];
  const next = after(censuses, "taken").vaults[1];
  const ok = figures.every(({ given, total, quantity, taken, supply, short }, k) => {
    const isRedeemed = vault?.outstanding[k] === total && vault.assets[k] === quantity; // all that was left
    const isThere = next?.outstanding[k] === supply && next.assets[k] === quantity;
    return (
      given === total && given > 0n && taken === supply && isRedeemed && isThere && compare(short, fraction(1n)) < 0
    );
  });
  return { ok: ok && figures.length > 0, figures };
}

function shortOf({ given, taken, totals, supply }: LifecycleRun["roll"], k: number): Fraction {
  return given.reduce((most, { name, claims }) => {
    const got = taken.find((one) => one.name === name)?.claims[k] ?? 0n;
    const short = add(fraction(supply * (claims[k] ?? 0n), totals[k] ?? 1n), fraction(-got));
    return compare(short, most) > 0 ? short : most;
  }, fraction(0n));
}
