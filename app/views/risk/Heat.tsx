/** Scenarios by holders as a grid: each cell is exact, and its colour only shows the size. */
import type { KeyboardEvent, ReactNode } from "react";

import { equals, type Fraction, fraction } from "../../../src/protocol/amounts/fraction.js";
import { inKnownUnit } from "../../../src/protocol/value/stress-units.js";
import { moneyText, NameOf } from "./cells.js";
import { type RiskTable, strengthOf } from "./model.js";

const ZERO = fraction(0n);

function isZero({ numerator }: Fraction): boolean {
  return numerator === 0n;
}

function magnitude({ numerator, denominator }: Fraction): Fraction {
  return { numerator: numerator < 0n ? -numerator : numerator, denominator };
}

/** Cells of a grid: arrow keys go from one to the next. */
function move(event: KeyboardEvent<HTMLTableElement>): void {
  const steps: Record<string, readonly [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }; // prettier-ignore
  const step = steps[event.key];
  const cell = event.target instanceof HTMLTableCellElement ? event.target : undefined;
  const row = cell?.parentElement;
  if (step === undefined || cell === undefined || !(row instanceof HTMLTableRowElement)) return;
  const next = event.currentTarget.rows[row.rowIndex + step[0]]?.cells[cell.cellIndex + step[1]];
  if (next?.tabIndex !== -1 && next?.tabIndex !== 0) return;
  event.preventDefault();
  next.focus();
}

/** @param then the same test as it would be; undefined if nothing is pretended */
export function Heat({ risk, then }: { readonly risk: RiskTable; readonly then: RiskTable | undefined }): ReactNode {
  const { table, names, scale, unit } = risk;
  const all = table.rows.flatMap(({ profits }) => profits.map(magnitude));
  const most = all.reduce((a, b) => (b.numerator * a.denominator > a.numerator * b.denominator ? b : a), ZERO);
  const text = (value: Fraction | undefined): string => moneyText(inKnownUnit(value ?? ZERO, scale));
  const exact = (value: Fraction | undefined): string => {
    const { numerator, denominator } = inKnownUnit(value ?? ZERO, scale);
    return `${numerator} / ${denominator} ${unit}`;
  };
  const changed = (after: Fraction | undefined, before: Fraction): string =>
    after === undefined || equals(after, before) ? "" : ` → ${text(after)}`;
  return (
    <section className="panel" aria-label="Gains and losses">
      <h2>Gain or loss against the baseline, in {unit}</h2>
      <div className="scrolled" role="region" aria-label="Table of gains and losses" tabIndex={0}>
        <table role="grid" className="heat" onKeyDown={move}>
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              {names.map((name) => (
                <th key={name} scope="col" className="number">
                  <NameOf name={name} />
                </th>
              ))}
              <th scope="col" className="number">
                Sum
              </th>
            </tr>
          </thead>
          <tbody>
            {table.rows.map(({ name, profits, profitTotal }, row) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {profits.map((profit, column) => {
                  const strength = strengthOf(profit, most);
                  const isWorst = table.worstProfits[column]?.row === row && !isZero(profit);
                  return (
                    <td
                      key={column}
                      role="gridcell"
                      tabIndex={row === 0 && column === 0 ? 0 : -1}
                      title={exact(profit)}
                      className={`number heat-${strength < 0 ? "loss" : "gain"}-${Math.min(5, Math.ceil(Math.abs(strength) * 5))}`}
                    >
                      {text(profit)}
                      {changed(then?.table.rows[row]?.profits[column], profit)}
                      {isWorst && <small> worst</small>}
                    </td>
                  );
                })}
                <td className="number" title={exact(profitTotal)}>
                  {isZero(then?.table.rows[row]?.profitTotal ?? profitTotal) && isZero(profitTotal)
                    ? "0 ✔"
                    : `${text(profitTotal)} ✘`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="hint">
        Every row sums to zero, exactly: what one gains others lose. The colour only shows the size.
      </p>
    </section>
  );
}
