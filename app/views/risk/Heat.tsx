/** Scenarios by holders as a grid: each cell is exact, and its colour only shows the size. */
import { type KeyboardEvent, type ReactNode, useMemo, useState } from "react";

import { equals, type Fraction, fraction } from "../../../src/protocol/amounts/fraction.js";
import { expectedGains } from "../../../src/risk/stress/table.js";
import type { Scenario } from "../../../src/risk/stress/scenario-rows.js";
import { decimalText } from "../../ui/numbers.js";
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

/** What a file says of a scenario: how likely it is, where it is from, and of when. */
function Said({ scenario }: { readonly scenario: Scenario | undefined }): ReactNode {
  const { probability, source, date } = scenario ?? {};
  const likely = probability === undefined ? undefined : `${decimalText(probability * 100n, 18)} %`;
  const said = [likely, source, date].filter((one) => one !== undefined).join(", ");
  return said === "" ? null : <small className="said">{said}</small>;
}

/** @param then the same test as it would be; undefined if nothing is pretended */
export function Heat({ risk, then }: { readonly risk: RiskTable; readonly then: RiskTable | undefined }): ReactNode {
  const { table, names, scale, unit, run } = risk;
  const [shown, show] = useState<"profits" | "values">("profits");
  const isGain = shown === "profits";
  const expected = useMemo(() => (isGain ? expectedGains(run) : undefined), [run, isGain]);
  const worst = isGain ? table.worstProfits : table.worstValues;
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
      <h2>
        {isGain ? "Gain or loss against the baseline" : "Value of each holding"}, in {unit}
      </h2>
      <label>
        Shown
        <select
          value={shown}
          onChange={({ target }) => {
            show(target.value === "values" ? "values" : "profits");
          }}
        >
          <option value="profits">gains against the baseline</option>
          <option value="values">values</option>
        </select>
      </label>
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
            {table.rows.map(({ name, [shown]: entries, total, profitTotal }, row) => (
              <tr key={name}>
                <th scope="row">
                  {name}
                  <Said scenario={run.scenarios[row]} />
                </th>
                {entries.map((entry, column) => {
                  const strength = isGain ? strengthOf(entry, most) : 0;
                  const isWorst = worst[column]?.row === row && !isZero(entry);
                  return (
                    <td
                      key={column}
                      role="gridcell"
                      tabIndex={row === 0 && column === 0 ? 0 : -1}
                      title={exact(entry)}
                      className={`number heat-${strength < 0 ? "loss" : "gain"}-${Math.min(5, Math.ceil(Math.abs(strength) * 5))}`}
                    >
                      {text(entry)}
                      {changed(then?.table.rows[row]?.[shown][column], entry)}
                      {isWorst && <small> worst</small>}
                    </td>
                  );
                })}
                <td className="number" title={exact(isGain ? profitTotal : total)}>
                  {!isGain
                    ? text(total)
                    : isZero(then?.table.rows[row]?.profitTotal ?? profitTotal) && isZero(profitTotal)
                      ? "0 ✔"
                      : `${text(profitTotal)} ✘`}
                </td>
              </tr>
            ))}
            {expected !== undefined && (
              <tr>
                <th scope="row">mean, by their probabilities</th>
                {expected.map((gain, column) => (
                  <td key={column} className="number" title={exact(gain)}>
                    {text(gain)}
                  </td>
                ))}
                <td />
              </tr>
            )}
          </tbody>
        </table>
      </div>
      <p className="hint">
        {isGain
          ? "Every row sums to zero, exactly: what one gains others lose. The colour only shows the size."
          : "The sum is what the basket is worth."}
      </p>
    </section>
  );
}
