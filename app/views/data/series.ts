/** Histories as lines over time. Numbers become floats here, for a picture; the table and the files have them exactly. */
import type { KnownPrices } from "../../../src/risk/price-history.js";
import type { Line, SeriesData } from "../../ui/series-data.js";

interface WeightsRow {
  readonly timestamp: bigint;
  readonly weights: readonly { readonly numerator: bigint; readonly denominator: bigint }[];
}

/** Implied weights in percent. @param rows oldest first */
export function weightLines(rows: readonly WeightsRow[], symbols: readonly string[]): SeriesData {
  const last = lastOfEach(rows);
  const count = last[0]?.weights.length ?? 0;
  return {
    times: last.map(({ timestamp }) => Number(timestamp)),
    unit: "%",
    lines: Array.from({ length: count }, (_, k) => ({
      label: symbols[k] ?? `Asset ${k + 1}`,
      values: last.map(({ weights }) => percent(weights[k])),
    })),
  };
}

function percent(fraction: WeightsRow["weights"][number] | undefined): number | null {
  if (fraction === undefined || fraction.denominator === 0n) return null;
  return Number((fraction.numerator * 1_000_000n) / fraction.denominator) / 10_000;
}

interface MarketRow {
  readonly timestamp: bigint;
  readonly lastPrice: bigint | null;
  readonly bestBid: bigint | null;
  readonly bestAsk: bigint | null;
  readonly volume: bigint;
  readonly longLots: bigint;
}

export type MarketSeries = "prices" | "volume" | "interest";

/** @param perUnit ticks that make one of `unit` */
export function marketLines(rows: readonly MarketRow[], what: MarketSeries, perUnit: number, unit: string): SeriesData {
  const last = lastOfEach(rows);
  const times = last.map(({ timestamp }) => Number(timestamp));
  const of = (label: string, value: (row: MarketRow) => bigint | null, by = 1): Line => ({
    label,
    values: last.map((row) => {
      const at = value(row);
      return at === null ? null : Number(at) / by;
    }),
  });
  switch (what) {
    case "prices":
      return {
        ...{ times, unit },
        lines: [
          of("Last price", ({ lastPrice }) => lastPrice, perUnit),
          of("Best bid", ({ bestBid }) => bestBid, perUnit),
          of("Best offer", ({ bestAsk }) => bestAsk, perUnit),
        ],
      };
    case "volume":
      return { times, unit: "lots", lines: [of("Traded so far", ({ volume }) => volume)] };
    case "interest":
      return { times, unit: "lots", lines: [of("Open interest", ({ longLots }) => longLots)] };
  }
}

/** Several rows of one second stand at the last of them: a picture has one place for it. */
function lastOfEach<Row extends { readonly timestamp: bigint }>(rows: readonly Row[]): Row[] {
  return rows.filter(({ timestamp }, k) => rows[k + 1]?.timestamp !== timestamp);
}

// ------------------------------------------------------------------ spot

/** What each asset is of the basket's worth by spot, percent, at the times of the series: the newest price that was known then. */
export function spotLines(
  times: readonly number[],
  spot: readonly KnownPrices[],
  quantities: readonly number[],
  symbols: readonly string[],
): Line[] {
  const known = times.map((time) => spot.findLast(({ timestamp }) => timestamp <= time));
  return symbols.map((symbol, k) => ({
    label: `${symbol} by spot`,
    dashed: true,
    values: known.map((row) => {
      if (row === undefined) return null;
      const worths = quantities.map((quantity, asset) => quantity * Number(row.prices[asset] ?? 0n));
      return (100 * (worths[k] ?? 0)) / worths.reduce((sum, worth) => sum + worth, 0);
    }),
  }));
}
