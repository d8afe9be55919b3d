/** One market over time: prices, volume, open interest. */
import { type ReactNode, useMemo, useState } from "react";

import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import { type Root, useAt, useMarketsQuery, useNames } from "../../data/session.js";
import { Answered, Missing } from "../../ui/State.js";
import { wordsOf } from "../../ui/words.js";
import { Drawn, MOST_POINTS } from "./Drawn.js";
import { type MarketSeries, marketLines } from "./series.js";

const SERIES: Readonly<Record<MarketSeries, string>> = {
  prices: "Prices",
  volume: "Volume",
  interest: "Open interest",
};

export function MarketHistory(): ReactNode {
  const markets = useMarketsQuery();
  const roots = markets.data?.roots;
  const names = useNames();
  const [chosen, setChosen] = useState(`${BASKET_ROOT_ID}.1`);
  const [what, setWhat] = useState<MarketSeries>("prices");
  const [rootId = 1, branchId = 1] = chosen.split(".").map(Number);
  const root = roots?.find(({ marketRootId }) => marketRootId === rootId);
  const rows = useAt(["history", "markets", chosen, MOST_POINTS], (source) =>
    source.history("markets", { limit: MOST_POINTS, order: "desc", marketRootId: rootId, marketBranchId: branchId }),
  );
  const data = useMemo(() => {
    const { perUnit, unit } = unitOf(root);
    return marketLines([...(rows.data?.items ?? [])].reverse(), what, perUnit, unit);
  }, [rows.data, what, root]);
  if (roots === undefined) return <Missing of={[markets]} what="the markets" />;
  return (
    <section className="panel">
      <h2>One market</h2>
      <label>
        Market
        <select
          value={chosen}
          onChange={(event) => {
            setChosen(event.target.value);
          }}
        >
          {roots.flatMap((one) =>
            one.branches.map(({ marketBranchId }) => {
              const key = `${one.marketRootId}.${marketBranchId}`;
              return (
                <option key={key} value={key}>
                  {key} {wordsOf(one, marketBranchId, names).title.slice(0, 60)}
                </option>
              );
            }),
          )}
        </select>
      </label>
      <label>
        What
        <select
          value={what}
          onChange={(event) => {
            setWhat(event.target.value as MarketSeries);
          }}
        >
          {Object.entries(SERIES).map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <Answered query={rows} what="the history of the market">
        {() => <Drawn title={`${SERIES[what]} of ${chosen}`} data={data} />}
      </Answered>
    </section>
  );
}

function unitOf(root: Root | undefined): { readonly perUnit: number; readonly unit: string } {
  if (root === undefined) return { perUnit: 1, unit: "ticks" };
  if (root.kind !== "interval") return { perUnit: Number(root.outcomes.upper) / 100, unit: "%" };
  const head = root.head ?? undefined;
  return head === undefined ? { perUnit: 1, unit: "ticks" } : { perUnit: Number(head.ticksPerUnit), unit: head.unit };
}
