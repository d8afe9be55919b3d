/** Reverse stress: how assets may move is typed, and for each holder the worst move of that plausibility is found. */
import { type ReactNode, useMemo } from "react";

import type { Stakes } from "../../../src/risk/exposed.js";
import type { Names } from "../../data/names.js";
import { decimalText } from "../../ui/numbers.js";
import { Refusal } from "../../ui/State.js";
import { rarity, type WorstOfHolder, worstOfHolders } from "./stakes.js";
import { HolderName, MoneyCell } from "./cells.js";
import { covarianceIn, type MovingInput, numberOf, pairsOf } from "./moving.js";

interface WorstMovesProps {
  readonly stakes: Stakes;
  readonly moving: MovingInput;
  readonly assets: Names["assets"];
  readonly change: (part: Partial<MovingInput>) => void;
}

export function WorstMoves({ stakes, moving, assets, change }: WorstMovesProps): ReactNode {
  const result = useMemo(() => {
    try {
      const covariance = covarianceIn(moving);
      const sigmas = numberOf(moving.sigmas);
      return covariance === undefined ? {} : { found: worstOfHolders(stakes, covariance, sigmas), sigmas };
    } catch (error) {
      return { error };
    }
  }, [JSON.stringify([moving, [...moving.correlations]]), stakes]);
  return (
    <section className="panel" aria-label="Worst moves">
      <h2>The worst move of each holder</h2>
      <MovingForm moving={moving} assets={assets} change={change} />
      {result.error !== undefined && <Refusal error={result.error} />}
      {result.found === undefined && result.error === undefined && (
        <p role="status">
          Give each asset a volatility: the standard deviation of its return over the time you think of.
        </p>
      )}
      {result.found !== undefined && <WorstTable found={result.found} assets={assets} sigmas={result.sigmas} />}
    </section>
  );
}

function MovingForm({ moving, assets, change }: Omit<WorstMovesProps, "stakes">): ReactNode {
  const { volatilities, correlations, sigmas } = moving;
  return (
    <fieldset>
      <legend>How assets move</legend>
      {assets.map(({ symbol }, k) => (
        <label key={k}>
          Volatility of {symbol}, %
          <input
            inputMode="decimal"
            size={8}
            value={volatilities[k] ?? ""}
            onChange={({ target }) => {
              change({ volatilities: volatilities.with(k, target.value.trim()) });
            }}
          />
        </label>
      ))}
      {pairsOf(assets.length).map(([one, other]) => (
        <label key={`${one}-${other}`}>
          Correlation of {assets[one - 1]?.symbol} and {assets[other - 1]?.symbol}
          <input
            inputMode="decimal"
            size={8}
            placeholder="0"
            value={correlations.get(`${one}-${other}`) ?? ""}
            onChange={({ target }) => {
              change({ correlations: new Map(correlations).set(`${one}-${other}`, target.value.trim()) });
            }}
          />
        </label>
      ))}
      <label>
        Standard deviations
        <input
          inputMode="decimal"
          size={8}
          value={sigmas}
          onChange={({ target }) => {
            change({ sigmas: target.value.trim() });
          }}
        />
      </label>
    </fieldset>
  );
}

interface WorstTableProps {
  readonly found: readonly WorstOfHolder[];
  readonly assets: Names["assets"];
  readonly sigmas: number;
}

function WorstTable({ found, assets, sigmas }: WorstTableProps): ReactNode {
  if (found.length === 0) return <p>Nobody has anything at stake that moves.</p>;
  return (
    <>
      <div className="scrolled" role="region" aria-label="Table of worst moves" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Holder</th>
              <th scope="col" className="number">
                Gain
              </th>
              {assets.map(({ symbol }, k) => (
                <th key={k} scope="col" className="number">
                  {symbol}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.map(({ name, gain, move }) => (
              <tr key={name}>
                <HolderName name={name} />
                <MoneyCell value={gain} />
                {move.shocks.map((shock, k) => (
                  <td key={k} className="number">
                    {shock > 0n ? "+" : ""}
                    {decimalText(shock * 100n, 18)}%
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="hint">
        In the prices’ unit, from today’s prices. Normal returns are worse for a holder once in {rarity(sigmas)} times;
        markets are worse more often.{" "}
        {found.some(({ move }) => !move.isPossible) &&
          "A fall of more than 100 % cannot happen: take fewer standard deviations. "}
        The move is rounded, and the gain is that of the rounded move, exactly.
      </p>
    </>
  );
}
