/** What is kept of a stress test: the document that the command line would give, one page of Markdown, and what has changed since an earlier one. */
import { type ReactNode, useMemo, useState } from "react";

import { toReadableJson } from "../../../src/protocol/amounts/json.js";
import { comparisonWith } from "../../../src/risk/stress/comparison.js";
import { rankedHolders } from "../../../src/risk/stress/ranked.js";
import { reportOf } from "../../../src/risk/stress/report.js";
import { tableDocument } from "../../../src/risk/stress/table.js";
import { Refusal } from "../../ui/State.js";
import { saveText } from "../data/save.js";
import { Scrolled } from "../../ui/Scrolled.js";
import { HolderName, MoneyCell } from "./cells.js";
import { NumberField } from "../../ui/Field.js";
import { type RiskTable, riskCsv } from "./model.js";

interface Earlier {
  readonly name: string;
  readonly text: string;
}

/** Changes that are listed; the saved document has all. */
const MOST_CHANGES = 50;

export function Record({ risk }: { readonly risk: RiskTable }): ReactNode {
  const { run } = risk;
  const [earlier, setEarlier] = useState<Earlier>();
  const compared = useMemo(() => {
    if (earlier === undefined) return {};
    try {
      return { comparison: comparisonWith(earlier.name, JSON.parse(earlier.text) as unknown, run) };
    } catch (error) {
      return { error };
    }
  }, [earlier, run]);
  const { comparison } = compared;
  return (
    <section className="panel" aria-label="Record">
      <h2>For the record</h2>
      <div className="actions">
        <button
          type="button"
          onClick={() => {
            saveText("stress.csv", riskCsv(risk));
          }}
        >
          Save as CSV, exactly
        </button>
        <button
          type="button"
          onClick={() => {
            saveText("stress.json", `${toReadableJson(tableDocument(run))}\n`);
          }}
        >
          Save as JSON
        </button>
        <button
          type="button"
          onClick={() => {
            saveText("stress.md", reportOf(run, { comparison, after: undefined }));
          }}
        >
          Report, one page
        </button>
        <button
          type="button"
          onClick={() => {
            void import("../../../src/risk/stress/picture.js").then(({ pictureOf }) => {
              saveText("stress.svg", pictureOf(run, risk.grid));
            });
          }}
        >
          Save as picture
        </button>
      </div>
      <label>
        What has changed since an earlier JSON, of this page or of session stress --json
        <input
          type="file"
          accept=".json,application/json"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            void file?.text().then((text) => {
              setEarlier({ name: file.name, text });
            });
          }}
        />
      </label>
      {compared.error !== undefined && <Refusal error={compared.error} />}
      {comparison !== undefined && <Changes comparison={comparison} />}
      <Ranking risk={risk} />
    </section>
  );
}

function Changes({ comparison }: { readonly comparison: ReturnType<typeof comparisonWith> }): ReactNode {
  const { file, changes, compared, scenarios, holders } = comparison;
  return (
    <>
      <p role="status">
        Since {file}: {changes.length} of {compared} gains have changed; {scenarios.added.length} scenarios are new and{" "}
        {scenarios.gone.length} gone, {holders.added.length} holders are new and {holders.gone.length} gone.
      </p>
      {changes.length > 0 && (
        <Scrolled name="Table of changes" columns={["Holder", "Scenario", "Before", "Now"]} texts={1}>
          {changes.slice(0, MOST_CHANGES).map(({ scenario, holder, before, after }) => (
            <tr key={`${scenario} ${holder}`}>
              <HolderName name={holder} />
              <td>{scenario}</td>
              <MoneyCell value={before} />
              <MoneyCell value={after} />
            </tr>
          ))}
        </Scrolled>
      )}
    </>
  );
}

/** Only in the prices' unit: others move with the scenario. */
function Ranking({ risk: { run } }: { readonly risk: RiskTable }): ReactNode {
  const [count, setCount] = useState("3");
  const wanted = /^[1-9]\d{0,2}$/.test(count) ? Number(count) : 1;
  const ranked = useMemo(
    () => (run.numeraire === "price" ? rankedHolders(run.holders, run.scenarios, wanted) : undefined),
    [run, wanted],
  );
  if (ranked === undefined || run.scenarios.length < 2) return undefined;
  return (
    <>
      <NumberField label="Worst scenarios of each holder" value={count} set={setCount} />
      <Scrolled name="Table of worst scenarios" columns={["Holder", "Scenario", "Gain"]} texts={1}>
        {ranked.flatMap(({ name, worst }) =>
          worst.map(({ move, gain }) => (
            <tr key={`${name} ${move}`}>
              <HolderName name={name} />
              <td>{run.scenarios[move]?.name}</td>
              <MoneyCell value={gain} />
            </tr>
          )),
        )}
      </Scrolled>
    </>
  );
}
