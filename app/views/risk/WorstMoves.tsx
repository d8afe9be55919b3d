/** Reverse stress: how assets may move is typed, and for each holder the moves are found that it has most to fear. */
import type { ReactNode } from "react";

import { shortName } from "../../../src/risk/stress/holders.js";
import { namedMoves, scenarioFile } from "../../../src/risk/stress/scenario-out.js";
import type { FoundMoves } from "../../../src/risk/found-moves.js";
import { gainAt, type ToldMove } from "../../../src/risk/told-move.js";
import type { Names } from "../../data/names.js";
import { Scrolled } from "../../ui/Scrolled.js";
import { saveText } from "../data/save.js";
import { HolderName, MoneyCell, NumberCell, ShockCells } from "./cells.js";
import { rarity, type Reversed } from "./stakes.js";

interface WorstMovesProps {
  readonly reversed: Reversed;
  readonly assets: Names["assets"];
  /** Holders with nothing at stake. */
  readonly unexposed: readonly string[];
}

export function WorstMoves({ reversed: { asked, found }, assets, unexposed }: WorstMovesProps): ReactNode {
  if (found.length === 0) return <p>Nobody has anything at stake that moves.</p>;
  const isWild = found.some(({ worst, likeliest, box }) =>
    [worst, likeliest?.move, box].some((move) => move?.isPossible === false),
  );
  return (
    <>
      {asked.covariance !== undefined && (
        <Moves
          title={`The worst move of ${asked.sigmas} standard deviations`}
          name="Table of worst moves"
          more={["One standard deviation"]}
          moreOf={({ deviation }) => [deviation]}
          {...{ found, assets, moveOf: ({ worst }) => worst }}
        />
      )}
      {asked.covariance !== undefined && asked.loss !== undefined && (
        <Moves
          title={`The likeliest move that loses ${asked.loss}`}
          name="Table of likeliest moves"
          more={["Standard deviations", "Chance of as much"]}
          moreOf={({ likeliest }) => [likeliest?.sigmas, likeliest?.tail]}
          {...{ found, assets, moveOf: ({ likeliest }) => likeliest?.move }}
        />
      )}
      {asked.box !== undefined && (
        <Moves
          title="The worst move if no asset moves by more than is said"
          name="Table of moves in the box"
          {...{ found, assets, moveOf: ({ box }) => box }}
        />
      )}
      <p className="hint">
        In the prices’ unit, from today’s prices.{" "}
        {asked.covariance !== undefined &&
          `Normal returns are worse for a holder once in ${rarity(asked.sigmas)} times; markets are worse more often. `}
        {isWild && "A fall of more than 100 % cannot happen: take fewer standard deviations, or a smaller loss. "}
        The move is rounded, and the gain is that of the rounded move, exactly.
        {unexposed.length > 0 && ` Nothing at stake: ${unexposed.map(shortName).join(", ")}.`}
      </p>
      <button
        type="button"
        onClick={() => {
          saveText("moves.csv", scenarioFile(assets.map(({ symbol }) => symbol), found.flatMap(namedMoves))); // prettier-ignore
        }}
      >
        Save as scenarios
      </button>
    </>
  );
}

interface MovesProps {
  readonly title: string;
  readonly name: string;
  readonly found: readonly FoundMoves[];
  readonly assets: Names["assets"];
  readonly moveOf: (one: FoundMoves) => ToldMove | undefined;
  readonly more?: readonly string[];
  readonly moreOf?: (one: FoundMoves) => readonly (number | undefined)[];
}

function Moves({ title, name, found, assets, moveOf, more = [], moreOf }: MovesProps): ReactNode {
  return (
    <Scrolled name={name} title={title} columns={["Holder", "Gain", ...assets.map(({ symbol }) => symbol), ...more]}>
      {found.flatMap((one) => {
        const move = moveOf(one);
        if (move === undefined) return [];
        return [
          <tr key={one.name}>
            <HolderName name={one.name} />
            <MoneyCell value={gainAt(one.exposure, move)} />
            <ShockCells shocks={move.shocks} />
            {(moreOf?.(one) ?? []).map((value, k) => (
              <NumberCell key={more[k]} value={value} />
            ))}
          </tr>,
        ];
      })}
    </Scrolled>
  );
}
