/** How assets may move, and what is asked of it. */
import type { ReactNode } from "react";

import type { Names } from "../../data/names.js";
import { NumberField } from "../../ui/Field.js";
import { type MovingInput, pairsOf } from "./moving.js";

interface MovingFormProps {
  readonly moving: MovingInput;
  readonly assets: Names["assets"];
  readonly change: (part: Partial<MovingInput>) => void;
}

export function MovingForm({ moving, assets, change }: MovingFormProps): ReactNode {
  const { volatilities, correlations, sigmas, loss, box, all, relative } = moving;
  const put = (name: "sigmas" | "loss" | "all") => (text: string) => {
    change({ [name]: text });
  };
  return (
    <>
      <fieldset>
        <legend>How assets move</legend>
        {assets.map(({ symbol }, k) => (
          <NumberField
            key={k}
            label={`Volatility of ${symbol}, %`}
            value={volatilities[k] ?? ""}
            set={(text) => {
              change({ volatilities: volatilities.with(k, text) });
            }}
          />
        ))}
        {pairsOf(assets.length).map(([one, other]) => (
          <NumberField
            key={`${one}-${other}`}
            label={`Correlation of ${assets[one - 1]?.symbol ?? ""} and ${assets[other - 1]?.symbol ?? ""}`}
            placeholder="0"
            value={correlations.get(`${one}-${other}`) ?? ""}
            set={(text) => {
              change({ correlations: new Map(correlations).set(`${one}-${other}`, text) });
            }}
          />
        ))}
        <NumberField label="All correlations may go to" value={all} set={put("all")} />
      </fieldset>
      <fieldset>
        <legend>What is asked</legend>
        <NumberField label="Standard deviations" value={sigmas} set={put("sigmas")} />
        <NumberField label="The likeliest move that loses" value={loss} set={put("loss")} />
        {assets.map(({ symbol }, k) => (
          <NumberField
            key={k}
            label={`${symbol} moves at most, %`}
            value={box[k] ?? ""}
            set={(text) => {
              change({ box: box.with(k, text) });
            }}
          />
        ))}
        <label>
          <input
            type="checkbox"
            checked={relative}
            onChange={({ target }) => {
              change({ relative: target.checked });
            }}
          />
          In parts of the basket: a move of all assets alike is none
        </label>
      </fieldset>
    </>
  );
}
