/** Reverse stress, and what else follows from how assets may move. */
import { type ReactNode, useMemo, useState } from "react";

import type { Stakes } from "../../../src/risk/exposed.js";
import type { Names } from "../../data/names.js";
import { Refusal } from "../../ui/State.js";
import { Breakdown } from "./Breakdown.js";
import { type GivenFile, MovingForm } from "./MovingForm.js";
import { type MovingInput, movingIn } from "./moving.js";
import { reversedIn } from "./stakes.js";
import { WorstMoves } from "./WorstMoves.js";

interface ReverseProps {
  readonly stakes: Stakes;
  readonly moving: MovingInput;
  readonly assets: Names["assets"];
  readonly change: (part: Partial<MovingInput>) => void;
}

export function Reverse({ stakes, moving, assets, change }: ReverseProps): ReactNode {
  const [file, setFile] = useState<GivenFile>();
  const [periods, setPeriods] = useState("1");
  const result = useMemo(() => {
    try {
      const lines = /^\d{1,5}$/.test(periods) ? Number(periods) : NaN;
      const given = file && movingIn(file.name, file.text, assets.map(({ symbol }) => symbol), lines); // prettier-ignore
      return { reversed: reversedIn(stakes, moving, given?.covariance), source: given?.source };
    } catch (error) {
      return { error };
    }
  }, [JSON.stringify([moving, [...moving.correlations]]), stakes, file, periods]);
  const { reversed, error } = result;
  return (
    <>
      <section className="panel" aria-label="Worst moves">
        <h2>The worst moves of each holder</h2>
        <MovingForm {...{ moving, assets, change, file, setFile, periods, setPeriods }} source={result.source} />
        {error !== undefined && <Refusal error={error} />}
        {reversed === undefined && error === undefined && (
          <p role="status">
            Give each asset a volatility: the standard deviation of its return over the time you think of, or a file; or
            say by how much each moves at most.
          </p>
        )}
        {reversed !== undefined && <WorstMoves {...{ reversed, assets }} unexposed={stakes.unexposed} />}
      </section>
      {reversed !== undefined && <Breakdown reversed={reversed} assets={assets} />}
    </>
  );
}
