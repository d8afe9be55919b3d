/** The measures of one session as they are told. */
import type { ReactNode } from "react";

import { informationPicture, reliabilityPicture, weightErrorsPicture } from "../../../src/pictures/measures.js";
import type { RelayMeasures } from "../../../src/wire/measures.js";
import { shortAddress, useSession } from "../../data/session.js";
import { Picture } from "../../ui/Picture.js";
import { figure, Rows } from "./Rows.js";

export type Measured = Omit<RelayMeasures, "block">;

export function Told({ measures, of }: { readonly measures: Measured; readonly of: string }): ReactNode {
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
      <Foresight foresight={measures.foresight} />
      <Volatility volatility={measures.volatility} />
      <Makers makers={measures.makers} />
    </>
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

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
  const rows = makers.map(({ trader, marketRootId, nats }) => [
    ...[shortAddress(trader), String(marketRootId)],
    ...[nats?.learned, nats?.news, nats?.bought, nats?.paid].map((one) => figure(one ?? null)), // not before it is known what came
  ]);
  const columns = ["maker", "root", "learned, nats", "of it news", "bought", "paid for"];
  return <Rows title="What automated makers bought" columns={columns} rows={rows} />;
}

function Foresight({ foresight }: Pick<Measured, "foresight">): ReactNode {
  const rows = foresight.flatMap(({ leg, horizon, line, skipped }) =>
    line === null
      ? []
      : [
          [
            ...[String(leg), String(horizon), String(line.count), String(skipped)],
            ...[figure(line.slope), figure(line.error), figure(line.rSquared)],
          ],
        ],
  );
  const columns = ["leg", "lines ahead", "moves", "left out", "ticks a lot", "error (Newey–West)", "R²"];
  return <Rows title="What flow said of prices elsewhere" columns={columns} rows={rows} />;
}

function Volatility({ volatility }: Pick<Measured, "volatility">): ReactNode {
  const rows = volatility.map(({ leg, count, implied, reference, ratio }) => [
    ...[String(leg), String(count)],
    ...[implied, reference, ratio].map(figure),
  ]);
  const columns = ["leg", "moves", "here", "elsewhere", "here / elsewhere"];
  return <Rows title="Volatility of each leg’s odds against the rest, a year’s" columns={columns} rows={rows} />;
}
