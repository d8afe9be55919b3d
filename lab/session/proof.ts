import { recomputeLink } from "../../src/bindings/replay.js";
import type { ChainRecord } from "../../src/bindings/records.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { totalAllocation } from "../../src/protocol/value/allocations.js";
import { ProtocolError } from "../../src/protocol/amounts/errors.js";
import { equals, fraction, type Fraction, sum } from "../../src/protocol/amounts/fraction.js";
import type { AssetUnits } from "../../src/protocol/amounts/units.js";
import { verifyFromChain } from "../../src/verify/from-chain.js";
import { failureOf, grantsOf } from "../../src/verify/verdict.js";
import type { Batch } from "./orders.js";
import { balancesOf, type Settlement } from "./settlement.js";
import type { CastStage } from "./cast.js";

/** Something that was promised, whether it holds, and by which figures. */
export interface ProofItem<Figures> {
  readonly ok: boolean;
  readonly figures: Figures;
}

export interface AssetSum {
  readonly symbol: string;
  /** q, in smallest units. */
  readonly quantity: AssetUnits;
  /** Σ x, an exact fraction. */
  readonly allocated: Fraction;
  /** What was delivered to all holders together. */
  readonly delivered: bigint;
}

/** What every session can show. */
export interface Proof {
  /** Σ x = q: for each asset, the allocations before delivery sum to the basket's quantity, and so does what was delivered. */
  readonly allocationsSumToBasket: ProofItem<readonly AssetSum[]>;
  /** Σ P&L = 0, exactly. */
  readonly profitsSumToZero: ProofItem<Fraction>;
  /** No unit of an asset, no session token and no leg token is left. */
  readonly vaultEmpty: ProofItem<{
    readonly assets: readonly bigint[];
    readonly sessionSupply: bigint;
    readonly legSupplies: readonly bigint[];
  }>;
  /** The chain of orders recomputed from the logs ends in the checkpoint that the book has. */
  readonly headMatchesLogs: ProofItem<{
    /** The recomputed checkpoint, or why the logs cannot be those of one chain. */
    readonly recomputed: string;
    readonly onChain: string;
    /** What the book recorded of people, money and orders: the same however the orders were cut into calls. */
    readonly records: number;
    /** One for each call: through a relay they depend on its clock. */
    readonly checkpoints: number;
  }>;
  /** The verifier, which trusts nobody, finds nothing wrong with the session from its logs. */
  readonly logsVerified: ProofItem<{
    /** All that the session's contracts have logged, with every checkpoint, place and movement of tokens. */
    readonly logs: number;
    readonly orders: number;
    readonly fills: number;
    readonly signatures: number;
    /** Checks by the matrix of all outcome combinations. */
    readonly collateralChecks: number;
    /** The first record that does not hold, and why; null if all do. */
    readonly failure: string | null;
  }>;
  /** What an order cost, and that no batch came near what a transaction may use. */
  readonly gasPerOrder: ProofItem<{
    readonly orders: number;
    readonly gas: bigint;
    readonly perOrder: bigint;
    readonly largestBatch: bigint;
    readonly cap: bigint;
  }>;
}

const TRANSACTION_GAS_CAP = 2n ** 24n; // EIP-7825

/** Checks every promise on what the chain says now that everybody has left. */
export async function prove(
  stage: CastStage,
  batches: readonly Batch[],
  settlement: Settlement,
  records: readonly ChainRecord[],
): Promise<Proof> {
  return {
    allocationsSumToBasket: proveAllocations(stage, settlement),
    profitsSumToZero: proveProfits(settlement),
    vaultEmpty: await proveVaultEmpty(stage),
    headMatchesLogs: await proveHead(stage, records),
    logsVerified: await verifyLogs(stage),
    gasPerOrder: measureGas(batches),
  };
}

/** Whether every item of a proof holds. */
export function holds<Items extends Readonly<Partial<Record<keyof Items, ProofItem<unknown>>>>>(proof: Items): boolean {
  return Object.values<ProofItem<unknown> | undefined>(proof).every((item) => item?.ok === true);
}

