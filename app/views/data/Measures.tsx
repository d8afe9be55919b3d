/** What order flow and prices told: the figures of `session measure`, by the relay, or of the node's logs in this browser. */
import { wrap } from "comlink";
import { type ReactNode, useEffect, useRef, useState } from "react";

import { informationPicture, reliabilityPicture, weightErrorsPicture } from "../../../src/pictures/measures.js";
import type { RelayMeasures } from "../../../src/wire/measures.js";
import { shortAddress, useHead, useSession } from "../../data/session.js";
import { startWorker } from "../../data/workers.js";
import { Picture } from "../../ui/Picture.js";
import { Refusal } from "../../ui/State.js";
import type { TablesApi } from "../../data/tables/api.js";

type Measured = Omit<RelayMeasures, "block">;
type Measuring =
  | { readonly status: "none" | "measuring" }
  | { readonly status: "measured"; readonly measures: Measured; readonly of: string }
  | { readonly status: "failed"; readonly error: unknown };

export function Measures(): ReactNode {
  const { measuring, start } = useMeasuring();
  return (
    <section className="panel" aria-label="Measures">
      <h2>Measures</h2>
      <p className="hint">
        What came true, and how much of it prices knew, when, and who paid for it: I is 0 where prices know no more than
        at first, and 1 where they know what comes. Estimates are of one session: errors say how sure they are. With
        prices from elsewhere, and of several sessions: <code>session measure --prices FILE --logs …</code>
      </p>
      <button type="button" disabled={start === undefined || measuring.status === "measuring"} onClick={start}>
        Measure
      </button>
      {start === undefined && <p>This needs a relay or a node: name one in Settings.</p>}
      {measuring.status === "measuring" && <p role="status">Reading every record …</p>}
      {measuring.status === "failed" && <Refusal error={measuring.error} />}
      {measuring.status === "measured" && <Told {...measuring} />}
    </section>
  );
}

function useMeasuring(): { readonly measuring: Measuring; readonly start: (() => void) | undefined } {
  const { source, address, sources } = useSession();
  const head = useHead();
  const [measuring, set] = useState<Measuring>({ status: "none" });
  const worker = useRef<Worker>(undefined);
  useEffect(() => () => worker.current?.terminate(), []);
  const { rpcUrl, fromBlock } = sources;
  const ofRelay = source.measures;
  const inWorker = async (node: string, until: bigint): Promise<Measured> => {
    const mine = (worker.current = startWorker("tables"));
    try {
      return await wrap<TablesApi>(mine).measure({ kind: "node", rpcUrl: node, session: address, fromBlock }, until);
    } finally {
      mine.terminate();
    }
  };
  const measure = async (): Promise<void> => {
    set({ status: "measuring" });
    try {
      if (ofRelay !== undefined) {
        const measures = await ofRelay();
        set({ status: "measured", measures, of: `up to the final block ${measures.block.number}, by the relay` });
      } else if (rpcUrl !== undefined) {
        const measures = await inWorker(rpcUrl, BigInt(head?.time ?? 0));
        set({ status: "measured", measures, of: "of the logs of the node, in this browser" });
      }
    } catch (error) {
      set({ status: "failed", error });
    }
  };
  const canMeasure = head !== undefined && (ofRelay !== undefined || rpcUrl !== undefined);
  return { measuring, start: canMeasure ? () => void measure() : undefined };
}

function Told({ measures, of }: { readonly measures: Measured; readonly of: string }): ReactNode {
  const { address } = useSession();
  const { fills, checkpoints, known, open, finalWeights, information, weightErrorTicks } = measures;
  const name = shortAddress(address);
  return (
    <>
      <p role="status">
        {fills} fills in {String(checkpoints)} checkpoints, {of}. Known what they paid: {known.join(", ") || "none yet"}
        ; still open: {open.join(", ") || "none"}.
        {finalWeights !== null &&
          ` Final weights, from ${finalWeights.from}: ${finalWeights.weights.map(percent).join(", ")}.`}
      </p>
      {information.length === 0 ? (
        <p>Of I and of the weights more is told once markets have paid.</p>
      ) : (
        <Picture drawing={informationPicture([{ name, points: information }])} />
      )}
      {weightErrorTicks.some(({ ticks }) => ticks !== null) && (
        <Picture drawing={weightErrorsPicture([{ name, points: weightErrorTicks }])} />
      )}
      <Impact impact={measures.impact} />
      <Forecasts forecasts={measures.forecasts} />
      <Makers makers={measures.makers} />
    </>
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
const figure = (value: number | null): string => (value === null ? "–" : value.toPrecision(5));

interface RowsProps {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Nothing of nothing. */
function Rows({ title, columns, rows }: RowsProps): ReactNode {
  if (rows.length === 0) return null;
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, k) => (
                <td key={columns[k]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Impact({ impact }: Pick<Measured, "impact">): ReactNode {
  const rows = impact.flatMap(({ market, line }) =>
    line === null
      ? []
      : [
          [
            market,
            String(line.count),
            figure(line.slope),
            figure(line.error),
            String(line.lags),
            figure(line.rSquared),
          ],
        ],
  );
  const columns = ["market", "calls", "λ̂, ticks a lot", "error (Newey–West)", "lags", "R²"];
  return <Rows title="How far what takers bought moved the price" columns={columns} rows={rows} />;
}

function Forecasts({ forecasts }: Pick<Measured, "forecasts">): ReactNode {
  if (forecasts === null) return null;
  const { count, brier, decomposition: parts, logScore, bins } = forecasts;
  const values = [
    ["Brier score", brier],
    ["reliability", parts.reliability],
    ["− resolution", parts.resolution],
    ["+ uncertainty", parts.uncertainty],
    ["+ variance within bins", parts.withinVariance],
    ["− covariance within bins", parts.withinCovariance],
  ] as const;
  return (
    <>
      <Rows
        title={`Prices of events as forecasts: ${count}`}
        columns={["score", "value"]}
        rows={[...values.map(([name, { value }]) => [name, figure(value)]), ["log score, nats", figure(logScore)]]}
      />
      <Picture drawing={reliabilityPicture(bins)} />
    </>
  );
}

function Makers({ makers }: Pick<Measured, "makers">): ReactNode {
  const rows = makers.flatMap(
    ({ trader, marketRootId, nats }) =>
    nats === null
      ? []
      : [[shortAddress(trader), String(marketRootId), figure(nats.learned), figure(nats.news), figure(nats.bought), figure(nats.paid)]], // prettier-ignore
  );
  const columns = ["maker", "root", "learned, nats", "of it news", "bought", "paid for"];
  return <Rows title="What automated makers bought" columns={columns} rows={rows} />;
}
