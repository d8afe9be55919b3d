import type { MarketRoot } from "../../src/protocol/market/market-table.js";
import { marketLink } from "../../src/protocol/signing/typed-data.js";
import { ONE } from "../command/decimals.js";
import {
  describeAllocations,
  describeDeliveries,
  describeFills,
  describeGas,
  describeOffsets,
  describeOrder,
  describeStage,
} from "../command/document.js";
import type { MarketRun } from "./session.js";
import { batchesOf, type MarketStep } from "./trading.js";
import type { Said } from "./market.js";

/**
 * The parts of the JSON document, in its order; see `renderJson` for how integers are written. P&L is in session tokens.
 * @param session what the study says of itself, before what all sessions say
 * @param describeStep what a step was like, besides orders and collateral
 */
export function describeRun<Step extends MarketStep>(
  run: MarketRun<Step>,
  session: object,
  describeStep: (step: Step) => object,
) {
  const { stage, market, ledger, steps, settlement, proof } = run;
  const batches = batchesOf(steps);
  const nameOf = (branch: number) => market.names[branch - 1];
  return {
    session: { ...session, ...describeStage(stage) },
    steps: steps.map((step) => ({
      step: step.label,
      ...describeStep(step),
      quotes: step.depths.flatMap(({ bids, asks }, b) =>
        bids.length + asks.length === 0
          ? []
          : [{ market: nameOf(b + 1), bestBid: bids[0]?.priceTicks ?? null, bestAsk: asks[0]?.priceTicks ?? null }],
      ),
      orders: step.batches.reduce((count, batch) => count + batch.orders.length, 0),
      expired: step.expired,
    })),
    markets: [describeMarket(run)],
    collateral: steps.map(({ label, collateral: { traders, ...totals }, freed }) => ({
      step: label,
      ...totals,
      freed,
      traders,
    })),
    allocations: describeAllocations(settlement, ONE),
    deliveries: describeDeliveries(settlement),
    orders: batches
      .flatMap((batch) => batch.orders)
      .map((order) => {
        const { marketRootId, marketBranchId } = order.package;
        return describeOrder(
          order,
          { step: order.step },
          { marketRootId, marketBranchId, market: nameOf(marketBranchId) },
        );
      }),
    fills: describeFills(ledger.records()),
    offsets: describeOffsets(ledger.records()),
    gas: {
      ...describeGas(stage, batches, settlement, proof.gasPerOrder.figures.perOrder),
      records: [...run.contract, ...steps.flatMap(({ said }) => said)].map(({ gasUsed }) => gasUsed),
    },
    proof,
  };
}

function describeMarket<Step extends MarketStep>({ market, contract, steps }: MarketRun<Step>) {
  const root = market.root();
  const record = ({ record: said }: Said) => ({
    market: market.names[said.marketBranchId - 1],
    marketBranchId: said.marketBranchId,
    parentBranchId: said.parentBranchId,
    marketMin: said.marketMin,
    marketMax: said.marketMax,
    previousLink: said.previousLink,
    link: marketLink(said),
  });
  return {
    marketRootId: root.marketRootId,
    kind: root.kind,
    owner: root.owner,
    tickValue: root.tickValue,
    closesAt: root.closesAt,
    settleBy: root.settleBy,
    fallbackOutcome: root.fallbackOutcome,
    settled: root.settled,
    tip: root.tip,
    branches: describeBranches(root, market.names),
    records: [
      ...contract.map((said) => ({ step: null, ...record(said) })),
      ...steps.flatMap(({ label, said }) => said.map((each) => ({ step: label, ...record(each) }))),
    ],
  };
}

/** Strikes and bounds of each branch, or what each outcome weighs in the end. */
function describeBranches(root: MarketRoot, names: readonly string[]) {
  if (root.kind === "simplex") return root.weights.map(({ lower, upper }, k) => ({ outcome: names[k], lower, upper }));
  return root.strikes.map(({ lower, upper }, b) => ({ market: names[b], lower, upper }));
}
