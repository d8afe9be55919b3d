/** What a breakdown of correlations does to each holder's worst loss, and what one move could take from some and give to others. */
import type { ReactNode } from "react";

import { STEPS } from "../../../src/risk/correlation.js";
import type { Names } from "../../data/names.js";
import { Scrolled } from "../../ui/Scrolled.js";
import { HolderName, moneyText, moveText, NumberCell, percentOf } from "./cells.js";
import type { Reversed } from "./stakes.js";

interface BreakdownProps {
  readonly reversed: Reversed;
  readonly assets: Names["assets"];
}

const WORDS: Readonly<Record<string, string>> = { none: "none", opposite: "the opposite, of its largest pair" };

export function Breakdown({ reversed: { along, asked, whole }, assets }: BreakdownProps): ReactNode {
  if (whole === undefined || along.length === 0) return undefined;
  const { move, redistributed, part, atMost } = whole;
  const steps = STEPS.map((step) => (step === 0 ? "as they are" : step === 1 ? "all the way" : "half way"));
  return (
    <section className="panel" aria-label="Breakdown of correlations">
      <h2>If correlations break down</h2>
      <Scrolled
        name="Table of losses as correlations break down"
        title={`Loss of ${asked.sigmas} standard deviations, volatilities as they are`}
        columns={["Holder", "Correlations go to", ...steps]}
        texts={1}
      >
        {along.flatMap(({ name, breakdowns }) =>
          breakdowns.map(({ to, losses }) => (
            <tr key={`${name} ${to}`}>
              <HolderName name={name} />
              <td>{WORDS[to] ?? to}</td>
              {losses.map((loss, k) => (
                <NumberCell key={steps[k]} value={loss} digits={2} />
              ))}
            </tr>
          )),
        )}
      </Scrolled>
      <h3>The session as a whole</h3>
      <p>
        It cannot lose: what one loses others gain. One move of {asked.sigmas} standard deviations could make{" "}
        <strong>{moneyText(redistributed)}</strong> change hands
        {part !== undefined && `, ${percentOf(part)} of what the basket is worth`}: {moveText(move, assets)}. No such
        move makes more than {atMost.toFixed(2)} change hands.
      </p>
    </section>
  );
}
