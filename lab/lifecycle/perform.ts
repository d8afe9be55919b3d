import type { Perform } from "../command/command.js";
import type { CommonOptions } from "../command/options.js";
import { renderDocument } from "./document.js";
import type { Plan } from "./plan.js";
import { proveLifecycle } from "./proof.js";
import { renderResult, renderStep } from "./report.js";
import { runLifecycle } from "./run.js";
import { holds } from "../session/proof.js";

export const perform: Perform<CommonOptions, Plan> = async (options, plan, tell) => {
  const run = await runLifecycle(plan, {
    phase: tell.phase,
    step: (step) => {
      tell.step(renderStep(step));
    },
  });
  const proof = proveLifecycle(run);
  return {
    text: () => renderResult(run, proof),
    document: () => renderDocument(options, run, proof),
    proved: holds(proof),
    sessions: () => [{ name: "lifecycle", handle: run.ground.handle }],
    close: () => run.ground.chain.close(),
  };
};
