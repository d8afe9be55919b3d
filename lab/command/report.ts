import { formatFixed, ONE } from "./decimals.js";
import type { Proof } from "../session/proof.js";
import type { Settlement } from "../session/settlement.js";
import type { Batch } from "../session/orders.js";
import type { CastStage, Holder, Participant } from "../session/cast.js";
import { renderTable } from "./text.js";

/** `12 orders (0 refused), 3 fills, 14 offsets (10 expired)`. @param expired taken out before the step began */
export function countEvents(batches: readonly Batch[], expired: number): string {
  const orders = batches.flatMap((batch) => batch.orders);
  const refused = orders.filter(({ refusal }) => refusal !== undefined).length;
  const records = batches.flatMap((batch) => batch.records);
  const fills = records.filter(({ kind }) => kind === "matched").length;
  const offsets = records.filter(({ kind }) => kind === "offset").length;
  return `${orders.length} orders (${refused} refused), ${fills} fills, ${offsets + expired} offsets (${expired} expired)`;
}

/** @param units what the assets are counted in, for the titles */
export function renderAllocations({ outcomes }: Settlement, { symbols }: CastStage, units: string): string {
  const rows = outcomes.map(({ holder, allocation }) => [
    holder.name,
    ...allocation.map(({ numerator, denominator }) => formatFixed(numerator, denominator * ONE, 6)),
  ]);
  return `Allocation x, in ${units}\n${renderTable(["holder", ...symbols], rows)}`;
}

export function renderDeliveries({ outcomes }: Settlement, { symbols }: CastStage, units: string): string {
  const rows = outcomes.map(({ holder, delivered }) => [
    holder.name,
    ...delivered.map((amount) => formatFixed(amount, ONE, 6)),
  ]);
  return `Delivered ${units}\n${renderTable(["holder", ...symbols], rows)}`;
}

export function roleOf(holder: Holder | Participant): string {
  return "behaviourName" in holder ? holder.behaviourName : "keeps the change";
}

/** One line of a proof: what was promised, whether it holds, and the figures in words. */
export type ProofLine = readonly [promise: string, ok: boolean, figures: string];

export function renderProof(lines: readonly ProofLine[], { handle }: CastStage): string {
  const width = Math.max(...lines.map(([promise]) => promise.length));
  const drawn = lines.map(
    ([promise, ok, figures]) => `${ok ? "ok    " : "FAILED"}  ${promise.padEnd(width)}  ${figures}`,
  );
  const verdict = lines.every(([, ok]) => ok) ? "Everything holds." : "Something does not hold: see above.";
  return [`Proof, for session ${handle.address}`, ...drawn, verdict].join("\n");
}

/** Beside figures that are others in every run. */
const TIMED = "*";
const TIMED_NOTE = `${TIMED} depends on how the relay's clock cuts its batches: other in every run. With --direct nothing does.`;

/**
 * The lines of what every session can show.
 * @param timed whether batches were cut by a clock: what depends on that is marked
 */
export function sessionProofLines(proof: Proof, timed = false): ProofLine[] {
  const mark = timed ? TIMED : "";
  return [
    ["sum of allocations = basket", proof.allocationsSumToBasket.ok, describeSums(proof)],
    ["sum of P&L = 0", proof.profitsSumToZero.ok, `exactly ${proof.profitsSumToZero.figures.numerator.toString()}`],
    ["vault empty", proof.vaultEmpty.ok, describeVault(proof)],
    ["link from logs = link on chain", proof.headMatchesLogs.ok, describeHead(proof, mark)],
    ["every log verified", proof.logsVerified.ok, describeVerified(proof, mark)],
    ["gas per order", proof.gasPerOrder.ok, describeOrderGas(proof, mark)],
  ];
}

/** What the marks mean; nothing if there are none. */
export function timedNote(timed: boolean): string {
  return timed ? TIMED_NOTE : "";
}

function describeSums({ allocationsSumToBasket }: Proof): string {
  const sums = allocationsSumToBasket.figures.map(
    ({ symbol, delivered, quantity }) =>
      `${symbol} ${formatFixed(delivered, ONE, 2)} of ${formatFixed(quantity, ONE, 2)}`,
  );
  return `delivered ${sums.join(", ")}, to the last unit`;
}

function describeVault({ vaultEmpty }: Proof): string {
  const { assets, sessionSupply, legSupplies } = vaultEmpty.figures;
  const left = (amounts: readonly bigint[]) => amounts.join(", ");
  return `left: assets ${left(assets)}; session tokens ${sessionSupply.toString()}; leg tokens ${left(legSupplies)}`;
}

function describeHead({ headMatchesLogs }: Proof, mark: string): string {
  const { recomputed, records, checkpoints } = headMatchesLogs.figures;
  return `${recomputed}${mark}, over ${records} records in ${checkpoints}${mark} checkpoints`;
}

function describeVerified({ logsVerified }: Proof, mark: string): string {
  const { logs, orders, fills, signatures, collateralChecks, failure } = logsVerified.figures;
  if (failure !== null) return failure;
  return `${orders} orders, ${fills} fills, ${signatures} signatures, ${collateralChecks} collateral checks in ${logs}${mark} logs`;
}

function describeOrderGas({ gasPerOrder }: Proof, mark: string): string {
  const { orders, perOrder, largestBatch } = gasPerOrder.figures;
  return `${perOrder.toString()}${mark} over ${orders} orders; the largest batch took ${largestBatch.toString()}${mark}`;
}
