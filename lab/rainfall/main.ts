/** Rain of one month, traded in strips and settled as it falls, from the session's funding to the proof. */
import { pathFromCaller, runCommand } from "../command/command.js";
import { loadMonth } from "./forecast.js";
import { parseOptions } from "./options.js";

await runCommand({
  parse: parseOptions,
  load: (options) => loadMonth(pathFromCaller(options.weatherFile), options.month),
  run: async (options, history, tell) => {
    const [{ runRainfall }, { renderResult, renderStep }, { renderDocument }, { holds }] = await Promise.all([
      import("./simulation.js"),
      import("./report.js"),
      import("./document.js"),
      import("../session/proof.js"),
    ]);
    const run = await runRainfall(options, history, {
      phase: tell.phase,
      step: (step) => {
        tell.step(renderStep(step));
      },
    });
    return {
      text: () => renderResult(run),
      document: () => renderDocument(run),
      proved: holds(run.proof),
      close: () => run.play.stage.chain.close(),
    };
  },
});
