import type { Perform } from "../command/command.js";
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
    close: () => run.stage.chain.close(),
  };
};
