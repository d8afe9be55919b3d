/** In how few hands each asset is, and how alike what holders have at stake is. */
import type { ReactNode } from "react";

import { fraction } from "../../../src/protocol/amounts/fraction.js";
import { LIKENESS_SCALE } from "../../../src/protocol/value/concentration.js";
import { crowdingPicture } from "../../../src/risk/crowding-picture.js";
import type { Stakes } from "../../../src/risk/exposed.js";
import { fractionText, localText } from "../../ui/numbers.js";
import { Scrolled } from "../../ui/Scrolled.js";
import { type CrowdingRead, crowdingIn } from "./stakes.js";
import { MoneyCell, NameOf } from "./cells.js";
import { BESIDES, type RiskGround, type RiskInput } from "./model.js";
import { SavedPicture } from "./SavedPicture.js";

interface CrowdingProps {
  readonly input: RiskInput;
  readonly ground: RiskGround;
  readonly stakes: Stakes;
}

const DIGITS = 4;
const COLUMNS = [
  ...["Asset", "Holders", "As many equal ones", "Sum of squared shares", "Largest three"],
  ...["Largest", "which is"],
];

export function Crowding({ input, ground, stakes }: CrowdingProps): ReactNode {
  const { assets, overlap } = crowdingIn(input, ground, stakes);
  const names = [...ground.holdings.traders, ...BESIDES];
  return (
    <section className="panel" aria-label="Crowding">
      <h2>In how few hands</h2>
      <Scrolled name="Table of concentration" columns={COLUMNS}>
        {assets.map(({ holders, effective, herfindahl, topThree, largest, largestAt }, k) => (
          <tr key={k}>
            <th scope="row">{ground.assets[k]?.symbol}</th>
            <td className="number">{holders}</td>
            <MoneyCell value={effective ?? fraction(0n)} />
            <MoneyCell value={herfindahl} digits={DIGITS} />
            <MoneyCell value={topThree} digits={DIGITS} />
            <MoneyCell value={largest} digits={DIGITS} />
            <td className="number">{largestAt === undefined ? "–" : <NameOf name={names[largestAt] ?? ""} />}</td>
          </tr>
        ))}
      </Scrolled>
      <SavedPicture
        file="holdings.svg"
        drawing={crowdingPicture(
          ground.assets.map(({ symbol }) => symbol),
          assets,
        )}
      />
      <p className="hint">{overlapText(overlap)} What is outside the book counts as one holder.</p>
    </section>
  );
}

function overlapText({ views, likeness }: CrowdingRead["overlap"]): string {
  if (likeness === undefined) return "Fewer than two holders have anything at stake.";
  const cosine = localText(fractionText(fraction(likeness, LIKENESS_SCALE), DIGITS), DIGITS);
  return `What ${views} holders have at stake is alike to ${cosine}: 1 if one move hurts all, below zero if it hurts some and helps others.`;
}
