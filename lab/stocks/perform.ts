import type { ReferencePrice } from "../../src/dataset/inputs.js";
import type { Perform } from "../command/command.js";
import { monthStart } from "../command/months.js";
import { holds } from "../session/proof.js";
import { renderDocument } from "./document.js";
import type { RunOptions } from "./options.js";
import type { PriceHistory } from "./prices.js";
import { renderMonth, renderResult } from "./report.js";
import { runSession } from "./simulation.js";

export const perform: Perform<RunOptions, PriceHistory> = async (options, history, tell) => {
  const run = await runSession(options, history, {
    phase: tell.phase,
    month: (step, scale) => {
      if (options.verbose) tell.step(renderMonth(step, options.symbols, scale));
    },
  });
  return {
    text: () => renderResult(run),
    document: () => renderDocument(run),
    proved: holds(run.proof),
    sessions: () => [{ name: "stocks", handle: run.stage.handle, prices: pricesOf(history) }],
    close: () => run.stage.chain.close(),
  };
};

/** What a share cost at the beginning of each month. */
function pricesOf({ months, spot }: PriceHistory): ReferencePrice[] {
  return months.flatMap((month, m) =>
    (spot[m] ?? []).map((price, k) => ({
      second: BigInt(monthStart(month)),
      leg: k + 1,
      price,
      source: "the study's monthly prices",
    })),
  );
}
