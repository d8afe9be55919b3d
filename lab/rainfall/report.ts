import { clamp } from "../../src/protocol/market/bounds.js";
import { formatFixed } from "../command/decimals.js";
import { formatMonth } from "../command/months.js";
import { renderSparkline, renderTable } from "../command/text.js";
import { middleOf, renderMarketResult, renderMarketStep, tokens } from "../weather/report.js";
import {
  ABOVE_30_BRANCH,
  formatMm,
  millimetres,
  ROOT,
  ROOT_BRANCH,
  STRIP_BRANCHES,
  STRIPS,
  TICK_VALUE,
} from "./contract.js";
import { payoffOfDeal, type RainRun, type RainStep } from "./simulation.js";

/** One step: the rain, what the book makes of it, what was dealt in, and everybody's collateral. */
export function renderStep(step: RainStep): string {
  return renderMarketStep(step, `${formatMm(step.soFar)} mm so far; `, [
    renderGauge(step),
    ...step.said.map(
      ({ record }) => `the owner: at least ${formatMm(record.marketMin)} mm; that freed ${tokens(step.freed)}`,
    ),
    ...step.deals.map(
      (deal) =>
        `${deal.traderName} ${deal.side === "buy" ? "buys" : "sells"} ${deal.units.toString()} ${deal.name}, ` +
        `${deal.intents.length} ${deal.intents.length === 1 ? "leg" : "legs"}, for ${tokens(deal.premium * TICK_VALUE)}`,
    ),
  ]);
}

/**
 * Rain so far, a mark for each strip; and how likely the book holds it that each strip is filled: the middle of its quotes as
 * a part of its width, from empty to full.
 */
function renderGauge(step: RainStep): string {
  const marks = STRIPS.map(({ lower, upper }) => (step.soFar >= upper ? "█" : step.soFar > lower ? "▄" : "·")).join("");
  const chances = STRIPS.map(({ lower, upper }, index) => {
    if (step.bounds.lower >= upper) return upper - lower;
    const middle = middleOf(step.depths[(STRIP_BRANCHES[index] ?? 0) - 1]);
    return middle === undefined ? undefined : middle / 2n - lower;
  });
  const filled = renderSparkline(chances, 0n, millimetres(10));
  return [`rain   0 ${marks} ${formatMm(ROOT.upper)} mm`, `book   0 ${filled} ${renderPrices(step)}`].join("\n");
}

function renderPrices({ depths }: RainStep): string {
  const price = (branch: number, floor: bigint) => {
    const middle = middleOf(depths[branch - 1]);
    return middle === undefined ? "-" : formatFixed(middle - 2n * floor, 20n, 1);
  };
  return `forward ${price(ROOT_BRANCH, 0n)} mm; above 30 mm ${price(ABOVE_30_BRANCH, millimetres(30))} mm`;
}

/** What came of it all, after the month. */
export function renderResult(run: RainRun): string {
  return renderMarketResult(run, renderPicture(run), [renderDeals(run)], "dollars");
}

function renderPicture({ steps, total, options }: RainRun): string {
  const rain = steps.map(({ soFar }) => clamp(soFar, ROOT));
  const most = clamp(total, ROOT);
  const forwards = steps.map(({ depths, bounds }) => {
    const middle = middleOf(depths[ROOT_BRANCH - 1]);
    return middle === undefined ? (bounds.lower === bounds.upper ? bounds.lower : undefined) : middle / 2n;
  });
  const high = forwards.reduce<bigint>((top, value) => (value !== undefined && value > top ? value : top), most);
  return [
    `Rain of ${formatMonth(options.month)}, step by step: ${formatMm(total)} mm in the end`,
    `so far   ${renderSparkline(rain, 0n, high)}`,
    `forward  ${renderSparkline(forwards, 0n, high)}  up to ${formatMm(high)} mm`,
  ].join("\n");
}

function renderDeals({ steps, total }: RainRun): string {
  const rows = steps
    .flatMap(({ deals }) => deals)
    .map((deal) => {
      const payoff = payoffOfDeal(deal, total);
      const gain = deal.side === "buy" ? payoff - deal.premium : deal.premium - payoff;
      return [
        deal.step,
        deal.traderName,
        deal.side,
        deal.units.toString(),
        deal.name,
        deal.intents.length.toString(),
        tokens(deal.premium * TICK_VALUE),
        tokens(payoff * TICK_VALUE),
        tokens(gain * TICK_VALUE, true),
      ];
    });
  const header = ["step", "trader", "side", "lots", "composition", "legs", "quoted", "pays", "gain"];
  const note = "quoted: by the book at that moment; orders that others overtook were filled in part, or not at all.";
  return `Compositions, stacked of branches\n${renderTable(header, rows)}\n${note}`;
}
