import type { Perform } from "../command/command.js";
import { holds } from "../session/proof.js";
import type { Listener, MarketRun } from "./session.js";
import type { MarketStep } from "./trading.js";
import type { RainHistory } from "./weather-file.js";

/** How a study of the weather tells what happened. */
interface Telling<Run, Step> {
  readonly renderStep: (step: Step) => string;
  readonly renderResult: (run: Run) => string;
  readonly renderDocument: (run: Run) => string;
}

/** Both studies of the weather run alike. */
export function performMarket<Options, Step extends MarketStep, Run extends MarketRun<Step>>(
  simulate: (options: Options, history: RainHistory, listener: Listener<Step>) => Promise<Run>,
  { renderStep, renderResult, renderDocument }: Telling<Run, Step>,
): Perform<Options, RainHistory> {
  return async (options, history, tell) => {
    const run = await simulate(options, history, {
      phase: tell.phase,
      step: (step) => {
        tell.step(renderStep(step));
      },
    });
    return {
      text: () => renderResult(run),
      document: () => renderDocument(run),
      proved: holds(run.proof),
      sessions: () => [{ name: "weather", handle: run.stage.handle }],
      close: () => run.stage.chain.close(),
    };
  };
}
