/** The wish as fields: shape, side, strikes or outcomes, and how many. */
import type { ReactNode } from "react";

import type { MarketRoot } from "../../../src/protocol/market/market-table.js";
import { type Root, useNames } from "../../data/session.js";
import { Tokens } from "../../ui/Amount.js";
import { branchTitle } from "../markets/tree.js";
import { priceWords } from "../trade/prices.js";
import {
  fittingStrikes,
  INTERVAL_SHAPES,
  type IntervalShapeName,
  isIntervalShape,
  SIMPLEX_SHAPES,
  strikePoints,
  type Wish,
} from "./shapes.js";

interface FormProps {
  readonly root: Root;
  readonly ruled: MarketRoot;
  readonly wish: Wish;
  readonly change: (part: Partial<Wish>) => void;
  readonly lotsProblem: string | undefined;
  readonly problem: string | undefined;
}

export function Form(props: FormProps): ReactNode {
  const { root, ruled, wish, change, lotsProblem, problem } = props;
  const shapes: Readonly<Record<string, { readonly words: string; readonly pays: string }>> =
    ruled.kind === "interval" ? INTERVAL_SHAPES : SIMPLEX_SHAPES;
  return (
    <form
      className="panel"
      aria-label="Payoff"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <h2>Payoff</h2>
      <fieldset className="sides">
        <legend className="unseen">Side</legend>
        {(["buy", "sell"] as const).map((side) => (
          <label key={side} className="inline">
            <input
              type="radio"
              name="side"
              checked={wish.side === side}
              onChange={() => {
                change({ side });
              }}
            />
            {side === "buy" ? "Buy it" : "Sell it"}
          </label>
        ))}
      </fieldset>
      <label>
        Shape
        <select
          value={wish.shape}
          onChange={(event) => {
            change(withShape(wish, event.target.value as Wish["shape"], ruled)); // of its options
          }}
        >
          {Object.entries(shapes).map(([name, { words }]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <p className="hint">A lot pays {shapes[wish.shape]?.pays}.</p>
      {ruled.kind === "interval" ? <Strikes {...props} /> : <Picks {...props} />}
      <label>
        Size, lots
        <input
          inputMode="numeric"
          autoComplete="off"
          value={wish.lots}
          aria-invalid={lotsProblem !== undefined}
          aria-describedby="compose-hint"
          onChange={(event) => {
            change({ lots: event.target.value });
          }}
        />
      </label>
      {ruled.kind === "interval" && (
        <label>
          Built
          <select
            value={wish.build}
            onChange={(event) => {
              change({ build: event.target.value === "narrow" ? "narrow" : "few" });
            }}
          >
            <option value="few">of as few orders as can be</option>
            <option value="narrow">of the narrowest markets</option>
          </select>
        </label>
      )}
      <p id="compose-hint" className="hint">
        {lotsProblem ??
          (wish.lots === "" ? (
            "Give a number of lots."
          ) : (
            <>
              One lot moves <Tokens wei={ruled.tickValue} /> a tick of {priceWords(root, 1n)}.
            </>
          ))}
      </p>
      {problem !== undefined && (
        <p className="refusal" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

function withShape(wish: Wish, shape: Wish["shape"], ruled: MarketRoot): Partial<Wish> {
  if (ruled.kind !== "interval" || !isIntervalShape(shape))
    return { shape, picks: wish.picks.slice(0, shape === "rather" ? 2 : undefined) };
  return { shape, strikes: fittingStrikes(shape, wish.strikes, strikePoints(ruled)) };
}

/** `Strike`, or which of several. */
export function strikeLabels(shape: IntervalShapeName): readonly string[] {
  const names = {
    1: ["Strike"],
    2: ["Lower strike", "Upper strike"],
    3: ["Lower strike", "Middle strike", "Upper strike"],
  };
  return names[INTERVAL_SHAPES[shape].strikes];
}

function Strikes({ root, ruled, wish, change }: FormProps): ReactNode {
  if (ruled.kind !== "interval" || !isIntervalShape(wish.shape)) return null;
  const points = strikePoints(ruled);
  return (
    <>
      {strikeLabels(wish.shape).map((label, k) => {
        const [above, below] = [wish.strikes[k - 1], wish.strikes[k + 1]];
        const fit = points.filter(
          (point) => (above === undefined || point > above) && (below === undefined || point < below),
        );
        return (
          <label key={label}>
            {label}
            <select
              value={String(wish.strikes[k] ?? "")}
              onChange={(event) => {
                change({ strikes: wish.strikes.map((strike, at) => (at === k ? BigInt(event.target.value) : strike)) });
              }}
            >
              {fit.map((point) => (
                <option key={String(point)} value={String(point)}>
                  {priceWords(root, point)}
                </option>
              ))}
            </select>
          </label>
        );
      })}
    </>
  );
}

function Picks({ root, wish, change }: FormProps): ReactNode {
  const names = useNames();
  const open = root.branches.filter(({ bounds }) => bounds.lower !== bounds.upper);
  if (wish.shape === "rather") {
    return (
      <>
        {["First", "Second"].map((label, k) => (
          <label key={label}>
            {label}
            <select
              value={String(wish.picks[k] ?? "")}
              onChange={(event) => {
                const picked = Number(event.target.value);
                const other = open.find(({ marketBranchId }) => marketBranchId !== picked)?.marketBranchId ?? picked;
                change({ picks: k === 0 ? [picked, ...wish.picks.slice(1)] : [wish.picks[0] ?? other, picked] });
              }}
            >
              <option value="">choose</option>
              {open.map((branch) => (
                <option key={branch.marketBranchId} value={branch.marketBranchId}>
                  {branchTitle(root, branch, names)}
                </option>
              ))}
            </select>
          </label>
        ))}
      </>
    );
  }
  return (
    <fieldset className="picks">
      <legend>Which</legend>
      {open.map((branch) => (
        <label key={branch.marketBranchId} className="inline">
          <input
            type="checkbox"
            checked={wish.picks.includes(branch.marketBranchId)}
            onChange={(event) => {
              const others = wish.picks.filter((pick) => pick !== branch.marketBranchId);
              change({
                picks: event.target.checked ? [...others, branch.marketBranchId].sort((a, b) => a - b) : others,
              });
            }}
          />
          {branchTitle(root, branch, names)}
        </label>
      ))}
    </fieldset>
  );
}
