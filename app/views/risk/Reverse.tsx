/** Reverse stress, and what else follows from how assets may move. */
import { type ReactNode, useMemo } from "react";

import type { Stakes } from "../../../src/risk/exposed.js";
import type { Names } from "../../data/names.js";
import { Refusal } from "../../ui/State.js";
import { Breakdown } from "./Breakdown.js";
import { MovingForm } from "./MovingForm.js";
import type { MovingInput } from "./moving.js";
import { reversedIn } from "./stakes.js";
import { WorstMoves } from "./WorstMoves.js";

interface ReverseProps {
  readonly stakes: Stakes;
  readonly moving: MovingInput;
  readonly assets: Names["assets"];
  readonly change: (part: Partial<MovingInput>) => void;
}

export function Reverse({ stakes, moving, assets, change }: ReverseProps): ReactNode {
  const result = useMemo(() => {
    try {
      return { reversed: reversedIn(stakes, moving) };
    } catch (error) {
      return { error };
    }
  }, [JSON.stringify([moving, [...moving.correlations]]), stakes]);
  const { reversed, error } = result;
  return (
    <>
      <section className="panel" aria-label="Worst moves">
        <h2>The worst moves of each holder</h2>
        <MovingForm moving={moving} assets={assets} change={change} />
        {error !== undefined && <Refusal error={error} />}
        {reversed === undefined && error === undefined && (
          <p role="status">
            Give each asset a volatility: the standard deviation of its return over the time you think of; or say by how
            much each moves at most.
          </p>
        )}
        {reversed !== undefined && <WorstMoves {...{ reversed, assets }} unexposed={stakes.unexposed} />}
      </section>
      {reversed !== undefined && <Breakdown reversed={reversed} assets={assets} />}
    </>
  );
}
