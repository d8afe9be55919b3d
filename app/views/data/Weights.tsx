/** What the books imply that each asset weighs, beside what it weighs by prices of a file. */
import { type ReactNode, useMemo, useState } from "react";

import { useAt, useFacts, useNames } from "../../data/session.js";
import { assetText } from "../../ui/numbers.js";
import { Answered, Refusal } from "../../ui/State.js";
import { Drawn, MOST_POINTS } from "./Drawn.js";
import { readSpot, type Spot, spotLines, weightLines } from "./series.js";

export function Weights(): ReactNode {
  const names = useNames();
  const facts = useFacts();
  const [spot, setSpot] = useState<Spot | string>();
  const rows = useAt(["history", "weights", MOST_POINTS], (source) =>
    source.history("weights", { limit: MOST_POINTS, order: "desc" }),
  );
  const symbols = useMemo(() => names?.assets.map(({ symbol }) => symbol) ?? [], [names]);
  const quantities = useMemo(
    () => (facts?.assets ?? []).map(({ quantity }, k) => Number(assetText(quantity, names?.assets[k]?.decimals ?? 0))),
    [facts, names],
  );
  const data = useMemo(() => {
    const implied = weightLines([...(rows.data?.items ?? [])].reverse(), symbols);
    if (spot === undefined || typeof spot === "string") return implied;
    return { ...implied, lines: [...implied.lines, ...spotLines(implied.times, spot, quantities, symbols)] };
  }, [rows.data, spot, symbols, quantities]);
  return (
    <section className="panel">
      <h2>Weights that the books imply</h2>
      <Answered query={rows} what="the history of weights">
        {() => <Drawn title="Implied weights" data={data} />}
      </Answered>
      <label>
        Beside it by spot: a table with time and a price of {symbols.join(", ")}
        <input
          type="file"
          accept=".csv,.txt"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            void file?.text().then((text) => {
              setSpot(readSpot(text, symbols));
            });
          }}
        />
      </label>
      {typeof spot === "string" && <Refusal error={spot} />}
    </section>
  );
}
