import { isDeepStrictEqual } from "node:util";

import { replayRecords } from "../../src/bindings/replay.js";
import { readMarketTable } from "../../src/client/market-views.js";
import type { ChainRecord } from "../../src/bindings/records.js";
import { ProtocolError } from "../../src/protocol/amounts/errors.js";
import type { OwnTrade } from "../../src/protocol/margin/need.js";
import type { TokenWei } from "../../src/protocol/amounts/units.js";
import { type Proof, type ProofItem, prove } from "../session/proof.js";
import type { Settlement } from "../session/settlement.js";
import type { CastStage } from "../session/cast.js";
import type { Ledger } from "./ledger.js";
import type { Market, Positions } from "./market.js";
import { batchesOf, type MarketStep, type Play } from "./trading.js";

/** One market's lots over all traders, before it was settled. */
export interface LotsSum {
  readonly market: string;
  readonly sum: bigint;
  /** Of those who bought: what others have sold. */
  readonly bought: bigint;
}

/** What one trader got, and what it should have got. Wei. */
export interface TraderPayoff {
  readonly trader: string;
  /** What the book turned the position into. */
  readonly settled: bigint;
  /** Σ lots · payoff · tickValue, from the fills and the outcome alone. */
  readonly payoff: bigint;
  /** What it left with, in session tokens. */
  readonly claimed: bigint;
  /** Tokens brought − Σ price · lots · tickValue + payoff. */
  readonly owed: bigint;
}

/** What a session with a market beside its basket can show. */
export interface MarketProof extends Proof {
  /** The market table replayed from the logs has the tips, bounds and state of the one on the chain. */
  readonly marketsMatchLogs: ProofItem<{
    /** Link of the market's last record as replayed, or why the logs cannot be those of a market table. */
    readonly recomputed: string;
    readonly onChain: string;
    readonly settled: boolean;
    readonly records: number;
  }>;
  /** Σ lots = 0 in every branch, and the positions on the chain are what the fills in the logs add up to. */
  readonly lotsSumToZero: ProofItem<readonly LotsSum[]>;
  /** Everybody got what the contracts say, by plain sums over the fills. */
  readonly payoffsMatch: ProofItem<readonly TraderPayoff[]>;
  /** At every step, for every trader: the book's net collateral is the recomputed one; joint need ≤ separate need. */
  readonly collateralMatches: ProofItem<{
    readonly checks: number;
    readonly differing: readonly string[];
    readonly jointAboveSeparate: readonly string[];
  }>;
}

/** What the checks look at. */
export interface Evidence {
  readonly steps: readonly MarketStep[];
  /** Lots on the chain in each branch, just before settlement. */
  readonly positions: Positions;
  /** Ticks that a lot of a branch pays, by the outcome alone. */
  readonly paid: (marketBranchId: number) => bigint;
  readonly settlement: Settlement;
}

/** Checks every promise on what the chain says now that everybody has left. */
export async function proveMarket({ stage, market, ledger }: Play, evidence: Evidence): Promise<MarketProof> {
  const { steps, settlement } = evidence;
  const records = ledger.records();
  return {
    ...(await prove(stage, batchesOf(steps), settlement, records)),
    marketsMatchLogs: await proveTable(stage, market, records),
    lotsSumToZero: proveLots(stage, market, ledger, evidence),
    payoffsMatch: await provePayoffs(stage, market, ledger, evidence),
    collateralMatches: proveCollateral(steps),
  };
}

async function proveTable(
  { handle }: CastStage,
  { marketRootId }: Market,
  records: readonly ChainRecord[],
): Promise<MarketProof["marketsMatchLogs"]> {
  const onChain = await readMarketTable(handle);
  const count = records.filter(({ kind }) => kind === "marketRecorded").length;
  const root = onChain.roots.get(marketRootId);
  const figures = { onChain: root?.tip ?? "", settled: root?.settled ?? false, records: count };
  try {
    const replayed = (await replayRecords(handle, records)).state.markets.table;
    const same = isDeepStrictEqual(replayed, onChain);
    const recomputed = replayed.roots.get(marketRootId)?.tip ?? "";
    return { ok: same && figures.settled && recomputed === figures.onChain, figures: { recomputed, ...figures } };
  } catch (error) {
    if (error instanceof ProtocolError) return { ok: false, figures: { recomputed: error.message, ...figures } };
    throw error;
  }
}

function proveLots(
  { participants }: CastStage,
  { names }: Market,
  ledger: Ledger,
  { positions }: Evidence,
): MarketProof["lotsSumToZero"] {
  const onChain = (name: string, branch: number): bigint => positions.get(name)?.[branch - 1] ?? 0n;
  const figures = names.map((market, b): LotsSum => {
    const held = participants.map(({ name }) => onChain(name, b + 1));
    return { market, sum: total(held), bought: total(held.filter((lots) => lots > 0n)) };
  });
  const agrees = participants.every(({ name, address }) =>
    names.every((_, b) => onChain(name, b + 1) === lotsIn(ledger.fillsOf(address), b + 1)),
  );
  return { ok: agrees && figures.every(({ sum }) => sum === 0n), figures };
}

async function provePayoffs(
  { participants }: CastStage,
  market: Market,
  ledger: Ledger,
  { paid, settlement }: Evidence,
): Promise<MarketProof["payoffsMatch"]> {
  const { tickValue } = market.root();
  const figures: TraderPayoff[] = [];
  for (const { address, name, received, trader } of participants) {
    const { traderId } = await trader.account();
    const realised = ledger
      .records()
      .filter((record) => record.kind === "realised")
      .filter((record) => record.traderId === traderId);
    const trades = ledger.fillsOf(address);
    const payoff = total(trades.map(({ marketBranchId, quantity }) => quantity * paid(marketBranchId) * tickValue));
    const cost = total(trades.map(({ price, quantity }) => price * quantity * tickValue));
    figures.push({
      trader: name,
      settled: total(realised.map(({ cash }) => cash)),
      payoff,
      claimed: settlement.outcomes.find(({ holder }) => holder.name === name)?.claims[0] ?? 0n,
      owed: received - cost + payoff,
    });
  }
  const ok =
    figures.every(({ settled, payoff, claimed, owed }) => settled === payoff && claimed === owed) &&
    settlement.outcomes.every(({ claims }) => claims.every((claim) => claim === claims[0]));
  return { ok, figures };
}

function proveCollateral(steps: readonly MarketStep[]): MarketProof["collateralMatches"] {
  const checks = steps.flatMap(({ label, collateral }) =>
    collateral.traders.map((need) => ({ ...need, name: `${label} ${need.trader}` })),
  );
  const differing = checks.filter(({ slackOnChain, slackComputed }) => slackOnChain !== slackComputed);
  const above = checks.filter(({ joint, separate, withOrders }) => {
    return joint > separate || withOrders.joint > withOrders.separate;
  });
  const names = (of: typeof checks) => of.map(({ name }) => name);
  return {
    ok: differing.length === 0 && above.length === 0,
    figures: { checks: checks.length, differing: names(differing), jointAboveSeparate: names(above) },
  };
}

function lotsIn(fills: readonly OwnTrade[], branch: number): bigint {
  return total(fills.filter(({ marketBranchId }) => marketBranchId === branch).map(({ quantity }) => quantity));
}

function total(amounts: readonly bigint[]): bigint {
  return amounts.reduce((subtotal, amount) => subtotal + amount, 0n);
}

/** What a trader has won by trading: nothing else was traded, so all its claims are one amount of session tokens. */
export function wonInTokens(received: TokenWei, claims: readonly TokenWei[]): bigint {
  return (claims[0] ?? 0n) - received;
}
