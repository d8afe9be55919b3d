import { passiveSlice } from "../protocol/allocations.js";
import type { Fraction } from "../protocol/fraction.js";
import { allocationValue } from "../protocol/valuation.js";
import { formatFixed, ONE } from "./decimals.js";
import { formatMonth } from "./months.js";
import { holds, type Proof } from "./proof.js";
import { MONEY } from "./settlement.js";
import type { SessionRun } from "./simulation.js";
import type { Holder, Participant } from "./stage.js";
import { renderSparkline, renderTable } from "./text.js";
import type { MonthStep } from "./trading.js";

/** A weight or a leg's price as a percentage; a dash where there is none. */
function percent(ticks: bigint | undefined, scale: bigint): string {
  return ticks === undefined ? "-" : `${formatFixed(ticks * 100n, scale, 2)} %`;
}

/** One month: prices, true weights, the weights that the book implies, and its best bid and ask. */
export function renderMonth(step: MonthStep, symbols: readonly string[], scale: bigint): string {
  const rows = symbols.map((symbol, k) => [
    symbol,
    formatFixed(step.spot[k] ?? 0n, ONE, 2),
    percent(step.weights[k], scale),
    percent(step.impliedWeights?.[k], scale),
    percent(step.quotes[k]?.bid, scale),
    percent(step.quotes[k]?.ask, scale),
  ]);
  const header = ["asset", "spot", "true weight", "book's weight", "best bid", "best ask"];
  return `${countEvents(step)}\n${renderTable(header, rows)}\n`;
}

function countEvents({ month, batches, expired }: MonthStep): string {
  const orders = batches.flatMap((batch) => batch.orders);
  const refused = orders.filter(({ refusal }) => refusal !== undefined).length;
  const records = batches.flatMap((batch) => batch.records);
  const fills = records.filter(({ kind }) => kind === "matched").length;
  const offsets = records.filter(({ kind }) => kind === "offset").length;
  return `${formatMonth(month)}: ${orders.length} orders (${refused} refused), ${fills} fills, ${offsets + expired} offsets (${expired} expired)`;
}

/** What came of it all, after the last month. */
export function renderResult(run: SessionRun): string {
  return [
    renderPicture(run),
    renderAllocations(run),
    renderDeliveries(run),
    renderProfits(run),
    renderProof(run.proof, run),
  ].join("\n\n");
}

function renderPicture({ steps, options, stage }: SessionRun): string {
  const { scale } = stage.handle.basket;
  const lines = options.symbols.flatMap((symbol, k) => {
    const actual = steps.map(({ weights }) => weights[k]);
    const implied = steps.map(({ impliedWeights }) => impliedWeights?.[k]);
    const all = [...actual, ...implied].filter((value) => value !== undefined);
    const low = all.reduce((least, value) => (value < least ? value : least));
    const high = all.reduce((most, value) => (value > most ? value : most));
    return [
      [symbol, "true", renderSparkline(actual, low, high), `${percent(low, scale)} to ${percent(high, scale)}`],
      ["", "book", renderSparkline(implied, low, high), ""],
    ];
  });
  const width = Math.max(...options.symbols.map((symbol) => symbol.length));
  const drawn = lines.map(([symbol = "", kind = "", bars = "", range = ""]) =>
    `${symbol.padEnd(width)}  ${kind}  ${bars}  ${range}`.trimEnd(),
  );
  return ["Weights, month by month", ...drawn].join("\n");
}

function renderAllocations({ settlement, options }: SessionRun): string {
  const rows = settlement.outcomes.map(({ holder, allocation }) => [
    holder.name,
    ...allocation.map(({ numerator, denominator }) => formatFixed(numerator, denominator * ONE, 6)),
  ]);
  return `Allocation x, in shares\n${renderTable(["holder", ...options.symbols], rows)}`;
}

function renderDeliveries({ settlement, options }: SessionRun): string {
  const rows = settlement.outcomes.map(({ holder, delivered }) => [
    holder.name,
    ...delivered.map((amount) => formatFixed(amount, ONE, 6)),
  ]);
  return `Delivered shares\n${renderTable(["holder", ...options.symbols], rows)}`;
}

function renderProfits({ settlement, steps, stage }: SessionRun): string {
  const prices = steps.at(-1)?.spot ?? [];
  const rows = settlement.outcomes.map(({ holder, allocation, profit }) => {
    const slice = allocationValue(passiveSlice(stage.basket, holder.received), prices);
    const inMoney = (value: Fraction, sign = false) => formatFixed(value.numerator, value.denominator * MONEY, 2, sign);
    return [
      holder.name,
      roleOf(holder),
      inMoney(slice),
      inMoney(allocationValue(allocation, prices)),
      inMoney(profit, true),
      slice.numerator === 0n ? "-" : `${formatFixed(profit.numerator * 100n, slice.numerator, 2, true)} %`,
    ];
  });
  const header = ["holder", "behaviour", "equal slice", "outcome", "P&L", "P&L of slice"];
  return `P&L against holding an equal slice, at the last prices\n${renderTable(header, rows)}`;
}

function roleOf(holder: Holder | Participant): string {
  return "behaviourName" in holder ? holder.behaviourName : "keeps the change";
}

function renderProof(proof: Proof, { stage }: SessionRun): string {
  const rows = [
    ["sum of allocations = basket", proof.allocationsSumToBasket.ok, describeSums(proof)],
    ["sum of P&L = 0", proof.profitsSumToZero.ok, `exactly ${proof.profitsSumToZero.figures.numerator.toString()}`],
    ["vault empty", proof.vaultEmpty.ok, describeVault(proof)],
    ["head from logs = head on chain", proof.headMatchesLogs.ok, describeHead(proof)],
    ["gas per order", proof.gasPerOrder.ok, describeOrderGas(proof)],
  ] as const;
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, ok, figures]) => `${ok ? "ok    " : "FAILED"}  ${name.padEnd(width)}  ${figures}`);
  const verdict = holds(proof) ? "Everything holds." : "Something does not hold: see above.";
  return [`Proof, for session ${stage.handle.address}`, ...lines, verdict].join("\n");
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

function describeHead({ headMatchesLogs }: Proof): string {
  return `${headMatchesLogs.figures.recomputed}, from ${headMatchesLogs.figures.records} records`;
}

function describeOrderGas({ gasPerOrder }: Proof): string {
  const { orders, perOrder, largestBatch } = gasPerOrder.figures;
  return `${perOrder.toString()} over ${orders} orders; the largest batch took ${largestBatch.toString()}`;
}
