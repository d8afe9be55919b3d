/** Histories as lines over time. Numbers become floats here, for a picture; the table and the files have them exactly. */
import { columnTable } from "../../../src/input/text-table.js";
import { momentOf } from "../../../src/protocol/amounts/times.js";
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

export interface Spot {
  readonly times: readonly number[];
  /** By asset: price at each time. */
  readonly prices: readonly (readonly number[])[];
}

/**
 * A table with the column `time` (Unix seconds, or a date with its zone) and a price of each asset under its symbol.
 * @returns what is wrong, if something is
 */
export function readSpot(text: string, symbols: readonly string[]): Spot | string {
  const { columns, rows, problems } = columnTable(text);
  const [broken] = problems;
  if (broken !== undefined) return `Line ${broken.line}: ${broken.problem}.`;
  const at = columns.findIndex((column) => column.toLowerCase() === "time");
  const places = symbols.map((symbol) => columns.indexOf(symbol));
  if (at < 0 || places.some((place) => place < 0)) return `The first line has to name time, ${symbols.join(", ")}.`;
  const read: { readonly time: number; readonly prices: number[] }[] = [];
  for (const { line, cells } of rows) {
    const time = momentOf(cells[at] ?? "");
    const prices = places.map((place) => priceOf(cells[place] ?? ""));
    if (time === undefined) return `Line ${line}: no moment.`;
    if (prices.some((price) => price === undefined)) return `Line ${line}: a price above zero is missing.`;
    read.push({ time, prices: prices as number[] }); // just looked at
  }
  if (read.length === 0) return "It has no rows.";
  read.sort((a, b) => a.time - b.time);
  return {
    times: read.map(({ time }) => time),
    prices: symbols.map((_, k) => read.map(({ prices }) => prices[k] ?? 0)),
  };
}

function priceOf(text: string): number | undefined {
  const price = /^\d{1,15}(\.\d{1,18})?$/.test(text) ? Number(text) : 0;
  return price > 0 ? price : undefined;
}

/** What each asset is of the basket's worth by spot, percent, at the times of the series: the newest price that was known then. */
export function spotLines(
  times: readonly number[],
  spot: Spot,
  quantities: readonly number[],
  symbols: readonly string[],
): Line[] {
  const known = times.map((time) => spot.times.findLastIndex((one) => one <= time));
  return symbols.map((symbol, k) => ({
    label: `${symbol} by spot`,
    dashed: true,
    values: known.map((index) => {
      if (index < 0) return null;
      const worths = quantities.map((quantity, asset) => quantity * (spot.prices[asset]?.[index] ?? 0));
      return (100 * (worths[k] ?? 0)) / worths.reduce((sum, worth) => sum + worth, 0);
    }),
  }));
}
