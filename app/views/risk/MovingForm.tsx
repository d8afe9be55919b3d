/** How assets may move, and what is asked of it. */
import type { ReactNode } from "react";

import type { Names } from "../../data/names.js";
import { PriceFile } from "../../ui/PriceFile.js";
import { NumberField } from "../../ui/Field.js";
import { type MovingInput, pairsOf } from "./moving.js";

export interface GivenFile {
  readonly name: string;
  readonly text: string;
}

interface MovingFormProps {
  readonly moving: MovingInput;
  readonly assets: Names["assets"];
  readonly change: (part: Partial<MovingInput>) => void;
  /** In the place of what is typed. */
  readonly file: GivenFile | undefined;
  readonly setFile: (file: GivenFile | undefined) => void;
  /** Lines of prices that a move takes, as typed. */
  readonly periods: string;
  readonly setPeriods: (text: string) => void;
  /** What the file is, in words; undefined without one, or of a wrong one. */
  readonly source: string | undefined;
}

export function MovingForm({ moving, assets, change, ...ofFile }: MovingFormProps): ReactNode {
  const { file, setFile, periods, setPeriods, source } = ofFile;
  const { sigmas, loss, box, all, relative } = moving;
  const put = (name: "sigmas" | "loss" | "all") => (text: string) => {
    change({ [name]: text });
  };
  return (
    <>
      <fieldset>
        <legend>How assets move</legend>
        {file === undefined ? (
          <Typed {...{ moving, assets, change }} />
        ) : (
          <>
            <p role="status">{source ?? file.name}, in the place of what is typed.</p>
            <NumberField label="Lines of prices that a move takes" value={periods} set={setPeriods} />
          </>
        )}
        <NumberField label="All correlations may go to" value={all} set={put("all")} />
        <PriceFile
          label="Or a CSV: covariances with a column asset, or prices with a column date"
          put={(text, name) => {
            setFile({ name, text });
          }}
        />
        {file !== undefined && (
          <button
            type="button"
            onClick={() => {
              setFile(undefined);
            }}
          >
            Back to typed ones
          </button>
        )}
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

function Typed({ moving, assets, change }: Pick<MovingFormProps, "moving" | "assets" | "change">): ReactNode {
  const { volatilities, correlations } = moving;
  return (
    <>
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
    </>
  );
}
