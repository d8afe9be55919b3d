/** Historical stress: a file of prices, and of each holder the window of it that would have cost most. */
import { type ReactNode, useMemo, useState } from "react";

import type { Stakes } from "../../../src/risk/exposed.js";
import { windowsPicture, worstWindows } from "../../../src/risk/worst-windows.js";
import type { Names } from "../../data/names.js";
import { PriceFile, Problems } from "../../ui/PriceFile.js";
import { Scrolled } from "../../ui/Scrolled.js";
import { Refusal } from "../../ui/State.js";
import { historyIn } from "./stakes.js";
import { NumberField } from "../../ui/Field.js";
import { DIGITS, HolderName, MoneyCell, percentOf } from "./cells.js";
import { SavedPicture } from "./SavedPicture.js";

interface WindowsProps {
  readonly stakes: Stakes;
  readonly assets: Names["assets"];
}

export function Windows({ stakes, assets }: WindowsProps): ReactNode {
  const [text, setText] = useState<string>();
  const [periods, setPeriods] = useState("1");
  const [worst, setWorst] = useState("3");
  const result = useMemo(() => {
    if (text === undefined) return {};
    try {
      const count = /^\d{1,5}$/.test(periods) ? Number(periods) : NaN;
      const { windows, problems } = historyIn(text, assets.map(({ symbol }) => symbol), count); // prettier-ignore
      return {
        problems,
        count: windows.length,
        found: worstWindows(stakes.exposed, windows, /^\d{1,3}$/.test(worst) ? Number(worst) : NaN),
      };
    } catch (error) {
      return { error };
    }
  }, [text, periods, worst, stakes]);
  return (
    <section className="panel" aria-label="Windows of a history">
      <h2>What has happened before</h2>
      <PriceFile label="Prices, a CSV with a column date and one for each asset" put={setText} />
      <NumberField label="Lines that a move takes" value={periods} set={setPeriods} />
      <NumberField label="Worst of each holder" value={worst} set={setWorst} />
      {result.error !== undefined && <Refusal error={result.error} />}
      <Problems problems={result.problems ?? []} />
      {result.found !== undefined && result.found.shown.length > 0 && (
        <>
          <Scrolled
            name="Table of worst windows"
            title={`The worst of ${result.count} windows for each holder, the worst first, in the prices’ unit`}
            columns={["Holder", "From", "To", "Gain", ...assets.map(({ symbol }) => symbol)]}
            texts={2}
          >
            {result.found.holders.flatMap(({ name, worst: own }) =>
              own.map(({ window: { from, to, returns }, gain }) => (
                <tr key={`${name} ${from}`}>
                  <HolderName name={name} />
                  <td>{from}</td>
                  <td>{to}</td>
                  <MoneyCell value={gain} />
                  {returns.map((part, k) => (
                    <td key={k} className="number">
                      {percentOf(part)}
                    </td>
                  ))}
                </tr>
              )),
            )}
          </Scrolled>
          <SavedPicture file="windows.svg" drawing={windowsPicture(stakes.exposed, result.found.shown, DIGITS)} />
        </>
      )}
      <p className="hint">
        Nothing is fitted, and the file stays on this machine. Days on which a price is missing are left out.
      </p>
    </section>
  );
}
