/** A file of scenarios in the place of typed shocks: who has made it, what for, and by which hash anybody knows it. */
import type { ReactNode } from "react";

import { Refusal } from "../../ui/State.js";
import { readScenarioFile, type ScenarioFile } from "./scenario-file.js";

/** What a file that was chosen turned out to be; nothing before one is. */
export interface Chosen {
  readonly file?: ScenarioFile;
  readonly error?: unknown;
}

const MOST_BYTES = 2_000_000;

interface ScenariosProps {
  readonly chosen: Chosen;
  readonly choose: (chosen: Chosen) => void;
}

export function Scenarios({ chosen: { file, error }, choose }: ScenariosProps): ReactNode {
  const read = async (given: File | undefined): Promise<void> => {
    if (given === undefined) return;
    try {
      const bytes = new Uint8Array(await given.slice(0, MOST_BYTES).arrayBuffer());
      choose({ file: readScenarioFile(given.name, bytes) });
    } catch (thrown) {
      choose({ error: thrown });
    }
  };
  return (
    <section className="panel" aria-label="Scenarios">
      <h2>Scenarios of a file</h2>
      <label>
        CSV or JSON: a column scenario, one for each asset shocked, root:N for how another market ends
        <input
          type="file"
          accept=".csv,.json,text/csv,application/json"
          onChange={({ target }) => void read(target.files?.[0])}
        />
      </label>
      {error !== undefined && <Refusal error={error} />}
      {file !== undefined && (
        <>
          <dl>
            <dt>Objective</dt>
            <dd>{file.source.objective ?? "not stated"}</dd>
            <dt>Author</dt>
            <dd>{file.source.author ?? "not stated"}</dd>
            <dt>Date</dt>
            <dd>{file.source.date ?? "not stated"}</dd>
            <dt>SHA-256</dt>
            <dd>
              <code>{file.source.sha256}</code>
            </dd>
            <dt>As a description’s hash</dt>
            <dd>
              <code>{file.source.keccak256}</code>
            </dd>
          </dl>
          <button
            type="button"
            onClick={() => {
              choose({});
            }}
          >
            Back to typed shocks
          </button>
        </>
      )}
    </section>
  );
}
