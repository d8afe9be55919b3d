/** What the books imply that each asset weighs, beside what it weighs by prices of a file. */
import { type ReactNode, useMemo, useState } from "react";

import { knownIn, type KnownRead } from "../../data/prices.js";
import { useAt, useFacts, useNames } from "../../data/session.js";
import { assetText } from "../../ui/numbers.js";
import { PriceFile, Problems } from "../../ui/PriceFile.js";
import { Answered } from "../../ui/State.js";
import { Drawn, MOST_POINTS } from "./Drawn.js";
import { spotLines, weightLines } from "./series.js";

const NO_SPOT: KnownRead = { rows: [], problems: [] };

export function Weights(): ReactNode {
  const names = useNames();
  const facts = useFacts();
  const [text, setText] = useState<string>();
  const rows = useAt(["history", "weights", MOST_POINTS], (source) =>
    source.history("weights", { limit: MOST_POINTS, order: "desc" }),
  );
  const symbols = useMemo(() => names?.assets.map(({ symbol }) => symbol) ?? [], [names]);
  const spot = useMemo(() => (text === undefined ? NO_SPOT : knownIn(text, symbols)), [text, symbols]);
  const quantities = useMemo(
    () => (facts?.assets ?? []).map(({ quantity }, k) => Number(assetText(quantity, names?.assets[k]?.decimals ?? 0))),
    [facts, names],
  );
  const data = useMemo(() => {
    const implied = weightLines([...(rows.data?.items ?? [])].reverse(), symbols);
    if (spot.rows.length === 0) return implied;
    return { ...implied, lines: [...implied.lines, ...spotLines(implied.times, spot.rows, quantities, symbols)] };
  }, [rows.data, spot, symbols, quantities]);
  return (
    <section className="panel">
      <h2>Weights that the books imply</h2>
      <Answered query={rows} what="the history of weights">
        {() => <Drawn title="Implied weights" data={data} />}
      </Answered>
      <PriceFile label="Beside it by spot: prices, a CSV with a column date and one for each asset" put={setText} />
      <Problems problems={spot.problems} />
    </section>
  );
}
