import type { Depth } from "../../src/protocol/value/quote.js";
import { formatFixed, ONE } from "../command/decimals.js";
import {
  countEvents,
  type ProofLine,
  renderAllocations,
  renderDeliveries,
  renderProof,
  roleOf,
  sessionProofLines,
} from "../command/report.js";
import type { Settlement } from "../session/settlement.js";
import type { CastStage } from "../session/cast.js";
import { renderSparkline, renderTable } from "../command/text.js";
import type { Need, StepCollateral } from "./collateral.js";
import type { MarketProof } from "./proof.js";
import type { MarketRun } from "./session.js";
import type { MarketStep } from "./trading.js";

/** Session tokens, two digits. */
export function tokens(wei: bigint, sign = false): string {
  return formatFixed(wei, ONE, 2, sign);
}

/**
 * One step, with everybody's collateral.
 * @param soFar what is known by then
 * @param parts what the study has to say of it
 */
export function renderMarketStep(step: MarketStep, soFar: string, parts: readonly string[]): string {
  const head = `${step.label}: ${soFar}${countEvents(step.batches, step.expired)}`;
  return [head, ...parts, renderCollateral(step.collateral), ""].join("\n");
}

/**
 * What came of it all.
 * @param parts what the study has to say between the steps and the profits
 * @param units what the assets are counted in, for the titles
 */
export function renderMarketResult(
  { stage, steps, settlement, proof }: MarketRun<MarketStep>,
  picture: string,
  parts: readonly string[],
  units: string,
): string {
  return [
    picture,
    renderCollateralPicture(steps),
    renderSteps(steps),
    ...parts,
    renderProfits(settlement),
    renderAllocations(settlement, stage, units),
    renderDeliveries(settlement, stage, units),
    renderMarketProof(proof, stage),
  ].join("\n\n");
}

/** Twice the middle of bid and offer, or twice the one that there is. */
export function middleOf(depth: Depth | undefined): bigint | undefined {
  const [bid, ask] = [depth?.bids[0]?.priceTicks, depth?.asks[0]?.priceTicks];
  const [low, high] = [bid ?? ask, ask ?? bid];
  return low === undefined || high === undefined ? undefined : low + high;
}

/** Everybody's need at one step, joint and separate, and what that spares. */
function renderCollateral({ traders, ...totals }: StepCollateral): string {
  const row = (name: string, need: Need & { readonly withOrders: Need }) => [
    name,
    tokens(need.joint),
    tokens(need.separate),
    tokens(need.withOrders.joint),
    tokens(need.withOrders.separate),
    spared(need.withOrders),
  ];
  const header = ["collateral", "joint", "separate", "joint + orders", "separate + orders", "spared"];
  return renderTable(header, [...traders.map((need) => row(need.trader, need)), row("all", totals)]);
}

function spared({ joint, separate }: Need): string {
  return separate === 0n ? "-" : `${formatFixed((separate - joint) * 100n, separate, 0)} %`;
}

/** Joint against separate need, step by step, drawn to one scale. */
function renderCollateralPicture(steps: readonly MarketStep[]): string {
  const series = [
    ["fills, joint", steps.map(({ collateral }) => collateral.joint)],
    ["fills, separate", steps.map(({ collateral }) => collateral.separate)],
    ["with orders, joint", steps.map(({ collateral }) => collateral.withOrders.joint)],
    ["with orders, separate", steps.map(({ collateral }) => collateral.withOrders.separate)],
  ] as const;
  const most = maximum(series.flatMap(([, values]) => values));
  const lines = series.map(
    ([name, values]) => `${name.padEnd(21)}  ${renderSparkline(values, 0n, most)}  up to ${tokens(maximum(values))}`,
  );
  return ["Collateral that is needed, step by step, in session tokens", ...lines].join("\n");
}

/** What the news freed, and what everybody together needed, step by step. */
function renderSteps(steps: readonly MarketStep[]): string {
  const rows = steps.map(({ label, freed, collateral }) => [
    label,
    tokens(freed),
    tokens(collateral.joint),
    tokens(collateral.separate),
    tokens(collateral.withOrders.joint),
    tokens(collateral.withOrders.separate),
    spared(collateral.withOrders),
  ]);
  const header = ["step", "freed by news", "joint", "separate", "joint + orders", "separate + orders", "spared"];
  return [
    renderTable(header, rows),
    "joint: one check over all of a trader's fills in the same outcome; separate: each market at its own worst outcome.",
    "+ orders: with the open orders, jointly the dearest one beside the fills, separately all of them.",
    "freed: what the news of the step lets go, at the last step by turning positions into cash.",
  ].join("\n");
}

function renderProfits({ outcomes }: Settlement): string {
  const rows = outcomes.map(({ holder, claims, profit }) => [
    holder.name,
    roleOf(holder),
    tokens(holder.received),
    tokens(claims[0] ?? 0n),
    tokens(profit.numerator, true),
  ]);
  return `P&L against the tokens brought, in session tokens\n${renderTable(["holder", "behaviour", "brought", "left with", "P&L"], rows)}`;
}

function renderMarketProof(proof: MarketProof, stage: CastStage): string {
  const { marketsMatchLogs, lotsSumToZero, payoffsMatch, collateralMatches } = proof;
  const { recomputed, records } = marketsMatchLogs.figures;
  const traded = lotsSumToZero.figures.filter(({ bought }) => bought > 0n);
  const lots = traded.reduce((sum, { bought }) => sum + bought, 0n);
  const turned = payoffsMatch.figures.reduce((sum, { settled }) => sum + (settled > 0n ? settled : 0n), 0n);
  const { checks, differing, jointAboveSeparate } = collateralMatches.figures;
  const lines: ProofLine[] = [
    ...sessionProofLines(proof),
    ["markets from logs = on chain", marketsMatchLogs.ok, `${recomputed}, from ${records} market records`],
    [
      "sum of lots = 0",
      lotsSumToZero.ok,
      `in each of ${lotsSumToZero.figures.length} markets; ${lots.toString()} lots held in ${traded.length}`,
    ],
    [
      "cash settled = payoff",
      payoffsMatch.ok,
      `${tokens(turned)} tokens to those who were owed, by plain sums over the fills`,
    ],
    [
      "collateral = recomputed",
      collateralMatches.ok,
      `${checks} times; ${differing.length} differ, joint above separate ${jointAboveSeparate.length} times`,
    ],
  ];
  return renderProof(lines, stage);
}

function maximum(values: readonly bigint[]): bigint {
  return values.reduce((most, value) => (value > most ? value : most), 0n);
}
