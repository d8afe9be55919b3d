import { describeAllocations, describeFills, describeGas, describeStage, renderJson } from "../command/document.js";
import { ONE } from "../command/decimals.js";
import { betaOf } from "../../src/protocol/maker/maker.js";
import type { MakerOptions } from "./options.js";
import { paidBySponsor } from "./proof.js";
import { verdictsOf } from "./verdicts.js";
import type { MakerRun } from "./run.js";

/**
 * The runs as one JSON document, without a clock in it. Prices are in 10^-18 ticks, nats in 10^-18 of one. `proof` says in a word each what
 * holds of all markets together; each market has its own, with figures.
 */
export function renderDocument(options: MakerOptions, runs: readonly MakerRun[]): string {
  return renderJson({
    study: { seed: options.seed, traders: options.traders },
    markets: runs.map(describeRun),
    proof: verdictsOf(runs),
  });
}

function describeRun(run: MakerRun) {
  const { story, stage, sponsored, steps, settlement, proof } = run;
  const batches = steps.flatMap((step) => step.batches);
  return {
    market: story.name,
    session: describeStage(stage),
    maker: {
      address: sponsored.address,
      liquidity: story.maker.liquidity,
      prior: story.maker.prior,
      points: story.maker.points,
      deposit: sponsored.deposit,
      natPrice: betaOf(story.maker, story.root) * story.tickValue,
    },
    steps: steps.map(({ label, news, prices, fills }) => ({
      step: label,
      news,
      prices: prices.flatMap((price, b) => (price === undefined ? [] : [{ market: story.names[b], price }])),
      fills: fills.map(({ branch, lots, price, paid, asked }) => ({
        market: story.names[branch - 1],
        lots,
        price,
        paid,
        asked,
      })),
    })),
    sponsor: { deposit: sponsored.deposit, paid: paidBySponsor(run), nats: proof.natsMatch.figures },
    allocations: describeAllocations(settlement, ONE),
    fills: describeFills(batches.flatMap(({ records }) => records)),
    gas: describeGas(stage, batches, settlement, proof.gasPerOrder.figures.perOrder),
    proof,
  };
}
