import {
  describeAllocations,
  describeDeliveries,
  describeFills,
  describeGas,
  describeOffsets,
  describeOrder,
  describeStage,
  renderJson,
  ROUNDED_DIGITS,
} from "../command/document.js";
import { formatFixed, ONE } from "../command/decimals.js";
import { formatMonth } from "../command/months.js";
import { batchesOf, MONEY, type SessionRun } from "./simulation.js";
import type { MonthStep } from "./trading.js";

/** Others in every run through a relay, whose clock cuts the batches: checkpoints are made once a call. */
const DEPENDS_ON_TIME = [
  "orders[].previousLink",
  "gas",
  "proof.headMatchesLogs.figures.recomputed",
  "proof.headMatchesLogs.figures.onChain",
  "proof.headMatchesLogs.figures.checkpoints",
  "proof.logsVerified.figures.logs",
  "proof.gasPerOrder.figures.gas",
  "proof.gasPerOrder.figures.perOrder",
  "proof.gasPerOrder.figures.largestBatch",
];

/** The run as one JSON document, without a clock in it. Prices of legs are in ticks. */
export function renderDocument(run: SessionRun): string {
  const { options, stage, steps, settlement, proof, records } = run;
  const batches = batchesOf(run);
  return renderJson({
    session: {
      seed: options.seed,
      route: options.direct ? "direct" : "relay",
      from: formatMonth(options.from),
      to: formatMonth(options.to),
      ...describeStage(stage),
      dependsOnTime: options.direct ? [] : DEPENDS_ON_TIME,
    },
    steps: steps.map((step) => describeStep(step, options.symbols)),
    allocations: describeAllocations(settlement, MONEY),
    deliveries: describeDeliveries(settlement),
    orders: batches
      .flatMap((batch) => batch.orders)
      .map((order) => describeOrder(order, { month: order.step }, { leg: order.package.marketBranchId })),
    fills: describeFills(records),
    offsets: describeOffsets(records),
    gas: describeGas(stage, batches, settlement, proof.gasPerOrder.figures.perOrder),
    proof,
  });
}

function describeStep(step: MonthStep, symbols: readonly string[]) {
  return {
    month: formatMonth(step.month),
    legs: symbols.map((symbol, k) => ({
      symbol,
      spot: formatFixed(step.spot[k] ?? 0n, ONE, ROUNDED_DIGITS),
      weight: step.weights[k],
      impliedWeight: step.impliedWeights?.[k] ?? null,
      bestBid: step.quotes[k]?.bid ?? null,
      bestAsk: step.quotes[k]?.ask ?? null,
    })),
    orders: step.batches.reduce((count, batch) => count + batch.orders.length, 0),
    expired: step.expired,
  };
}
