import { renderJson } from "../command/document.js";
import { formatMonth } from "../command/months.js";
import { describeRun } from "../weather/document.js";
import { payoffOfDeal, type RainRun } from "./simulation.js";

/** The run as one JSON document, without a clock in it. Prices and rain are in ticks of 0.1 mm. */
export function renderDocument(run: RainRun): string {
  const { options, total } = run;
  const session = { seed: options.seed, month: formatMonth(options.month), everyDays: options.everyDays, rain: total };
  return renderJson(
    describeRun(run, session, ({ soFar, bounds, deals }) => ({
      rain: soFar,
      bounds,
      compositions: deals.map((deal) => ({
        trader: deal.traderName,
        side: deal.side,
        name: deal.name,
        units: deal.units,
        premium: deal.premium,
        payoff: payoffOfDeal(deal, total),
        legs: deal.intents.map(({ marketBranchId, price, lots }) => ({ marketBranchId, limit: price, lots })),
      })),
    })),
  );
}
