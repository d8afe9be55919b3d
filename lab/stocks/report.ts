import { passiveSlice } from "../../src/protocol/value/allocations.js";
import type { Fraction } from "../../src/protocol/amounts/fraction.js";
import { allocationValue } from "../../src/protocol/value/valuation.js";
import { formatFixed, ONE } from "../command/decimals.js";
import { formatMonth } from "../command/months.js";
import {
  countEvents,
  renderAllocations,
  renderDeliveries,
  renderProof,
  roleOf,
  sessionProofLines,
} from "../command/report.js";
import { renderSparkline, renderTable } from "../command/text.js";
import { MONEY, type SessionRun } from "./simulation.js";
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
  return `${formatMonth(step.month)}: ${countEvents(step.batches, step.expired)}\n${renderTable(header, rows)}\n`;
}

/** What came of it all, after the last month. */
export function renderResult(run: SessionRun): string {
  const { settlement, stage, proof } = run;
  return [
    renderPicture(run),
    renderAllocations(settlement, stage, "shares"),
    renderDeliveries(settlement, stage, "shares"),
    renderProfits(run),
    renderProof(sessionProofLines(proof), stage),
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
