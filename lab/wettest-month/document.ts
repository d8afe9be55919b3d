import { renderJson } from "../command/document.js";
import { describeRun } from "../weather/document.js";
import { MONTH_NAMES } from "./contract.js";
import type { YearRun } from "./simulation.js";

/** The run as one JSON document, without a clock in it. Prices are in hundredths of a percent, rain in 0.1 mm. */
export function renderDocument(run: YearRun): string {
  const { options, winner } = run;
  const session = { seed: options.seed, year: options.year, wettest: MONTH_NAMES[winner - 1] };
  return renderJson(
    describeRun(run, session, ({ totals, chances, open }) => ({
      months: MONTH_NAMES.map((month, k) => ({ month, rain: totals[k] ?? null, chance: chances[k], canWin: open[k] })),
    })),
  );
}
