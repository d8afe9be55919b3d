/** Every sum of the story. Each item is computed from what was counted and said, and from nothing else. */
import { sumOf } from "./sums.js";
import { type Proof as SessionProof, type ProofItem } from "../session/proof.js";
import { type FillsAtCost, type PositionMatches, proveFills, provePosition } from "../session/maker-proof.js";
import { proveBonds, proveFees, type ProvedMoney, provePremium, proveStake, proveWindow } from "./proof-money.js";
import { proveRoll, proveSponsor, type ProvedClaims, proveSums } from "./proof-claims.js";
import type { LifecycleRun } from "./run.js";

export interface LifecycleProof
  extends ProvedMoney, ProvedClaims, Pick<SessionProof, "headMatchesLogs" | "logsVerified"> {
  /** The gate was shut before, and to whoever is on no list; a place without the fee opens nothing. */
  readonly gateHeld: ProofItem<{
    readonly entries: number;
    readonly early: number;
    readonly outsider: string | undefined;
  }>;
  /** No position was ever larger than the session's limit, lots. */
  readonly positionsWithinLimit: ProofItem<{ readonly largest: bigint; readonly limit: bigint }>;
  readonly fillsAtCost: FillsAtCost;
  readonly positionMatches: PositionMatches;
  /** Both roots are settled at what the feeds have told; the lie was refused, the truth before its time, too. */
  readonly rootsSettled: ProofItem<{
    readonly event: readonly bigint[];
    readonly interval: bigint;
    readonly lieRefused: string | undefined;
    readonly earlyRefused: string | undefined;
  }>;
  /** Trade there was: through the maker, in the book, and in both roots. */
  readonly traded: ProofItem<{ readonly maker: number; readonly book: number }>;
  /** What is not to keep anything keeps nothing, of any token. */
  readonly nothingLeft: ProofItem<readonly { readonly name: string; readonly amount: bigint }[]>;
}

export function proveLifecycle(run: LifecycleRun): LifecycleProof {
  const atCost = proveFills(run.steps.flatMap(({ fills }) => fills));
  return {
    gateHeld: proveGate(run),
    ...proveSums(run),
    premiumCollected: provePremium(run),
    feesCollected: proveFees(run),
    positionsWithinLimit: proveLimit(run),
    traded: proveTraded(run),
    fillsAtCost: { ...atCost, ok: atCost.ok && atCost.figures.fills > 0 },
    positionMatches: provePosition(run.made.byFills, run.made.onChain),
    sponsorLossBounded: proveSponsor(run),
    stakeReturned: proveStake(run),
    bondsAccounted: proveBonds(run),
    rootsSettled: proveRoots(run),
    windowPaysOut: proveWindow(run),
    rollKeepsClaims: proveRoll(run),
    nothingLeft: proveNothingLeft(run),
    headMatchesLogs: run.head,
    logsVerified: run.logs,
  };
}

function proveGate({ entrance, sale }: LifecycleRun): LifecycleProof["gateHeld"] {
  const { entries, outsider } = entrance;
  const early = entries.filter(({ before, listed }) => before || listed).length;
  const refused = outsider === "AllowList_NotOnList" && sale.outsider === "Sale_NotAdmitted";
  const ok = early === 0 && refused && entries.length > 0 && entries.every(({ paid }) => paid);
  return { ok, figures: { entries: entries.length, early, outsider } };
}

function proveLimit({ steps, ground }: LifecycleRun): LifecycleProof["positionsWithinLimit"] {
  const largest = steps.reduce((most, step) => (step.largest > most ? step.largest : most), 0n);
  const limit = ground.plan.maxLots;
  return { ok: largest > 0n && largest <= limit, figures: { largest, limit } };
}

function proveTraded({ steps }: LifecycleRun): LifecycleProof["traded"] {
  const count = (batches: LifecycleRun["steps"][number]["throughBook"]): number =>
    batches.flatMap(({ records }) => records).filter(({ kind }) => kind === "matched").length;
  const maker = steps.reduce((sum, step) => sum + step.fills.length, 0);
  const book = steps.reduce((sum, { throughBook }) => sum + count(throughBook), 0);
  return { ok: maker > 0 && book > 0, figures: { maker, book } };
}

function proveRoots({ oracle, roots, window }: LifecycleRun): LifecycleProof["rootsSettled"] {
  const { lieRefused, earlyRefused, truth, settledBefore, settledAfter } = oracle;
  const { settled, outcome } = window.interval;
  const refused = lieRefused === "UmaSettler_AssertedFalsely" && earlyRefused !== undefined;
  const ok = refused && !settledBefore && settledAfter && settled && outcome === roots.interval.outcome[0];
  return { ok, figures: { event: truth, interval: outcome, lieRefused, earlyRefused } };
}

function proveNothingLeft({ censuses, periphery }: LifecycleRun): LifecycleProof["nothingLeft"] {
  const held = censuses.at(-1)?.holdings ?? [];
  const figures = periphery.map((name) => {
    const own = held.find((holding) => holding.name === name);
    const amount = own === undefined ? undefined : sumOf([own.cash, ...own.assets, ...own.claims.flat()]);
    return { name, amount: amount ?? -1n }; // below zero: nobody has looked
  });
  return { ok: figures.length > 0 && figures.every(({ amount }) => amount === 0n), figures };
}
