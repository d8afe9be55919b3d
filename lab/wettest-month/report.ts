import { formatFixed } from "../command/decimals.js";
import { renderSparkline, renderTable } from "../command/text.js";
import { middleOf, renderMarketResult, renderMarketStep, tokens } from "../weather/report.js";
import { TICKS_PER_MM } from "../weather/weather-file.js";
import { MONTH_NAMES, SCALE } from "./contract.js";
import type { YearRun, YearStep } from "./simulation.js";

/** One step: the months, what they are worth, and everybody's collateral. */
export function renderStep(step: YearStep): string {
  const out = step.said.map(({ record }) => MONTH_NAMES[record.marketBranchId - 1] ?? "");
  const news =
    out.length === 0 ? [] : [`the owner: ${out.join(", ")} cannot win any more; that freed ${tokens(step.freed)}`];
  return renderMarketStep(step, "", [...news, renderMonths(step)]);
}

function renderMonths({ totals, chances, open, depths }: YearStep): string {
  const rows = MONTH_NAMES.map((name, k) => [
    name,
    totals[k] === undefined ? "" : formatFixed(totals[k], TICKS_PER_MM, 1),
    open[k] === true ? percent(chances[k]) : "out",
    percent(depths[k]?.bids[0]?.priceTicks),
    percent(depths[k]?.asks[0]?.priceTicks),
  ]);
  return renderTable(["month", "rain mm", "chance", "best bid", "best ask"], rows);
}

function percent(ticks: bigint | undefined): string {
  return ticks === undefined ? "-" : `${formatFixed(ticks * 100n, SCALE, 2)} %`;
}

/** What came of it all, after the year. */
export function renderResult(run: YearRun): string {
  return renderMarketResult(run, renderPicture(run), [], "units");
}

/** A line for each month: its price step by step, until it was out or had won, and its rain. */
function renderPicture({ steps, winner, options }: YearRun): string {
  const rain = steps.at(-1)?.totals ?? [];
  const most = rain.reduce<bigint>((top, total) => (total > top ? total : top), 0n);
  const lines = MONTH_NAMES.map((name, k) => {
    const prices = steps.map(({ open, depths, chances }) => {
      if (open[k] !== true) return undefined;
      const middle = middleOf(depths[k]);
      return middle === undefined ? chances[k] : middle / 2n;
    });
    const total = rain[k] ?? 0n;
    const bar = "█".repeat(most === 0n ? 0 : Number((total * 20n) / most));
    const mark = k + 1 === winner ? "  wettest" : "";
    const millimetres = formatFixed(total, TICKS_PER_MM, 1).padStart(6);
    return `${name.padEnd(9)}  ${renderSparkline(prices, 0n, SCALE)}  ${millimetres} mm  ${bar}${mark}`.trimEnd();
  });
  return [`Prices of the months of ${options.year}, step by step, and their rain`, ...lines].join("\n");
}
