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
import { batchesOf, bookBatchesOf, MONEY, type SessionRun } from "./simulation.js";
import type { MadeMaker } from "./maker.js";
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
  const [batches, ofBook] = [batchesOf(run), bookBatchesOf(run)];
  return renderJson({
    session: {
      seed: options.seed,
      route: options.direct ? "direct" : "relay",
      from: formatMonth(options.from),
      to: formatMonth(options.to),
      ...describeStage(stage),
      dependsOnTime: options.direct ? [] : DEPENDS_ON_TIME,
    },
    maker: run.maker === undefined ? null : describeMaker(run, run.maker),
    steps: steps.map((step) => describeStep(step, options.symbols)),
    allocations: describeAllocations(settlement, MONEY),
    deliveries: describeDeliveries(settlement),
    orders: batches
      .flatMap((batch) => batch.orders)
      .map((order) => describeOrder(order, { month: order.step }, { leg: order.package.marketBranchId })),
    fills: describeFills(records),
    offsets: describeOffsets(records),
    gas: describeGas(stage, ofBook, settlement, proof.gasPerOrder.figures.perOrder),
    proof,
  });
}

/** Costs are in ticks · lots; `paid` is what the sponsor has lost at the last prices, session-token wei. */
function describeMaker({ steps, options, proof }: SessionRun, { sponsored, terms }: MadeMaker) {
  return {
    address: sponsored.address,
    liquidity: terms.liquidity,
    prior: terms.prior,
    deposit: sponsored.deposit,
    paid: proof.makerCostWithinBound?.figures.paid ?? null,
    fills: steps.flatMap(({ month, makerFills }) =>
      makerFills.map(({ branch, lots, price, paid, asked }) => {
        return { month: formatMonth(month), symbol: options.symbols[branch - 1], lots, price, paid, asked };
      }),
    ),
    gas: steps.flatMap(({ throughMaker }) => throughMaker.flatMap(({ gas }) => gas)),
  };
}

function describeStep(step: MonthStep, symbols: readonly string[]) {
  return {
    month: formatMonth(step.month),
    legs: symbols.map((symbol, k) => ({
      symbol,
      spot: formatFixed(step.spot[k] ?? 0n, ONE, ROUNDED_DIGITS),
      weight: step.weights[k],
      makerPrice: step.makerPrices?.[k] ?? null,
      impliedWeight: step.impliedWeights?.[k] ?? null,
      bestBid: step.quotes[k]?.bid ?? null,
      bestAsk: step.quotes[k]?.ask ?? null,
    })),
    orders: step.batches.reduce((count, batch) => count + batch.orders.length, 0),
    expired: step.expired,
  };
}
