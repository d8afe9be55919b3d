/** What the list and the view of one market share. */
import type { ReactNode } from "react";

import { SIGNS } from "../../../src/pictures/marks.js";
import { Exact } from "../../ui/Amount.js";
import type { UnitText } from "../../ui/market-units.js";
import type { BranchLine, MarketState } from "./tree.js";

export function BoundsBar({ bar, text }: { readonly bar: BranchLine["bar"]; readonly text: string }): ReactNode {
  return (
    <svg viewBox="0 0 100 12" className="bounds-bar" role="img" aria-label={text}>
      <title>{text}</title>
      <rect x={0} y={2} width={100} height={8} className="mark-fill-trough" />
      <rect
        x={100 * bar.from}
        y={2}
        width={Math.max(2, 100 * (bar.to - bar.from))}
        height={8}
        className="mark-fill-own"
      />
    </svg>
  );
}

export function StateWord({ state }: { readonly state: MarketState }): ReactNode {
  return <span className={`state state-${state.replace(" ", "-")}`}>{state}</span>;
}

interface PriceProps {
  readonly side: "bid" | "ask";
  readonly price: UnitText | undefined;
  /** After the point, of all prices of the column. */
  readonly digits: number;
}

/** A cell of a table: the best price of one side, with the side's sign. */
export function Price({ side, price, digits }: PriceProps): ReactNode {
  if (price === undefined) return <td className="number">none</td>;
  return (
    <td className={`number ${side}`}>
      {SIGNS[side === "bid" ? "bid" : "offer"]}{" "}
      <Exact exact={price.exact} unit={price.unit} digits={6} least={digits} />
    </td>
  );
}
