/** The main job: one session on real prices, from its funding to the proof. */
import { pathFromCaller, runCommand } from "../command/command.js";
import { parseOptions } from "./options.js";
import { loadHistory } from "./price-source.js";

await runCommand({
  parse: parseOptions,
  load: (options) => loadHistory(pathFromCaller(options.priceFile), options),
  run: async (options, history, { phase, step: tellStep }) => {
    const [{ runSession }, { renderMonth, renderResult }, { renderDocument }, { holds }] = await Promise.all([
      import("./simulation.js"),
      import("./report.js"),
      import("./document.js"),
      import("../session/proof.js"),
    ]);
    const run = await runSession(options, history, {
      phase,
      month: (step, scale) => {
        tellStep(renderMonth(step, options.symbols, scale));
      },
    });
    return {
      text: () => renderResult(run),
      document: () => renderDocument(run),
      proved: holds(run.proof),
      close: () => run.stage.chain.close(),
    };
  },
});
