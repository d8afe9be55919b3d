/** The wettest month of a year, an event market that is settled by elimination, from the session's funding to the proof. */
import { pathFromCaller, runCommand } from "../command/command.js";
import { loadYear } from "./beliefs.js";
import { parseOptions } from "./options.js";

await runCommand({
  parse: parseOptions,
  load: (options) => loadYear(pathFromCaller(options.weatherFile), options.year),
  run: async (options, history, tell) => {
    const [{ runWettestMonth }, { renderResult, renderStep }, { renderDocument }, { holds }] = await Promise.all([
      import("./simulation.js"),
      import("./report.js"),
      import("./document.js"),
      import("../session/proof.js"),
    ]);
    const run = await runWettestMonth(options, history, {
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