function proveAllocations({ basket, symbols }: CastStage, settled: Settlement): Proof["allocationsSumToBasket"] {
  const totals = totalAllocation(settled.outcomes.map(({ allocation }) => allocation));
  const figures = basket.quantities.map((quantity, k): AssetSum => ({
    symbol: symbols[k] ?? "",
    quantity,
    allocated: totals[k] ?? fraction(0n),
    delivered: total(settled.outcomes.map(({ delivered }) => delivered[k] ?? 0n)),
  }));
  const ok = figures.every((of) => equals(of.allocated, fraction(of.quantity)) && of.delivered === of.quantity);
  return { ok, figures };
}

function proveProfits({ outcomes }: Settlement): Proof["profitsSumToZero"] {
  const figures = sum(outcomes.map(({ profit }) => profit));
  return { ok: figures.numerator === 0n, figures };
}

async function proveVaultEmpty(stage: CastStage): Promise<Proof["vaultEmpty"]> {
  const { session, legs, address } = stage.handle;
  const [assets, sessionSupply, legSupplies] = await Promise.all([
    balancesOf(stage, address),
    session.totalSupply(),
    Promise.all(legs.map((leg) => leg.totalSupply())),
  ]);
  const ok = [...assets, sessionSupply, ...legSupplies].every((amount) => amount === 0n);
  return { ok, figures: { assets, sessionSupply, legSupplies } };
}

/** Whether the link that the logs make is the one that the book has. */
export async function proveHead(
  { handle }: Pick<CastStage, "handle">,
  records: readonly ChainRecord[],
): Promise<Proof["headMatchesLogs"]> {
  const { link: onChain } = await handle.book.chainState();
  const recomputed = await headOrProblem(handle, records);
  return { ok: recomputed === onChain, figures: { recomputed, onChain, ...countRecords(records) } };
}

/** What says how a call went, and not what came of it. */
const OF_CALLS: ReadonlySet<ChainRecord["kind"]> = new Set([
  ...(["checkpoint", "tradePlaced", "skipped", "quoteSetSkipped", "quoteSkipped"] as const),
  ...(["cancellationSkipped", "offsetSkipped"] as const),
]);

function countRecords(records: readonly ChainRecord[]): { readonly records: number; readonly checkpoints: number } {
  return {
    records: records.filter(({ kind }) => !OF_CALLS.has(kind)).length,
    checkpoints: records.filter(({ kind }) => kind === "checkpoint").length,
  };
}

async function headOrProblem(handle: SessionHandle, records: readonly ChainRecord[]): Promise<string> {
  try {
    return await recomputeLink(handle, records);
  } catch (error) {
    if (error instanceof ProtocolError) return error.message;
    throw error;
  }
}

/** What the verifier says of the session's logs. */
export async function verifyLogs({ handle }: Pick<CastStage, "handle">): Promise<Proof["logsVerified"]> {
  const { verdict, counts } = await verifyFromChain(handle);
  const { records: logs, orders, fills, signaturesRecovered: signatures, collateralChecks } = counts;
  const failure = failureOf(verdict);
  const granted = grantsOf(verdict).map(({ code, sentence }) => `${code}: ${sentence}`);
  const why = failure === undefined ? (granted[0] ?? null) : `record ${failure.index}: ${failure.rule}: ${failure.why}`;
  return { ok: verdict.kind === "holds", figures: { logs, orders, fills, signatures, collateralChecks, failure: why } };
}

function measureGas(batches: readonly Batch[]): Proof["gasPerOrder"] {
  const orders = batches.reduce((count, batch) => count + batch.orders.length, 0);
  const spent = batches.flatMap((batch) => batch.gas);
  const gas = total(spent);
  const largestBatch = spent.reduce((most, one) => (one > most ? one : most), 0n);
  const perOrder = orders === 0 ? 0n : gas / BigInt(orders);
  return {
    ok: largestBatch < TRANSACTION_GAS_CAP,
    figures: { orders, gas, perOrder, largestBatch, cap: TRANSACTION_GAS_CAP },
  };
}

function total(amounts: readonly bigint[]): bigint {
  return amounts.reduce((subtotal, amount) => subtotal + amount, 0n);
}
