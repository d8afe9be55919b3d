import type { CommonOptions } from "../command/options.js";
import { describeFills, describeStage, renderJson } from "../command/document.js";
import type { LifecycleProof } from "./proof.js";
import type { LifecycleRun } from "./run.js";

/**
 * The run as one JSON document, without a clock in it. Cash is in units of 1e-6 dollars, the maker's prices in 10^-18 ticks. `proof` says in a
 * word each what holds; `sums` has the figures.
 */
export function renderDocument({ seed, traders }: CommonOptions, run: LifecycleRun, proof: LifecycleProof): string {
  const { ground, stage, sponsored, entrance, sale, steps, oracle, window, roll, censuses } = run;
  const { prices, times, maxLots } = ground.plan;
  return renderJson({
    study: { seed, traders },
    session: { ...describeStage(stage), maxLots, times, answers: prices },
    gate: entrance,
    sale,
    maker: { address: sponsored.address, deposit: sponsored.deposit, left: run.made.left },
    steps: steps.map(({ label, throughMaker, throughBook, largest, prices: after }) => ({
      step: label,
      throughMaker: describeFills(throughMaker.flatMap(({ records }) => records)),
      throughBook: describeFills(throughBook.flatMap(({ records }) => records)),
      largest,
      prices: after,
    })),
    oracle,
    window,
    roll,
    end: censuses.at(-1),
    proof: Object.fromEntries(Object.entries(proof).map(([item, { ok }]) => [item, ok])),
    sums: proof,
  });
}
